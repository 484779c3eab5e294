#pragma once

#include <string>
#include <string_view>

namespace bookreco {

/// UTF-8 of any bytes: those outside well-formed sequences are read as Windows-1252, which Latin-1
/// files are in practice.
std::string repair_bytes(std::string_view bytes);

/// Undoes UTF-8 that was once read as Windows-1252 ("Ã©" is "é", "â€™" is "’"), up to three times
/// over. A run of non-ASCII characters is changed only when all of it is well-formed UTF-8 after
/// that and gives European letters or typographic marks, so correct text such as "AÃO" stays.
/// `text` is UTF-8.
std::string repair_mojibake(std::string_view text);

/// One line of clean text out of untrusted bytes: valid UTF-8 in NFC without mojibake, control and
/// invisible characters, white space as single spaces, none at the ends. Markup is not touched
/// (domain/markup.h).
std::string clean_line(std::string_view bytes);

/// The first `limit` code points of UTF-8 `text`.
std::string_view truncate_utf8(std::string_view text, std::size_t limit);

}  // namespace bookreco
