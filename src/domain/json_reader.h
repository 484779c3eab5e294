#pragma once

#include <string>
#include <string_view>

#include <simdjson.h>

#include "base/result.h"

namespace bookreco {

/// Parses one JSON document with this thread's parser: the element is valid until the thread parses
/// again. Bytes that are not UTF-8, lone surrogate escapes and raw control characters are repaired
/// first when they are what is wrong.
Result<simdjson::dom::element> parse_json(std::string_view json);

}  // namespace bookreco
