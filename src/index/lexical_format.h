#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace bookreco::lexical_format {

// The bytes of docs/formats/lexical-index.md, frozen.

inline constexpr std::size_t kBlockRows = 128;
inline constexpr std::size_t kMaxPostingBytes = 6;  ///< five of the row, one of the count
/// Zeros behind the postings: a reader of one block never leaves the section, whatever its bytes
/// are.
inline constexpr std::size_t kPadding = kBlockRows * kMaxPostingBytes;

struct Shape {
  std::uint64_t rows = 0;
  std::uint64_t total_length = 0;
};

/// A word, typed or stemmed. Its text, and its blocks, end where those of the next one begin; one
/// more entry ends the last.
struct WordEntry {
  std::uint32_t text = 0;  ///< offset
  std::uint32_t uses = 0;  ///< times that it was typed so in a book; 0: only a stem
  std::uint32_t rows = 0;  ///< rows that it is the stem of; 0: only a spelling
  std::uint32_t first_block = 0;
};
static_assert(sizeof(WordEntry) == 16);

/// Up to 128 postings of a word.
struct BlockEntry {
  std::uint64_t offset = 0;
  std::uint32_t last_row = 0;
  std::uint8_t max_count = 0;
  std::uint8_t min_length = 0;  ///< code
  std::uint16_t unused = 0;
};
static_assert(sizeof(BlockEntry) == 16);

/// Weighted counts in eighths, at most 31.875: BM25 is flat there.
inline constexpr float kCountUnit = 0.125F;

/// Lengths in eight bits: exact below 32, else four bits behind the leading one.
constexpr std::uint8_t encode_length(std::uint32_t length) {
  if (length < 32) {
    return static_cast<std::uint8_t>(length);
  }
  const auto exponent = static_cast<std::uint32_t>(std::bit_width(length)) - 5;
  const std::uint32_t code = 16 * exponent + (length >> exponent);
  return static_cast<std::uint8_t>(code < 255 ? code : 255);
}

constexpr std::uint32_t decode_length(std::uint8_t code) {
  return code < 32 ? code : (16U + code % 16U) << (code / 16U - 1U);
}
static_assert(decode_length(encode_length(31)) == 31 && decode_length(encode_length(32)) == 32);
static_assert(decode_length(encode_length(33)) == 32 && decode_length(encode_length(4096)) == 4096);

}  // namespace bookreco::lexical_format
