#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/threads.h"

namespace bookreco {

/// The rows of a clustering: row-major unit vectors.
struct RowsView {
  std::span<const float> values;
  std::size_t dimension = 0;

  std::size_t size() const { return dimension == 0 ? 0 : values.size() / dimension; }
  std::span<const float> row(std::size_t i) const {
    return values.subspan(i * dimension, dimension);
  }
};

/// Cosines of rows to centroids (k × dimension), a block of rows at a time: body(range, scores)
/// where scores holds (range.end − range.begin) × k values; it runs on several threads, once per
/// block, and `scores` is the body's to change.
void score_blocks(const RowsView& rows,
                  std::span<const float> centroids,
                  std::size_t threads,
                  const std::function<void(Range, std::span<float>)>& body);

struct Assignment {
  std::vector<std::uint32_t> cluster;
  std::vector<float> score;   ///< cosine to the centroid of `cluster`
  std::vector<float> second;  ///< cosine to the best other centroid, -infinity when there is none
};

/// Each row to its nearest centroid, the first of equals.
Assignment assign_nearest(const RowsView& rows,
                          std::span<const float> centroids,
                          std::size_t threads);

/// Row numbers by cluster, ascending within each: cluster c holds rows[ends[c - 1]] to
/// rows[ends[c]].
struct Members {
  std::vector<std::uint32_t> rows;
  std::vector<std::size_t> ends;

  Members(std::span<const std::uint32_t> cluster, std::size_t clusters);
  std::span<const std::uint32_t> of(std::size_t cluster) const;
};

/// Moves each centroid to the direction of its members' sum; an empty cluster's stays.
void update_centroids(const RowsView& rows,
                      std::span<const std::uint32_t> cluster,
                      std::size_t clusters,
                      std::size_t threads,
                      std::vector<float>& centroids);

/// Sum of 1 − cosine, in row order.
double inertia_of(std::span<const float> scores);

}  // namespace bookreco
