#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/hash.h"

namespace bookreco::section_format {

// The bytes of docs/formats/section-file.md, little-endian, frozen.

static_assert(std::endian::native == std::endian::little,
              "section files are mapped as they are: little-endian only");

inline constexpr std::size_t kAlignment = 64;
inline constexpr std::size_t kMaxSections = 1024;
inline constexpr std::size_t kBlockBytes = std::size_t{1} << 20;  ///< unit of a section's checksum
inline constexpr std::uint32_t kContainerVersion = 1;
/// Not text, and damaged by programs that change line ends.
inline constexpr std::array<char, 8> kMagic = {'\x8b', 'B', 'R', 'S', '\r', '\n', '\x1a', '\n'};

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t container_version = kContainerVersion;
  std::uint32_t version = 0;
  std::array<char, 16> kind{};  ///< zero-padded
  std::uint64_t file_bytes = 0;
  std::uint64_t table_offset = 0;
  std::uint64_t sections = 0;
  std::uint64_t checksum = 0;  ///< of the header before it, then the table
};
static_assert(sizeof(Header) == kAlignment);

struct Entry {
  std::array<char, 40> name{};  ///< zero-padded
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  ///< XXH3 of the XXH3 of each block of kBlockBytes
};
static_assert(sizeof(Entry) == kAlignment);

inline std::uint64_t checksum(const Header& header, std::span<const Entry> table) {
  const auto start = std::as_bytes(std::span(&header, 1)).first(offsetof(Header, checksum));
  return hash64(std::as_bytes(table), hash64(start));
}

constexpr std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace bookreco::section_format
