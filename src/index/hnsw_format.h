#pragma once

#include <cstdint>

namespace bookreco::hnsw_format {

// The numbers of docs/formats/hnsw-index.md, frozen once released.

inline constexpr std::uint64_t kMaxDimension = 32'768;  ///< squared distances stay below 2^32
inline constexpr std::uint64_t kMaxRows = std::uint64_t{1} << 31;
inline constexpr std::uint64_t kDegreeUnit =
    16;  ///< links of the base level fill lines of 64 bytes
inline constexpr std::uint64_t kMinDegree = 32;
inline constexpr std::uint64_t kMaxDegree = 1024;
inline constexpr std::uint64_t kMaxLevels = 16;

/// The section "shape".
struct Shape {
  std::uint64_t rows = 0;
  std::uint64_t dimension = 0;
  std::uint64_t nodes = 0;
  std::uint64_t degree = 0;
  std::uint64_t euclidean = 0;  ///< 0: the graph orders by cosine
  std::uint64_t unit = 0;       ///< 1: every row that has a node is of length 1
};
static_assert(sizeof(Shape) == 48);

constexpr bool valid_degree(std::uint64_t degree) {
  return degree >= kMinDegree && degree <= kMaxDegree && degree % kDegreeUnit == 0;
}

}  // namespace bookreco::hnsw_format
