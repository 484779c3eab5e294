#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bookreco {

// Dot products of one query of signed bytes with rows of unsigned bytes, picked out by number, on
// the widest vectors of the CPU at hand (chosen at run time). Sums are integers: the same on every
// CPU. Safe from any thread.

inline constexpr std::size_t kByteStride = 64;  ///< rows and query are padded to a multiple of it

/// Rows of bytes `spacing` bytes apart, each of `stride` bytes; both are multiples of kByteStride
/// and so is the address of the first.
struct ByteRows {
  const std::uint8_t* first = nullptr;
  std::size_t spacing = 0;
  std::size_t stride = 0;  ///< at most 65,536, so that no sum overflows
};

/// out[i] = Σ query[d] · row(picked[i])[d]. Asks for the rows' memory some rows ahead.
void byte_dots(const std::int8_t* query,
               const ByteRows& rows,
               std::span<const std::uint32_t> picked,
               std::int32_t* out);

}  // namespace bookreco
