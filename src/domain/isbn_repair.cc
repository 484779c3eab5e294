#include "domain/isbn_repair.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "domain/isbn.h"

namespace bookreco {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool are_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// Without what wraps it: = " ' [ ] spaces, and the words that name it.
std::string_view unwrap(std::string_view text) {
  constexpr std::string_view kWrapping = "=\"'[](){} \t";
  const std::size_t begin = text.find_first_not_of(kWrapping);
  if (begin == text.npos) {
    return {};
  }
  text = text.substr(begin, text.find_last_not_of(kWrapping) - begin + 1);
  for (const std::string_view name : {"ISBN-13", "ISBN-10", "ISBN13", "ISBN10", "ISBN", "isbn"}) {
    if (text.starts_with(name)) {
      text.remove_prefix(name.size());
      const std::size_t digits = text.find_first_of("0123456789");
      return digits == text.npos ? std::string_view() : text.substr(digits);
    }
  }
  return text;
}

/// A whole number written with decimals: "9780439023483.0".
std::string_view without_decimals(std::string_view text) {
  const std::size_t point = text.find('.');
  const bool zeros = point != text.npos && text.find_first_not_of('0', point + 1) == text.npos;
  return zeros ? text.substr(0, point) : text;
}

void add(std::vector<std::string>& list, std::optional<std::string> isbn) {
  if (isbn && std::ranges::find(list, *isbn) == list.end()) {
    list.push_back(*std::move(isbn));
  }
}

/// The ISBN-13 of these first twelve digits.
std::optional<std::string> complete(std::int64_t first12) {
  for (char check = '0'; check <= '9'; ++check) {
    if (auto isbn = parse_isbn(std::to_string(first12) + check)) {
      return isbn;
    }
  }
  return std::nullopt;
}

/// The ISBNs that print as this number in scientific notation.
std::vector<std::string> from_scientific(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (is_digit(c)) {
      digits += c;
    } else if (c != '.' && c != ',') {
      return {};
    }
  }
  std::string_view power = text.substr(e + 1);
  if (power.starts_with('+')) {
    power.remove_prefix(1);
  }
  std::vector<std::string> found;
  // Zeros at the end may be the cell's format: they prove nothing, and twelve others must stand.
  if (power != "12" || digits.size() < 12 || digits.size() > 16 || digits.front() == '0') {
    return found;
  }
  const bool whole = digits.size() >= 13;
  if (whole) {
    add(found, parse_isbn(digits.substr(0, 13)));
  }
  if (!found.empty() || digits.find_last_not_of('0') > 11) {
    return found;
  }
  std::int64_t first12 = 0;
  std::from_chars(digits.data(), digits.data() + 12, first12);
  // Rounding to twelve digits went down below a check digit of 5 and up from there.
  if (auto down = complete(first12); down && down->back() <= '5') {
    add(found, std::move(down));
  }
  if (auto up = complete(first12 - 1); up && up->back() >= '5') {
    add(found, std::move(up));
  }
  return found;
}

void read_one(std::string_view text, IsbnReading& whole, IsbnReading& mended) {
  text = without_decimals(unwrap(text));
  if (text.empty()) {
    return;
  }
  if (auto isbn = parse_isbn(text)) {
    add(whole.isbns, std::move(isbn));
    return;
  }
  if (text.find_first_of("eE") != text.npos) {
    for (std::string& isbn : from_scientific(text)) {
      add(mended.isbns, std::move(isbn));
    }
    return;
  }
  const std::string_view body =
      text.ends_with('X') || text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
  if (text.size() >= 7 && text.size() < 10 && are_digits(body)) {
    add(mended.isbns, parse_isbn(std::string(10 - text.size(), '0') + std::string(text)));
  }
}

}  // namespace

IsbnReading read_isbn_cell(std::string_view cell) {
  IsbnReading whole{{}, true};
  IsbnReading mended;
  while (!cell.empty()) {
    std::size_t end = cell.find_first_of(",;|/");
    // A decimal comma is no separator: 9,78043902348E+12.
    if (end == 1 && cell[end] == ',' && cell.find_first_of("eE") != cell.npos) {
      end = cell.find_first_of(",;|/", 2);
    }
    read_one(cell.substr(0, end), whole, mended);
    cell = end == cell.npos ? std::string_view() : cell.substr(end + 1);
  }
  return whole.isbns.empty() ? mended : whole;
}

}  // namespace bookreco
