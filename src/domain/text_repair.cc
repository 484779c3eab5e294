#include "domain/text_repair.h"

#include <algorithm>
#include <array>

#include <simdjson.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "base/utf8.h"

namespace bookreco {
namespace {

// Windows-1252, bytes 0x80 to 0x9F; its five holes stand for the C1 control of the same number.
constexpr std::array<char32_t, 32> kWindows1252{
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

/// One code point of well-formed UTF-8 of known length.
char32_t decode(std::string_view sequence) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(sequence[i]));
  };
  switch (sequence.size()) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3:
      return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 |
             (byte(3) & 0x3F);
  }
}

/// The byte from 0x80 up that Windows-1252 (or Latin-1) writes `c` with, or 0.
unsigned char to_byte(char32_t c) {
  if (c >= 0x80 && c <= 0xFF) {
    return static_cast<unsigned char>(c);
  }
  const auto* const found = std::find(kWindows1252.begin(), kWindows1252.end(), c);
  return found == kWindows1252.end()
             ? static_cast<unsigned char>(0)
             : static_cast<unsigned char>(0x80 + (found - kWindows1252.begin()));
}

/// What a repair may give: letters and signs of Western and Central European languages, typographic
/// marks.
bool is_plausible(char32_t c) {
  return (c >= 0x80 && c < 0x180) || (c >= 0x2010 && c < 0x2300) || c == 0xFEFF;
}

/// A run's bytes as text when they are well-formed and plausible throughout.
bool repairs(std::string_view bytes) {
  if (bytes.size() < 2) {
    return false;
  }
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence_length(bytes);
    if (length < 2 || !is_plausible(decode(bytes.substr(0, length)))) {
      return false;
    }
    bytes.remove_prefix(length);
  }
  return true;
}

/// True when a character that a plausible repair begins with (U+00C2 to U+00C5, U+00E2, U+00EF)
/// stands before another that is not ASCII: cheap enough to ask of every text.
bool may_be_mojibake(std::string_view text) {
  for (std::size_t i = text.find('\xC3'); i < text.size(); i = text.find('\xC3', i + 2)) {
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const auto after = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0U;
    if (after >= 0xC2 && ((next >= 0x82 && next <= 0x85) || next == 0xA2 || next == 0xAF)) {
      return true;
    }
  }
  return false;
}

/// The no-break space of a broken "à" is often collapsed into a plain one before anybody looks.
void repair_lone_a_grave(std::string& text) {
  static constexpr std::string_view kBroken = "\xC3\x83 ";
  for (std::size_t i = text.find(kBroken); i != std::string::npos; i = text.find(kBroken, i)) {
    text[i + 1] = '\xA0';  // U+00E0
  }
}

/// One undoing; false when nothing changed.
bool undo_once(std::string& text) {
  std::string out;
  out.reserve(text.size());
  std::string bytes;
  bool changed = false;
  const std::string_view all = text;
  for (std::size_t i = 0; i < all.size();) {
    if (static_cast<unsigned char>(all[i]) < 0x80) {
      out += all[i++];
      continue;
    }
    const std::size_t begin = i;
    bytes.clear();
    while (i < all.size() && static_cast<unsigned char>(all[i]) >= 0x80) {
      const std::size_t length = std::max<std::size_t>(utf8_sequence_length(all.substr(i)), 1);
      const unsigned char byte = to_byte(decode(all.substr(i, length)));
      if (byte == 0) {
        if (i == begin) {
          i += length;
        }
        break;
      }
      bytes += static_cast<char>(byte);
      i += length;
    }
    if (repairs(bytes)) {
      out += bytes;
      changed = true;
    } else {
      out += all.substr(begin, i - begin);
    }
  }
  if (changed) {
    repair_lone_a_grave(out);
    text = std::move(out);
  }
  return changed;
}

bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x200B || c == 0x200E ||
         c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
         (c >= 0xFFF9 && c <= 0xFFFB) || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool needs_nfc(std::string_view text) {
  // Below U+0300 every character is in NFC whatever stands beside it; 0xE2 leads typographic marks,
  // which are too but for a few, looked at by the caller's normaliser.
  return std::any_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xCC; });
}

void normalise(std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) {
    return;
  }
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  if (nfc->isNormalizedUTF8(piece, status)) {
    return;
  }
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  nfc->normalizeUTF8(0, piece, sink, nullptr, status);
  if (U_SUCCESS(status)) {
    text = std::move(out);
  }
}

/// Collapses white space and leaves out what cannot be seen.
std::string collapse(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t plain = i;  // printable ASCII and U+00C0 to U+017F: copied as they are
    for (; plain < text.size(); ++plain) {
      const auto c = static_cast<unsigned char>(text[plain]);
      if (c >= 0xC3 && c <= 0xC5) {
        ++plain;
      } else if (c <= 0x20 || c >= 0x7F) {
        break;
      }
    }
    if (plain > i) {
      plain = std::min(plain, text.size());
      if (space && !out.empty()) {
        out += ' ';
      }
      space = false;
      out.append(text.substr(i, plain - i));
      i = plain;
      continue;
    }
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length =
        first < 0x80 ? 1 : std::max<std::size_t>(utf8_sequence_length(text.substr(i)), 1);
    const char32_t c = first < 0x80 ? first : decode(text.substr(i, length));
    if (is_space(c)) {
      space = true;
    } else if (!is_invisible(c)) {
      if (space && !out.empty()) {
        out += ' ';
      }
      space = false;
      out.append(text.substr(i, length));
    }
    i += length;
  }
  return out;
}

}  // namespace

std::string repair_bytes(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence_length(bytes);
    if (length > 0) {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes[0]);
    append_utf8(out, byte < 0xA0 ? kWindows1252[byte - 0x80U] : static_cast<char32_t>(byte));
    bytes.remove_prefix(1);
  }
  return out;
}

std::string repair_mojibake(std::string_view text) {
  std::string out(text);
  for (int times = 0; times < 3 && may_be_mojibake(out) && undo_once(out); ++times) {
  }
  return out;
}

std::string clean_line(std::string_view bytes) {
  std::string out = simdjson::validate_utf8(bytes) ? std::string(bytes) : repair_bytes(bytes);
  // What a control character kept apart can be mojibake once it is gone: again until nothing
  // changes.
  bool suspect = may_be_mojibake(out);
  for (int round = 0; round < 8; ++round) {
    std::string next = collapse(suspect ? repair_mojibake(out) : out);
    if (needs_nfc(next)) {
      normalise(next);
    }
    suspect = may_be_mojibake(next);
    const bool settled = !suspect || next == out;
    out = std::move(next);
    if (settled) {
      break;
    }
  }
  return out;
}

std::string_view truncate_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) {
    return text;
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && ++count > limit) {
      return text.substr(0, i);
    }
  }
  return text;
}

}  // namespace bookreco
