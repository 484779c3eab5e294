#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bookreco {

/// Bytes of the well-formed UTF-8 sequence that `text` begins with (1 to 4), 0 when it begins with
/// none (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t utf8_sequence_length(std::string_view text);

bool is_utf8(std::string_view text);

/// The same text with each byte that is not part of a well-formed sequence replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

/// The code points of well-formed `text`.
std::size_t utf8_length(std::string_view text);

/// Appends one code point; surrogates and values above U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace bookreco
