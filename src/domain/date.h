#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bookreco {

/// A calendar date that may lack its day or its month: publishers often give a year alone. Years
/// before the common era are negative (astronomical numbering, as ISO 8601 has it).
struct PartialDate {
  std::int16_t year = 0;
  std::uint8_t month = 0;  ///< 0 when not known, and then day is 0 too
  std::uint8_t day = 0;    ///< 0 when not known

  /// "2016-06-08", "2016-06", "2016", "-0750".
  std::string to_string() const;

  /// year·10000 + month·100 + day: sorts like the date, unknown parts first.
  std::int32_t key() const { return year * 10000 + month * 100 + day; }

  auto operator<=>(const PartialDate& other) const { return key() <=> other.key(); }
  bool operator==(const PartialDate& other) const = default;
};

/// ISO 8601 with reduced precision, as to_string() writes it; nullopt for anything else, 2019-02-31
/// included.
std::optional<PartialDate> parse_iso_date(std::string_view text);

/// Dates as shops write them: "08/06/2016" (day first), "2016/06/08", "8 juin 2016", "June 8,
/// 2016", "2008.0", ISO.
std::optional<PartialDate> parse_date(std::string_view text);

}  // namespace bookreco
