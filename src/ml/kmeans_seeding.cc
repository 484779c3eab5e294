#include "ml/kmeans_seeding.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr std::size_t kRowsPerCluster = 64;
constexpr std::size_t kBlockRows = 1024;

std::vector<std::uint32_t> draw(std::size_t n, std::size_t count, Random& random) {
  std::vector<std::uint32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0U);
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(rows[i], rows[i + random.below(n - i)]);
  }
  rows.resize(count);
  return rows;
}

/// A row drawn with probability proportional to its distance; any row when all distances are zero.
std::size_t draw_far(std::span<const float> distances, Random& random) {
  const double total = std::accumulate(distances.begin(), distances.end(), 0.0);
  if (!(total > 0)) {
    return random.below(distances.size());
  }
  double left = random.uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (distances[i] > 0) {
      last = i;
      left -= static_cast<double>(distances[i]);
      if (left < 0) {
        break;
      }
    }
  }
  return last;
}

}  // namespace

std::vector<float> seed_centroids(const RowsView& rows,
                                  std::size_t clusters,
                                  std::uint64_t seed,
                                  std::size_t threads) {
  Random random(seed);
  const std::size_t k = std::min(clusters, rows.size());
  const std::vector<std::uint32_t> sample =
      draw(rows.size(), std::min(rows.size(), k * kRowsPerCluster), random);
  std::vector<float> packed;  // the drawn rows side by side: they are read once per cluster
  packed.reserve(sample.size() * rows.dimension);
  for (const std::uint32_t row : sample) {
    packed.insert(packed.end(), rows.row(row).begin(), rows.row(row).end());
  }
  const RowsView drawn{packed, rows.dimension};
  std::vector<float> distances(sample.size(), 2.0F);
  std::vector<float> centroids;
  centroids.reserve(k * rows.dimension);
  std::size_t next = 0;
  while (centroids.size() < k * rows.dimension) {
    const auto centroid = drawn.row(next);
    centroids.insert(centroids.end(), centroid.begin(), centroid.end());
    parallel_blocks(sample.size(), kBlockRows, threads, [&](Range range, std::size_t) {
      for (std::size_t i = range.begin; i < range.end; ++i) {
        const float distance = 1 - dot(drawn.row(i), centroid);
        distances[i] = std::min(distances[i], std::max(distance, 0.0F));
      }
    });
    distances[next] = 0;
    next = draw_far(distances, random);
  }
  return centroids;
}

}  // namespace bookreco
