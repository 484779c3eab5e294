#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "base/section_file.h"
#include "base/section_format.h"

namespace bookreco {

struct alignas(section_format::kAlignment) AlignedBlock {
  std::array<std::byte, section_format::kAlignment> bytes;
};

/// Where the bytes of a SectionFile live, and its verified table.
struct SectionFile::Contents {
  std::variant<MappedFile, std::vector<AlignedBlock>> owner;
  std::span<const std::byte> bytes;
  std::span<const section_format::Entry> table;

  /// Fills `table` once what `check` asks for is verified.
  Status verify(std::string_view kind, std::uint32_t version, SectionCheck check);
};

}  // namespace bookreco
