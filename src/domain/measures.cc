#include "domain/measures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "domain/fold.h"

namespace bookreco {
namespace {

struct Quantity {
  double value = 0;
  std::string unit;  ///< folded: "kg", "pages", "" without one
};

/// A number and what follows it. A comma is a decimal point; spaces between groups of three digits
/// are passed over.
std::optional<Quantity> parse_quantity(std::string_view text) {
  std::string digits;
  std::size_t i = text.find_first_not_of(' ');
  for (; i < text.size(); ++i) {
    const char c = text[i];
    const bool group =
        c == ' ' && !digits.empty() && i + 3 < text.size() &&
        text.substr(i + 1, 3).find_first_not_of("0123456789") == std::string_view::npos;
    if ((c >= '0' && c <= '9') || c == '.' || (c == '-' && digits.empty())) {
      digits += c;
    } else if (c == ',') {
      digits += '.';
    } else if (!group) {
      break;
    }
  }
  while (digits.ends_with('.')) {
    digits.pop_back();
  }
  Quantity quantity;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, quantity.value);
  if (error != std::errc() || stop != end || !std::isfinite(quantity.value)) {
    return std::nullopt;
  }
  quantity.unit = i < text.size() ? fold(text.substr(i)) : std::string();
  return quantity;
}

struct Unit {
  std::string_view name;
  double factor;
};

template <std::size_t N>
std::optional<double> convert(const Quantity& quantity,
                              const std::array<Unit, N>& units,
                              double max) {
  for (const Unit& unit : units) {
    if (quantity.unit == unit.name) {
      // Six significant digits undo what the factor adds: 85 g is 0.085, not 0.08500000000000001.
      const double value = std::round(quantity.value * unit.factor * 1e6) / 1e6;
      return value > 0 && value <= max ? std::optional(value) : std::nullopt;
    }
  }
  return std::nullopt;
}

constexpr std::array kWeights{Unit{"", 1},
                              Unit{"kg", 1},
                              Unit{"g", 0.001},
                              Unit{"gr", 0.001},
                              Unit{"grammes", 0.001},
                              Unit{"grams", 0.001},
                              Unit{"oz", 0.0283495},
                              Unit{"lb", 0.453592},
                              Unit{"lbs", 0.453592},
                              Unit{"pounds", 0.453592},
                              Unit{"ounces", 0.0283495}};
constexpr std::array kLengths{Unit{"", 1},
                              Unit{"cm", 1},
                              Unit{"mm", 0.1},
                              Unit{"m", 100},
                              Unit{"in", 2.54},
                              Unit{"inches", 2.54},
                              Unit{"centimeters", 1}};

std::vector<std::string_view> split_factors(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool times = text.substr(i).starts_with("\xC3\x97");
    if (times || text[i] == 'x' || text[i] == 'X' || text[i] == '*') {
      parts.push_back(text.substr(begin, i - begin));
      i += times ? 1 : 0;
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace

std::optional<int> parse_page_count(std::string_view text) {
  const std::optional<Quantity> quantity = parse_quantity(text);
  if (!quantity || quantity->value < 1 || quantity->value > 50'000 ||
      quantity->value != std::floor(quantity->value)) {
    return std::nullopt;
  }
  const std::string& unit = quantity->unit;
  const bool pages = unit.empty() || unit.starts_with("p") || unit.starts_with("seiten");
  return pages ? std::optional(static_cast<int>(quantity->value)) : std::nullopt;
}

std::optional<double> parse_weight_kg(std::string_view text) {
  const std::optional<Quantity> quantity = parse_quantity(text);
  return quantity ? convert(*quantity, kWeights, 200) : std::nullopt;
}

std::optional<double> parse_length_cm(std::string_view text) {
  const std::optional<Quantity> quantity = parse_quantity(text);
  return quantity ? convert(*quantity, kLengths, 500) : std::nullopt;
}

std::optional<Dimensions> parse_dimensions(std::string_view text) {
  const std::vector<std::string_view> parts = split_factors(text);
  if (parts.size() < 2 || parts.size() > 3) {
    return std::nullopt;
  }
  const std::optional<Quantity> last = parse_quantity(parts.back());
  std::array<std::optional<double>, 3> lengths;
  bool zeros = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::optional<Quantity> quantity = parse_quantity(parts[i]);
    if (!quantity || !last) {
      return std::nullopt;
    }
    if (quantity->unit.empty()) {
      quantity->unit = last->unit;
    }
    lengths[i] = convert(*quantity, kLengths, 500);
    if (!lengths[i] && quantity->value != 0) {
      return std::nullopt;
    }
    zeros = zeros || !lengths[i];
  }
  return Dimensions{lengths[0], lengths[1], lengths[2], zeros};
}

std::optional<bool> parse_availability(std::string_view text) {
  static constexpr std::array<std::string_view, 18> kYes = {"true",
                                                            "yes",
                                                            "y",
                                                            "oui",
                                                            "available",
                                                            "in stock",
                                                            "instock",
                                                            "disponible",
                                                            "en stock",
                                                            "instoreonly",
                                                            "onlineonly",
                                                            "limitedavailability",
                                                            "preorder",
                                                            "presale",
                                                            "backorder",
                                                            "madetoorder",
                                                            "a paraitre",
                                                            "sur commande"};
  static constexpr std::array<std::string_view, 16> kNo = {"false",
                                                           "no",
                                                           "n",
                                                           "non",
                                                           "unavailable",
                                                           "not available",
                                                           "out of stock",
                                                           "outofstock",
                                                           "sold out",
                                                           "soldout",
                                                           "discontinued",
                                                           "out of print",
                                                           "indisponible",
                                                           "non disponible",
                                                           "epuise",
                                                           "rupture de stock"};
  if (const std::optional<double> count = parse_number(text)) {
    return *count > 0;
  }
  const std::string word = fold(text.substr(text.rfind('/') + 1));  // of schema.org's addresses
  if (std::ranges::find(kYes, word) != kYes.end()) {
    return true;
  }
  return std::ranges::find(kNo, word) != kNo.end() ? std::optional(false) : std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
  const std::optional<Quantity> quantity = parse_quantity(text);
  return quantity && quantity->unit.empty() ? std::optional(quantity->value) : std::nullopt;
}

}  // namespace bookreco
