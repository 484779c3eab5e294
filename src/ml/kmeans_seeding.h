#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ml/assignment.h"

namespace bookreco {

/// k-means++ (Arthur & Vassilvitskii 2007) with cosine distance on at most 64 rows per cluster,
/// drawn without return. Answers min(clusters, rows) × dimension values; rows are not empty.
std::vector<float> seed_centroids(const RowsView& rows,
                                  std::size_t clusters,
                                  std::uint64_t seed,
                                  std::size_t threads);

}  // namespace bookreco
