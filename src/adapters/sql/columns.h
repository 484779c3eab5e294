#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/session.h"
#include "base/clock.h"
#include "base/result.h"

namespace bookreco {

// How values without a type of their own are held in columns: lists and maps as JSON text, times as
// milliseconds since 1970.

std::string list_column(std::span<const std::string> values);
std::string list_column(std::span<const std::int64_t> values);
std::string map_column(const std::map<std::string, std::string>& values);
std::string map_column(const std::map<std::string, double>& values);

/// kDataLoss for text that list_column or map_column cannot have written. Empty text is an empty
/// list or map.
Status read_list(std::string_view column, std::vector<std::string>& out);
Status read_list(std::string_view column, std::vector<std::int64_t>& out);
Status read_map(std::string_view column, std::map<std::string, std::string>& out);
Status read_map(std::string_view column, std::map<std::string, double>& out);

inline std::int64_t time_column(Timestamp at) {
  return at.time_since_epoch().count();
}
inline Timestamp read_time(std::int64_t column) {
  return Timestamp(std::chrono::milliseconds(column));
}

/// Text that every database can hold: UTF-8 without NUL.
bool storable(std::string_view text);
/// kInvalidArgument naming `field` of `what` when `text` is not storable.
Status require_storable(std::string_view text, std::string_view field, std::string_view what);
/// The same for an identifier, which may not be empty either.
Status require_key(std::string_view text, std::string_view field, std::string_view what);

/// One number from a statement that answers at most one row; `otherwise` without a row.
Result<std::int64_t> one_integer(SqlSession& session,
                                 std::string_view sql,
                                 std::initializer_list<SqlValue> parameters = {},
                                 std::int64_t otherwise = 0);

}  // namespace bookreco
