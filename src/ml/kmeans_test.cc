#include "ml/kmeans.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr std::size_t kDimension = 20;

/// Unit rows around `centres` directions; the first directions get most of the rows when `skew` is
/// large.
std::vector<float> rows_around(std::size_t n,
                               std::size_t centres,
                               double skew,
                               std::uint64_t seed = 5) {
  Random random(seed);
  std::vector<float> middle(centres * kDimension);
  for (float& value : middle) {
    value = static_cast<float>(random.normal());
  }
  std::vector<float> rows(n * kDimension);
  for (std::size_t i = 0; i < n; ++i) {
    const auto c =
        static_cast<std::size_t>(static_cast<double>(centres) * std::pow(random.uniform(), skew));
    const std::span row(rows.data() + i * kDimension, kDimension);
    for (std::size_t j = 0; j < kDimension; ++j) {
      row[j] = middle[c * kDimension + j] + 0.3F * static_cast<float>(random.normal());
    }
    normalise(row);
  }
  return rows;
}

std::vector<std::size_t> sizes_of(const KMeansResult& result) {
  std::vector<std::size_t> sizes(result.clusters, 0);
  for (const std::uint32_t c : result.assignment) {
    ++sizes.at(c);
  }
  return sizes;
}

void expect_balanced(const KMeansResult& result) {
  const double mean =
      static_cast<double>(result.assignment.size()) / static_cast<double>(result.clusters);
  for (const std::size_t size : sizes_of(result)) {
    EXPECT_GE(static_cast<double>(size), mean / 2);
    EXPECT_LE(static_cast<double>(size), mean * 2);
  }
}

void expect_finite(const KMeansResult& result) {
  EXPECT_TRUE(std::isfinite(result.inertia));
  EXPECT_TRUE(std::isfinite(result.silhouette));
  EXPECT_TRUE(std::ranges::all_of(result.centroids, [](float x) { return std::isfinite(x); }));
}

TEST(KMeans, FindsSeparateGroups) {
  const auto rows = rows_around(1000, 5, 1);
  const KMeansResult result = kmeans(rows, kDimension, {.clusters = 5});
  EXPECT_LT(result.inertia / 1000, 0.12);
  EXPECT_GT(result.silhouette, 0.6);
  for (std::size_t c = 0; c < 5; ++c) {
    const auto centroid =
        std::span<const float>(result.centroids).subspan(c * kDimension, kDimension);
    EXPECT_NEAR(dot(centroid, centroid), 1, 1e-5);
  }
  double inertia = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    const auto row = std::span<const float>(rows).subspan(i * kDimension, kDimension);
    inertia +=
        1.0 - static_cast<double>(dot(row,
                                      std::span<const float>(result.centroids)
                                          .subspan(result.assignment[i] * kDimension, kDimension)));
  }
  EXPECT_NEAR(result.inertia, inertia, 1e-2);
}

TEST(KMeans, UnbalancedRowsBelongToTheirNearestCentroid) {
  const auto rows = rows_around(500, 8, 2);
  const KMeansResult result = kmeans(rows, kDimension, {.clusters = 8, .balanced = false});
  for (std::size_t i = 0; i < 500; ++i) {
    const auto row = std::span<const float>(rows).subspan(i * kDimension, kDimension);
    EXPECT_EQ(result.assignment[i], nearest_centroid(result.centroids, kDimension, row));
  }
}

TEST(KMeans, BalanceHoldsOnSkewedRowsAtSmallLoss) {
  for (const double skew : {1.0, 3.0, 8.0, 40.0}) {
    const auto rows = rows_around(3000, 30, skew);
    const KMeansResult balanced = kmeans(rows, kDimension, {.clusters = 24});
    expect_balanced(balanced);
    expect_finite(balanced);
    const KMeansResult free = kmeans(rows, kDimension, {.clusters = 24, .balanced = false});
    EXPECT_LT(balanced.inertia, free.inertia * (skew < 10 ? 1.6 : 2.2)) << skew;
  }
}

TEST(KMeans, BalanceHoldsForEveryCountAndForEqualRows) {
  for (const std::size_t n : {1, 2, 3, 5, 7, 10, 23, 64}) {
    for (const std::size_t k : {1, 2, 3, 4, 7, 23, 100}) {
      for (const bool equal : {true, false}) {
        const auto rows = equal ? [n] {
          std::vector<float> same(n * kDimension, 0.0F);
          for (std::size_t i = 0; i < n; ++i) {
            same[i * kDimension] = 1;
          }
          return same;
        }()
                                : rows_around(n, 3, 3);
        const KMeansResult result = kmeans(rows, kDimension, {.clusters = k});
        EXPECT_EQ(result.clusters, std::min(n, k));
        expect_balanced(result);
        expect_finite(result);
      }
    }
  }
}

TEST(KMeans, ZeroAndBrokenRowsGoToTheSmallestClusters) {
  auto rows = rows_around(300, 6, 3);
  for (std::size_t i = 0; i < 300; i += 3) {
    const float value = i % 2 == 0 ? 0.0F : std::numeric_limits<float>::quiet_NaN();
    std::fill_n(rows.begin() + static_cast<std::ptrdiff_t>(i * kDimension), kDimension, value);
  }
  const KMeansResult result = kmeans(rows, kDimension, {.clusters = 10});
  expect_balanced(result);
  expect_finite(result);
  std::fill(rows.begin(), rows.end(), 0.0F);
  const KMeansResult zero = kmeans(rows, kDimension, {.clusters = 10});
  EXPECT_EQ(zero.clusters, 1U);
  expect_finite(zero);
}

TEST(KMeans, NoRowsGiveNoClusters) {
  const KMeansResult result = kmeans({}, kDimension, {.clusters = 3});
  EXPECT_EQ(result.clusters, 0U);
  EXPECT_TRUE(result.assignment.empty());
}

TEST(KMeans, ChoosesTheNumberOfClusters) {
  EXPECT_EQ(kmeans(rows_around(200, 4, 1), kDimension, {}).clusters, 10U);
  EXPECT_EQ(kmeans(rows_around(3, 2, 1), kDimension, {}).clusters, 2U);
}

TEST(KMeans, SameBytesForAnyThreadsInBothModes) {
  const auto rows = rows_around(6000, 20, 3);
  for (const std::size_t above : {std::size_t{1000}, std::size_t{100'000}}) {
    const KMeansOptions options{.clusters = 16, .mini_batch_above = above};
    const KMeansResult one = kmeans(rows, kDimension, options);
    expect_balanced(one);
    for (const std::size_t threads : {2, 3}) {
      KMeansOptions other = options;
      other.threads = threads;
      const KMeansResult again = kmeans(rows, kDimension, other);
      EXPECT_EQ(one.centroids, again.centroids);
      EXPECT_EQ(one.assignment, again.assignment);
      EXPECT_EQ(one.inertia, again.inertia);
      EXPECT_EQ(one.silhouette, again.silhouette);
    }
  }
}

TEST(KMeans, MiniBatchesComeNearToFullIterations) {
  const auto rows = rows_around(8000, 12, 1);
  const KMeansResult full = kmeans(rows, kDimension, {.clusters = 12, .balanced = false});
  const KMeansResult batches =
      kmeans(rows, kDimension, {.clusters = 12, .balanced = false, .mini_batch_above = 1000});
  EXPECT_LT(batches.inertia, full.inertia * 1.3);
}

}  // namespace
}  // namespace bookreco
