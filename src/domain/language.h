#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bookreco {

/// The ISO 639-1 code of the language `text` is in: fr, en, de, es, it, pt or nl; empty when it
/// cannot be told. The method is ours: frequent words vote for the languages they occur in (a word
/// of one language alone counts most), letters with marks and word endings vote a little, and the
/// winner must lead clearly. Looks at the first 600 bytes.
std::string detect_language(std::string_view text);

/// "eng", "en-US", "fre", "French", "français" as ISO 639-1 ("en", "fr"); codes without a
/// two-letter form stay ISO 639-2. Empty for "und", "mul" and "zxx"; nullopt for what is not a
/// language.
std::optional<std::string> parse_language(std::string_view text);

}  // namespace bookreco
