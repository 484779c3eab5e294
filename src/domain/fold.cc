#include "domain/fold.h"

#include <array>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "base/utf8.h"

namespace bookreco {
namespace {

// Letters that Unicode does not decompose but readers do.
void append_letter(std::string& out, UChar32 c) {
  switch (c) {
    case 0xE6:
      out += "ae";
      return;  // æ
    case 0x153:
      out += "oe";
      return;  // œ
    case 0xF8:
      out += 'o';
      return;  // ø
    case 0xF0:
      out += 'd';
      return;  // ð
    case 0x111:
      out += 'd';
      return;  // đ
    case 0xFE:
      out += "th";
      return;  // þ
    case 0x142:
      out += 'l';
      return;  // ł
    case 0x131:
      out += 'i';
      return;  // ı
    default:
      append_utf8(out, static_cast<char32_t>(c));
  }
}

/// The folded letters of `text`, with a space for everything else; spaces not yet collapsed.
std::string fold_by_icu(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* const kCaseFold =
      icu::Normalizer2::getNFKCCasefoldInstance(status);
  static const icu::Normalizer2* const kDecompose = icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(
          status)) {  // ICU without its data: bytes as they are still compare equal to themselves
    return std::string(text);
  }
  const icu::UnicodeString source = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  const icu::UnicodeString folded =
      kDecompose->normalize(kCaseFold->normalize(source, status), status);
  std::string out;
  out.reserve(text.size());
  for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 c = folded.char32At(i);
    if (u_charType(c) == U_NON_SPACING_MARK) {
      continue;
    }
    if (u_isalnum(c) || u_charType(c) == U_COMBINING_SPACING_MARK) {
      append_letter(out, c);
    } else {
      out += ' ';
    }
  }
  return out;
}

// Code points below kTabled fold one by one, whatever stands beside them.
constexpr char32_t kTabled = 0x370;

struct FoldTable {
  struct Entry {
    std::array<char, 7> bytes{};
    std::uint8_t size = 0;
  };
  std::array<Entry, kTabled> entries;

  FoldTable() {
    for (char32_t c = 0; c < kTabled; ++c) {
      std::string text;
      append_utf8(text, c);
      const std::string folded = fold_by_icu(text);
      entries[c].size = static_cast<std::uint8_t>(folded.copy(entries[c].bytes.data(), 7));
    }
  }
};

/// Collapses and trims the spaces of `text` in place.
void collapse(std::string& text) {
  std::size_t end = 0;
  for (const char c : text) {
    if (c != ' ' || (end > 0 && text[end - 1] != ' ')) {
      text[end++] = c;
    }
  }
  text.resize(end > 0 && text[end - 1] == ' ' ? end - 1 : end);
}

constexpr std::array<char, 128> kAscii = [] {
  std::array<char, 128> table{};
  for (std::size_t c = 0; c < 128; ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    table[c] = static_cast<char>(upper ? c + 32 : kept ? c : ' ');
  }
  return table;
}();

}  // namespace

std::string fold(std::string_view text) {
  static const FoldTable kTable;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      if (kAscii[first] != ' ' || (!out.empty() && out.back() != ' ')) {
        out += kAscii[first];
      }
      ++i;
      continue;
    }
    const auto second = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const char32_t pair = ((first & 0x1FU) << 6) | (second & 0x3FU);
    const auto third = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
    if (first >= 0xC2 && first < 0xE0 && (second & 0xC0) == 0x80 && pair < kTabled) {
      const FoldTable::Entry& entry = kTable.entries[pair];
      out.append(entry.bytes.data(), entry.size);
      i += 2;
    } else if (first == 0xE2 && second == 0x80 && third >= 0x90 && third <= 0xA7 && third != 0xA4 &&
               third != 0xA5 && third != 0xA6) {  // dashes, quotes, bullets: U+2010 to U+2027
      out += ' ';
      i += 3;
    } else {
      out = fold_by_icu(text);
      break;
    }
  }
  collapse(out);
  return out;
}

}  // namespace bookreco
