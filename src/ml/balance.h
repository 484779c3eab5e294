#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ml/assignment.h"

namespace bookreco {

/// Bounds on the size of every cluster; clusters · least ≤ rows ≤ clusters · most.
struct SizeBounds {
  std::size_t least = 0;
  std::size_t most = 0;
};

/// Moves rows until every cluster's size is within the bounds, at little cost in cosine, and the
/// centroids with them. A few rounds of: prices on the clusters (dual ascent on the transport
/// problem, over each row's nearest few), each row to the best of cosine − price, centroids anew;
/// at the end the rows that lose least by it are moved until the bounds hold exactly.
void balance(const RowsView& rows,
             const SizeBounds& bounds,
             std::size_t threads,
             std::vector<float>& centroids,
             std::vector<std::uint32_t>& cluster);

}  // namespace bookreco
