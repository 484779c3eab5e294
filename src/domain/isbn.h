#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bookreco {

/// The 13 digits of an EAN-13 or ISBN-13 with a valid check digit; hyphens and spaces are passed
/// over.
std::optional<std::string> parse_ean13(std::string_view text);

/// The ISBN-13 of an ISBN-10 (converted) or ISBN-13 (978 or 979) with a valid check digit; hyphens
/// and spaces are passed over.
std::optional<std::string> parse_isbn(std::string_view text);

/// The ISBN-10 of a 978 ISBN-13; nullopt for 979, which has none.
std::optional<std::string> to_isbn10(std::string_view isbn13);

}  // namespace bookreco
