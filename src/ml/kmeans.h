#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.h"

namespace bookreco {

struct KMeansOptions {
  std::size_t clusters = 0;  ///< 0 chooses √(n/2), between 2 and 512
  bool balanced = true;      ///< sizes within 2× of the mean, both ways
  std::size_t max_iterations = 50;
  std::size_t mini_batch_above = 50'000;  ///< rows above which batches are sampled (Sculley 2010)
  std::uint64_t seed = 1;
  std::size_t threads = 1;  ///< never changes the result
};

struct KMeansResult {
  std::size_t clusters = 0;
  std::vector<float> centroids;           ///< clusters × dimension, unit length
  std::vector<std::uint32_t> assignment;  ///< one per row
  double inertia = 0;                     ///< sum over rows of 1 − cosine to their centroid
  double silhouette = 0;  ///< mean simplified silhouette (to centroids, cosine distance)
  std::size_t iterations = 0;
};

/// Spherical k-means (Dhillon & Modha 2001) on unit rows, k-means++ seeding (Arthur & Vassilvitskii
/// 2007). All-zero rows go to the smallest clusters. `rows` is row-major, n × dimension.
KMeansResult kmeans(std::span<const float> rows,
                    std::size_t dimension,
                    const KMeansOptions& options,
                    const ProgressFn& progress = {});

/// The nearest centroid of one row.
std::uint32_t nearest_centroid(std::span<const float> centroids,
                               std::size_t dimension,
                               std::span<const float> row);

}  // namespace bookreco
