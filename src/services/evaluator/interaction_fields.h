#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace bookreco {

/// Where a row of pairs has its fields.
struct InteractionColumns {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  std::size_t reader = 0;
  std::size_t item = 1;
  std::size_t value = kNone;
  std::size_t time = kNone;
  std::size_t fields = 0;  ///< how many a row has
};

/// The columns that a header names ("user_id", "book", "rating", "timestamp", …, any case); nullopt
/// when it does not name a reader and an item.
std::optional<InteractionColumns> columns_named(std::span<const std::string_view> header);

/// Reader, item, value, time, as many as `row` has.
InteractionColumns columns_by_place(std::size_t fields);

/// Whether the first row of pairs is a header though its names say nothing: its value column has
/// letters that are no number.
bool looks_like_header(std::span<const std::string_view> row);

/// A finite number; nullopt otherwise.
std::optional<float> parse_value(std::string_view text);

/// Whole or decimal seconds, or a date: 2026-01-31, 2026/01/31, with 12:30:59 and a zone.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace bookreco
