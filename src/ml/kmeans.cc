#include "ml/kmeans.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "base/result.h"
#include "kernels/linear.h"
#include "ml/assignment.h"
#include "ml/balance.h"
#include "ml/kmeans_seeding.h"

namespace bookreco {
namespace {

constexpr double kEnoughGain = 1e-4;  // of the inertia, below which iterations stop
constexpr std::size_t kBatchRowsPerCluster = 32;
constexpr std::size_t kLeastBatch = 4096;
constexpr std::size_t kFullIterationsAfterBatches = 3;

std::size_t cluster_count(std::size_t wanted, std::size_t rows) {
  if (wanted == 0) {
    const double root = std::sqrt(static_cast<double>(rows) / 2);
    wanted = std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(root)), 2, 512);
  }
  return std::min(wanted, rows);
}

/// Gives clusters that lost all rows the rows that fit theirs worst.
void refill_empty(const RowsView& rows,
                  std::size_t k,
                  Assignment& assignment,
                  std::vector<float>& centroids) {
  std::vector<std::size_t> sizes(k, 0);
  for (const std::uint32_t c : assignment.cluster) {
    ++sizes[c];
  }
  std::vector<std::uint32_t> empty;
  for (std::uint32_t c = 0; c < k; ++c) {
    if (sizes[c] == 0) {
      empty.push_back(c);
    }
  }
  if (empty.empty()) {
    return;
  }
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return assignment.score[row]; });
  auto worst = order.begin();
  for (const std::uint32_t c : empty) {
    while (worst != order.end() && sizes[assignment.cluster[*worst]] < 2) {
      ++worst;
    }
    if (worst == order.end()) {
      return;
    }
    --sizes[assignment.cluster[*worst]];
    assignment.cluster[*worst] = c;
    assignment.score[*worst] = 1;
    sizes[c] = 1;
    std::ranges::copy(rows.row(*worst),
                      centroids.begin() + static_cast<std::ptrdiff_t>(c * rows.dimension));
    ++worst;
  }
}

/// Lloyd's iterations; answers how many ran. `assignment` is that of the last but one centroids.
std::size_t lloyd(const RowsView& rows,
                  std::size_t most,
                  std::size_t threads,
                  const ProgressFn& progress,
                  std::vector<float>& centroids,
                  Assignment& assignment) {
  const std::size_t k = centroids.size() / rows.dimension;
  double before = std::numeric_limits<double>::infinity();
  for (std::size_t iteration = 1; iteration <= most; ++iteration) {
    report(progress, "k-means", iteration - 1, most);
    assignment = assign_nearest(rows, centroids, threads);
    refill_empty(rows, k, assignment, centroids);
    update_centroids(rows, assignment.cluster, k, threads, centroids);
    const double now = inertia_of(assignment.score);
    if (iteration > 1 && before - now <= kEnoughGain * before) {
      return iteration;
    }
    before = now;
  }
  return most;
}

/// Sculley 2010: each row of a batch pulls its centroid by one over the rows that the centroid has
/// seen.
std::size_t mini_batches(const RowsView& rows,
                         const KMeansOptions& options,
                         const ProgressFn& progress,
                         std::vector<float>& centroids) {
  const std::size_t d = rows.dimension;
  const std::size_t k = centroids.size() / d;
  const std::size_t batch = std::min(rows.size(), std::max(kLeastBatch, k * kBatchRowsPerCluster));
  Random random(options.seed ^ 0x6d696e69ULL);
  std::vector<std::size_t> seen(k, 0);
  std::vector<float> drawn(batch * d);
  for (std::size_t iteration = 0; iteration < options.max_iterations; ++iteration) {
    report(progress, "k-means batches", iteration, options.max_iterations);
    for (std::size_t i = 0; i < batch; ++i) {
      std::ranges::copy(rows.row(random.below(rows.size())),
                        drawn.begin() + static_cast<std::ptrdiff_t>(i * d));
    }
    const RowsView view{drawn, d};
    const Assignment nearest = assign_nearest(view, centroids, options.threads);
    for (std::size_t i = 0; i < batch; ++i) {
      const std::uint32_t c = nearest.cluster[i];
      const std::span centroid(centroids.data() + c * d, d);
      const float rate = 1.0F / static_cast<float>(++seen[c]);
      scale(1 - rate, centroid);
      axpy(rate, view.row(i), centroid);
    }
    for (std::size_t c = 0; c < k; ++c) {
      const std::span centroid(centroids.data() + c * d, d);
      if (!(dot(centroid, centroid) > 0)) {
        std::ranges::copy(view.row(c % batch), centroid.begin());
      }
      normalise(centroid);
    }
  }
  return options.max_iterations;
}

/// Sizes within twice the mean, of all rows: those without words will go to the smallest clusters.
SizeBounds size_bounds(std::size_t rows, std::size_t all_rows, std::size_t clusters) {
  const std::size_t least = (all_rows + 2 * clusters - 1) / (2 * clusters);
  return {std::min(least, rows / clusters), 2 * all_rows / clusters};
}

