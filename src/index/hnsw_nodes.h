#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "index/exact_index.h"
#include "index/hnsw_frame.h"

namespace bookreco {

inline constexpr std::uint32_t kNoRow = 0xffffffff;

/// The rows of an index as codes, and which of them the graph has nodes for: rows of one code share
/// a node, so that duplicates neither fill lists of links nor cut the graph into pieces.
struct HnswNodes {
  std::size_t stride = 0;            ///< bytes of a code
  std::vector<std::int8_t> codes;    ///< rows × stride
  std::vector<std::uint32_t> heads;  ///< the first row of each node, ascending
  std::vector<std::uint32_t> next;   ///< per row: the next one of its node, or kNoRow; empty when
                                     ///< no two rows share a node
  std::vector<std::uint32_t> rest;   ///< rows without a node: all zero where only directions count

  std::span<const std::int8_t> code(std::uint32_t row) const {
    return std::span(codes).subspan(row * stride, stride);
  }
};

/// kInvalidArgument for a value that is not finite. `unit` as the frame's.
Result<HnswNodes> code_rows(const ExactIndex& vectors,
                            const HnswFrame& frame,
                            bool unit,
                            std::size_t threads);

}  // namespace bookreco
