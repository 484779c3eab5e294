#pragma once

#include <optional>
#include <string_view>

namespace bookreco {

/// "128 pages", "1 024 p.", "128.0"; nullopt below 1 and above 50,000.
std::optional<int> parse_page_count(std::string_view text);

/// Kilograms of "0.085 Kg", "85 g", "3 oz", "0,5"; nullopt at 0 and above 200.
std::optional<double> parse_weight_kg(std::string_view text);

/// Centimetres of "11,0 cm", "110 mm", "4.5 in", "11"; nullopt at 0 and above 500.
std::optional<double> parse_length_cm(std::string_view text);

struct Dimensions {
  std::optional<double> width_cm;
  std::optional<double> height_cm;
  std::optional<double> depth_cm;
  bool zeros = false;  ///< a length was given as 0: it was not measured
};

/// "11,0 cm × 18,0 cm × 0,8 cm", "110 x 180 x 8 mm", "11*18": two or three lengths; a unit given
/// once at the end is all's.
std::optional<Dimensions> parse_dimensions(std::string_view text);

/// Whether a book can be had, in the words of shops and of schema.org, or by how many are there:
/// "true", "En stock", "https://schema.org/OutOfStock", "épuisé", "3", "0".
std::optional<bool> parse_availability(std::string_view text);

/// A number alone, with a point or a comma.
std::optional<double> parse_number(std::string_view text);

}  // namespace bookreco