bool within(const std::vector<std::uint32_t>& cluster, std::size_t k, const SizeBounds& bounds) {
  std::vector<std::size_t> sizes(k, 0);
  for (const std::uint32_t c : cluster) {
    ++sizes[c];
  }
  return std::ranges::all_of(sizes,
                             [&](std::size_t s) { return s >= bounds.least && s <= bounds.most; });
}

/// Inertia and simplified silhouette (Vendramin, Campello, Hruschka 2010) of the final clusters.
void measure(const RowsView& rows,
             std::size_t threads,
             KMeansResult& result,
             std::span<const std::uint32_t> cluster) {
  const std::size_t k = result.clusters;
  std::vector<float> own(rows.size());
  std::vector<float> silhouettes(rows.size());
  score_blocks(rows, result.centroids, threads, [&](Range range, std::span<float> scores) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const auto row = scores.subspan((i - range.begin) * k, k);
      const TopTwo top = top_two(row);
      own[i] = row[cluster[i]];
      const float other = top.index == cluster[i] ? top.second : top.first;
      const float a = 1 - own[i];
      const float b = 1 - other;
      const float largest = std::max(a, b);
      silhouettes[i] = k > 1 && largest > 0 ? (b - a) / largest : 0;
    }
  });
  result.inertia = inertia_of(own);
  result.silhouette = std::accumulate(silhouettes.begin(), silhouettes.end(), 0.0) /
                      static_cast<double>(rows.size());
}

/// Rows with a direction; the others are told by their absence.
std::vector<std::uint32_t> usable_rows(const RowsView& rows) {
  std::vector<std::uint32_t> usable;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const float square = dot(rows.row(i), rows.row(i));
    if (square > 0 && std::isfinite(square)) {
      usable.push_back(i);
    }
  }
  return usable;
}

/// Spreads cluster numbers of usable rows over all rows; the rest go to the smallest clusters.
std::vector<std::uint32_t> spread(const std::vector<std::uint32_t>& usable,
                                  const std::vector<std::uint32_t>& cluster,
                                  std::size_t n,
                                  std::size_t k) {
  constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> all(n, kNone);
  std::vector<std::size_t> sizes(k, 0);
  for (std::size_t i = 0; i < usable.size(); ++i) {
    all[usable[i]] = cluster[i];
    ++sizes[cluster[i]];
  }
  std::vector<std::uint32_t> order(k);
  std::iota(order.begin(), order.end(), 0U);
  const auto larger = [&](std::uint32_t a, std::uint32_t b) {
    return sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a > b;
  };
  std::ranges::make_heap(order, larger);
  for (std::uint32_t& c : all) {
    if (c == kNone) {
      std::ranges::pop_heap(order, larger);
      c = order.back();
      ++sizes[c];
      std::ranges::push_heap(order, larger);
    }
  }
  return all;
}

}  // namespace

KMeansResult kmeans(std::span<const float> values,
                    std::size_t dimension,
                    const KMeansOptions& options,
                    const ProgressFn& progress) {
  BOOKRECO_CHECK(dimension > 0 && values.size() % dimension == 0);
  const RowsView all{values, dimension};
  KMeansResult result;
  const std::size_t n = all.size();
  if (n == 0) {
    return result;
  }
  const std::vector<std::uint32_t> usable = usable_rows(all);
  result.clusters = std::max<std::size_t>(cluster_count(options.clusters, usable.size()), 1);
  if (usable.empty()) {
    result.centroids.assign(dimension, 0.0F);
    result.assignment.assign(n, 0);
    return result;
  }
  std::vector<float> packed;
  RowsView rows = all;
  if (usable.size() < n) {
    packed.reserve(usable.size() * dimension);
    for (const std::uint32_t i : usable) {
      packed.insert(packed.end(), all.row(i).begin(), all.row(i).end());
    }
    rows.values = packed;
  }
  result.centroids = seed_centroids(rows, result.clusters, options.seed, options.threads);
  std::size_t full = options.max_iterations;
  if (rows.size() > options.mini_batch_above) {
    result.iterations = mini_batches(rows, options, progress, result.centroids);
    full = std::min(full, kFullIterationsAfterBatches);
  }
  Assignment assignment;
  result.iterations += lloyd(rows, full, options.threads, progress, result.centroids, assignment);
  std::vector<std::uint32_t> cluster =
      assign_nearest(rows, result.centroids, options.threads).cluster;
  const SizeBounds bounds = size_bounds(rows.size(), n, result.clusters);
  if (options.balanced && !within(cluster, result.clusters, bounds)) {
    report(progress, "balance", 0, 1);
    balance(rows, bounds, options.threads, result.centroids, cluster);
  }
  measure(rows, options.threads, result, cluster);
  result.assignment =
      usable.size() < n ? spread(usable, cluster, n, result.clusters) : std::move(cluster);
  return result;
}

std::uint32_t nearest_centroid(std::span<const float> centroids,
                               std::size_t dimension,
                               std::span<const float> row) {
  std::uint32_t best = 0;
  float best_score = -std::numeric_limits<float>::infinity();
  for (std::uint32_t c = 0; c * dimension < centroids.size(); ++c) {
    const float score = dot(centroids.subspan(c * dimension, dimension), row);
    if (score > best_score) {
      best = c;
      best_score = score;
    }
  }
  return best;
}

}  // namespace bookreco
