#include "domain/isbn.h"

namespace bookreco {
namespace {

bool is_separator(char c) {
  return c == '-' || c == ' ';
}

/// The digits of `text` (a final X is allowed) without separators; empty when anything else is in
/// it.
std::string compact(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (text.substr(i).starts_with("\xE2\x80\x90") || text.substr(i).starts_with("\xE2\x80\x91") ||
        text.substr(i).starts_with("\xE2\x80\x93")) {  // hyphen, no-break hyphen, en dash
      i += 2;
    } else if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c == 'x' || c == 'X') {
      digits += 'X';
    } else if (!is_separator(c)) {
      return {};
    }
    if (digits.size() > 13) {
      return {};
    }
  }
  return digits;
}

char check_digit_13(std::string_view first12) {
  int sum = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    sum += (first12[i] - '0') * (i % 2 == 0 ? 1 : 3);
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

char check_digit_10(std::string_view first9) {
  int sum = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    sum += (first9[i] - '0') * static_cast<int>(10 - i);
  }
  const int check = (11 - sum % 11) % 11;
  return check == 10 ? 'X' : static_cast<char>('0' + check);
}

bool is_valid_13(const std::string& digits) {
  return digits.size() == 13 && digits.find('X') == std::string::npos &&
         digits != "0000000000000" && check_digit_13(digits) == digits[12];
}

}  // namespace

std::optional<std::string> parse_ean13(std::string_view text) {
  std::string digits = compact(text);
  if (!is_valid_13(digits)) {
    return std::nullopt;
  }
  return digits;
}

std::optional<std::string> parse_isbn(std::string_view text) {
  std::string digits = compact(text);
  if (digits.size() == 13) {
    const bool bookland = digits.starts_with("978") || digits.starts_with("979");
    return bookland && is_valid_13(digits) ? std::optional(std::move(digits)) : std::nullopt;
  }
  if (digits.size() != 10 || digits.find('X') < 9 || digits == "0000000000" ||
      check_digit_10(digits) != digits[9]) {
    return std::nullopt;
  }
  std::string isbn13 = "978" + digits.substr(0, 9);
  isbn13 += check_digit_13(isbn13);
  return isbn13;
}

std::optional<std::string> to_isbn10(std::string_view isbn13) {
  if (!isbn13.starts_with("978") || !parse_isbn(isbn13)) {
    return std::nullopt;
  }
  const std::string digits = compact(isbn13);
  std::string isbn10 = digits.substr(3, 9);
  isbn10 += check_digit_10(isbn10);
  return isbn10;
}

}  // namespace bookreco
