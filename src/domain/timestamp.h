#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace bookreco {

/// A moment as sources write it: ISO 8601 with T or a space, seconds and their fraction as they
/// come, "Z", an offset ("+02:00") or nothing for UTC; a date alone (domain/date.h), its first
/// moment; seconds or milliseconds since 1970 (10 or 13 digits).
std::optional<Timestamp> parse_timestamp(std::string_view text);

}  // namespace bookreco
