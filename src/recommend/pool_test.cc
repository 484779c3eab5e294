#include "recommend/pool.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/linear.h"
#include "recommend/catalogue_for_tests.h"

namespace bookreco {
namespace {

using testing::UnorderedElementsAreArray;

/// The pool without any thought of what a search may be spared.
std::vector<std::uint32_t> by_definition(const Snapshot& snapshot,
                                         const History& history,
                                         std::span<const float> taste,
                                         std::size_t size,
                                         std::span<const Candidate> suggested) {
  const Segment& books = *snapshot.base;
  std::map<std::uint32_t, double> scores;
  const auto add = [&](std::uint32_t row, double score) {
    if (!history.works.contains(books.work_key(row))) {
      double& best = scores.try_emplace(row, score).first->second;
      best = std::max(best, score);
    }
  };
  for (const Past& past : history.liked) {
    const std::uint32_t author = books.values(FacetKind::kAuthor, past.ref.row).front();
    for (const std::uint32_t row :
         books.attributes().rows_with(column_of(FacetKind::kAuthor), author)) {
      const auto cosine = static_cast<double>(dot(past.vector, books.vectors().vector(row)));
      add(row, past.weight * cosine);
    }
    for (const Neighbour& neighbour : books.neighbours(past.ref.row)) {
      add(neighbour.row, past.weight * neighbour.score);
    }
  }
  for (const Neighbour& near : books.nearest(taste, Metric::kCosine, size)) {
    add(near.row, near.score);
  }
  for (const Candidate& candidate : suggested) {
    add(candidate.ref.row, 2 + candidate.score);
  }
  std::vector<std::uint32_t> best;
  for (const auto& [row, score] : scores) {
    best.push_back(row);
  }
  std::ranges::stable_sort(best, std::greater<>(), [&](std::uint32_t row) { return scores[row]; });
  best.resize(std::min(best.size(), size));
  return best;
}

TEST(PoolTest, HoldsTheBestOfAllSources) {
  TestRows rows = TestRows::random(500, 8, 5);
  const auto snapshot = make_snapshot(rows);
  const Scope scope(*snapshot, {});
  Random random(6);
  for (int round = 0; round < 50; ++round) {
    RecommendRequest request;
    for (std::uint64_t i = random.below(12) + 1; i > 0; --i) {
      const double weight = std::array{1.0, 0.6, 0.3, 0.02}[random.below(4)];
      request.history.push_back({rows.book(random.below(rows.size())).id, weight, true, {}});
    }
    const History history = *find_history(*snapshot, request);
    const std::vector<float> taste = taste_vector(history, rows.dimension());
    std::vector<Candidate> suggested;
    for (std::uint64_t i = random.below(30); i > 0; --i) {
      const auto row = static_cast<std::uint32_t>(random.below(rows.size()));
      suggested.push_back({{false, row}, random.uniform()});
    }
    for (const std::size_t size : {10U, 40U, 200U, 1000U}) {
      std::vector<std::uint32_t> found;
      for (const Candidate& candidate :
           candidate_pool({*snapshot, history, scope}, taste, size, suggested)) {
        found.push_back(candidate.ref.row);
      }
      EXPECT_THAT(
          found,
          UnorderedElementsAreArray(by_definition(*snapshot, history, taste, size, suggested)))
          << round << " " << size;
    }
  }
}

}  // namespace
}  // namespace bookreco
