#include "ml/assignment.h"

#include <algorithm>

#include "kernels/gemm.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr std::size_t kBlockRows = 256;

}  // namespace

void score_blocks(const RowsView& rows,
                  std::span<const float> centroids,
                  std::size_t threads,
                  const std::function<void(Range, std::span<float>)>& body) {
  const std::size_t d = rows.dimension;
  const std::size_t k = centroids.size() / d;
  std::vector<float> packed(packed_size(k, d));
  pack_rows(0, k, k, d, centroids.data(), d, packed.data());
  parallel_blocks(rows.size(), kBlockRows, threads, [&](Range range, std::size_t) {
    thread_local std::vector<float> scores;
    const std::size_t count = range.end - range.begin;
    scores.resize(kBlockRows * k);
    const float* first = rows.values.data() + range.begin * d;
    multiply_packed(count, k, d, 1, first, d, packed.data(), k, 0, scores.data(), k);
    body(range, {scores.data(), count * k});
  });
}

Assignment assign_nearest(const RowsView& rows,
                          std::span<const float> centroids,
                          std::size_t threads) {
  const std::size_t n = rows.size();
  const std::size_t k = centroids.size() / rows.dimension;
  Assignment out{std::vector<std::uint32_t>(n), std::vector<float>(n), std::vector<float>(n)};
  score_blocks(rows, centroids, threads, [&](Range range, std::span<float> scores) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const TopTwo top = top_two(scores.subspan((i - range.begin) * k, k));
      out.cluster[i] = top.index;
      out.score[i] = top.first;
      out.second[i] = top.second;
    }
  });
  return out;
}

Members::Members(std::span<const std::uint32_t> cluster, std::size_t clusters)
    : rows(cluster.size()), ends(clusters, 0) {
  for (const std::uint32_t c : cluster) {
    ++ends[c];
  }
  std::vector<std::size_t> next(clusters, 0);
  for (std::size_t c = 0, sum = 0; c < clusters; ++c) {
    next[c] = sum;
    sum += ends[c];
    ends[c] = sum;
  }
  for (std::size_t row = 0; row < cluster.size(); ++row) {
    rows[next[cluster[row]]++] = static_cast<std::uint32_t>(row);
  }
}

std::span<const std::uint32_t> Members::of(std::size_t cluster) const {
  const std::size_t begin = cluster == 0 ? 0 : ends[cluster - 1];
  return {rows.data() + begin, ends[cluster] - begin};
}

void update_centroids(const RowsView& rows,
                      std::span<const std::uint32_t> cluster,
                      std::size_t clusters,
                      std::size_t threads,
                      std::vector<float>& centroids) {
  const Members members(cluster, clusters);
  parallel_for(clusters, threads, [&](std::size_t c) {
    if (members.of(c).empty()) {
      return;
    }
    std::vector<float> sum(rows.dimension, 0.0F);
    for (const std::uint32_t row : members.of(c)) {
      axpy(1, rows.row(row), sum);
    }
    if (normalise(sum) > 0) {
      std::ranges::copy(sum, centroids.begin() + static_cast<std::ptrdiff_t>(c * rows.dimension));
    }
  });
}

double inertia_of(std::span<const float> scores) {
  double sum = 0;
  for (const float score : scores) {
    sum += 1.0 - static_cast<double>(score);
  }
  return sum;
}

}  // namespace bookreco
