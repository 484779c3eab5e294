#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bookreco {

namespace internal {

enum class ByteKind : std::uint8_t { kSeparator, kWord, kHigh };

inline constexpr std::array<ByteKind, 256> kByteKinds = [] {
  std::array<ByteKind, 256> kinds{};
  for (std::size_t c = 0; c < 256; ++c) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    kinds[c] = c >= 0x80 ? ByteKind::kHigh : word ? ByteKind::kWord : ByteKind::kSeparator;
  }
  return kinds;
}();

/// Bytes of the punctuation outside ASCII that `text` begins with: no-break space, guillemets, and
/// U+2010 to U+203F less the invisible U+2028 to U+202E; 0 for anything else.
inline std::size_t high_separator(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  if (byte(0) == 0xC2) {
    return byte(1) == 0xA0 || byte(1) == 0xAB || byte(1) == 0xBB ? 2 : 0;
  }
  if (byte(0) == 0xE2 && byte(1) == 0x80) {
    const unsigned last = byte(2);
    return (last >= 0x90 && last <= 0xA7) || (last >= 0xAF && last <= 0xBF) ? 3 : 0;
  }
  return 0;
}

}  // namespace internal

/// Cuts a text where every language cuts it, without decoding it: visit(word) for each run of bytes
/// between ASCII that is not a letter or digit and common punctuation. Folding the runs one by one
/// gives what folding the text gives.
template <class Visit>
void for_each_raw_word(std::string_view text, Visit&& visit) {
  std::size_t begin = 0;
  std::size_t i = 0;
  const auto cut = [&](std::size_t separator) {
    if (i > begin) {
      visit(text.substr(begin, i - begin));
    }
    i += separator;
    begin = i;
  };
  while (i < text.size()) {
    switch (internal::kByteKinds[static_cast<unsigned char>(text[i])]) {
      case internal::ByteKind::kWord:
        ++i;
        break;
      case internal::ByteKind::kSeparator:
        cut(1);
        break;
      case internal::ByteKind::kHigh:
        if (const std::size_t bytes = internal::high_separator(text.substr(i, 3)); bytes > 0) {
          cut(bytes);
        } else {
          ++i;
        }
        break;
    }
  }
  cut(0);
}

}  // namespace bookreco
