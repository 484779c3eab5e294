#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/bytes.h"

namespace bookreco {

inline constexpr std::uint32_t kNoLink = 0xffffffff;

/// One level of the graph: its nodes are the first ones of all, so that a node has one number on
/// every level.
struct HnswLevel {
  std::size_t nodes = 0;
  std::size_t degree = 0;
  std::size_t spacing = 0;  ///< from one node's links to the next one's, in links
  const std::uint32_t* links = nullptr;

  /// The places for links; those after the last link hold kNoLink.
  std::span<const std::uint32_t> of(std::uint32_t node) const {
    return {links + node * spacing, degree};
  }
};

/// Codes and links as they lie in the file or in a builder. Codes are unsigned: 128 added.
struct HnswGraph {
  ByteRows codes;
  std::span<const std::uint32_t> squares;  ///< per node: Σ (code − 128)²
  std::vector<HnswLevel> levels;           ///< the base first

  std::size_t nodes() const { return squares.size(); }
};

/// A row in the graph's frame. The distance to a node is the integer
///   base + (squares >> shift) − 2 Σ values · unsigned code
/// modulo 2^32; without shift it is the squared euclidean distance of the codes.
struct HnswQuery {
  std::vector<std::int8_t> values;
  std::uint32_t base = 0;
  int shift = 0;

  /// Sets base and shift for the values that are there.
  void prepare(int coded_shift) {
    std::int32_t sum = 0;
    std::uint32_t squares = 0;
    std::uint32_t sizes = 0;
    for (const std::int8_t value : values) {
      sum += value;
      squares += static_cast<std::uint32_t>(value * value);
      sizes += static_cast<std::uint32_t>(value < 0 ? -value : value);
    }
    shift = coded_shift;
    // Distances do not go below zero: with a shift, 254 Σ |value| is above twice any dot product.
    base = (shift == 0 ? squares : 254 * sizes) + static_cast<std::uint32_t>(256 * sum);
  }
};

/// A distance and the node it leads to, in one number that orders by both; the lowest bit is for
/// the walk. Distances are below 2^32, nodes below 2^31.
using HnswKey = std::uint64_t;
inline HnswKey hnsw_key(std::uint32_t distance, std::uint32_t node) {
  return (HnswKey{distance} << 32) | (HnswKey{node} << 1);
}
inline std::uint32_t key_distance(HnswKey key) {
  return static_cast<std::uint32_t>(key >> 32);
}
inline std::uint32_t key_node(HnswKey key) {
  return static_cast<std::uint32_t>(key) >> 1;
}

}  // namespace bookreco
