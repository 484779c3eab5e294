#include "catalogue/edition.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bookreco::bench {
namespace {

struct Format {
  std::string_view french;
  std::string_view english;
  double share = 0;
  double width_cm = 0;
  double height_cm = 0;
  double sheet_cm = 0;  ///< thickness of one leaf
};

constexpr std::array<Format, 4> kFormats{{{"Poche", "Mass market", 0.4, 11.0, 17.8, 0.011},
                                          {"Grand format", "Trade", 0.45, 14.5, 22.0, 0.014},
                                          {"Album", "Large", 0.1, 21.0, 28.0, 0.018},
                                          {"Beau livre", "Coffee table", 0.05, 25.0, 31.0, 0.02}}};

const Format& draw_format(Random& random) {
  double left = random.uniform();
  for (const Format& format : kFormats) {
    left -= format.share;
    if (left < 0) {
      return format;
    }
  }
  return kFormats[0];
}

double rounded(double value, double steps) {
  return std::round(value * steps) / steps;
}

/// 978, the group of the language, eight digits that a permutation makes of the number, the check
/// digit.
void write_ean(std::string& out, std::uint64_t number, const Language& language) {
  // Odd and no multiple of 5, so that multiplying permutes the numbers below 10^8.
  constexpr std::uint64_t kStep = 38'742'049;
  std::uint64_t digits = (number * kStep + 12'345'678) % kMaxEditions;
  out.assign(13, '0');
  out.replace(0, 4, language.elides ? "9782" : "9780");
  for (std::size_t i = 11; i >= 4; --i) {
    out[i] = static_cast<char>('0' + digits % 10);
    digits /= 10;
  }
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    sum += (out[i] - '0') * (i % 2 == 0 ? 1 : 3);
  }
  out[12] = static_cast<char>('0' + (10 - sum % 10) % 10);
}

PartialDate draw_date(Random& random) {
  const double age = -14 * std::log(1 - random.uniform());
  PartialDate date;
  date.year = static_cast<std::int16_t>(2024 - std::min(124.0, age));
  if (random.uniform() < 0.85) {
    date.month = static_cast<std::uint8_t>(1 + random.below(12));
    date.day = static_cast<std::uint8_t>(1 + random.below(28));
  }
  return date;
}

}  // namespace

void fill_edition(std::uint64_t number, const Language& language, Random& random, Book& book) {
  write_ean(book.ean, number, language);
  book.isbn13 = book.ean;
  book.cover_url = "https://covers.example/";
  book.cover_url += book.ean;
  book.cover_url += ".jpg";
  book.published_on = draw_date(random);

  const Format& format = draw_format(random);
  const bool hard = format.sheet_cm > 0.015 || random.uniform() < 0.1;
  book.format = language.elides ? format.french : format.english;
  book.binding = language.elides ? (hard ? "Relié" : "Broché") : (hard ? "Hardback" : "Paperback");
  const double pages = std::exp(5.5 + 0.5 * random.normal());
  book.page_count = static_cast<int>(std::clamp(pages / 4, 6.0, 375.0)) * 4;
  book.width_cm = rounded(format.width_cm * (0.95 + 0.1 * random.uniform()), 10);
  book.height_cm = rounded(format.height_cm * (0.95 + 0.1 * random.uniform()), 10);
  const double leaves = *book.page_count / 2.0;
  book.depth_cm = rounded(leaves * format.sheet_cm + (hard ? 0.4 : 0.1), 10);
  // Paper of 80 g/m2 and a cover: kilograms of one square centimetre are 8e-6.
  book.weight_kg =
      rounded(leaves * *book.width_cm * *book.height_cm * 8e-6 + (hard ? 0.15 : 0.02), 1000);
}

}  // namespace bookreco::bench
