#include "recommend/diversify.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/linear.h"
#include "recommend/catalogue_for_tests.h"

namespace bookreco {
namespace {

using testing::ElementsAreArray;

/// What diversify() says it does, with every candidate compared with all that is chosen.
std::vector<std::size_t> by_definition(const Snapshot& snapshot,
                                       std::span<const Candidate> candidates,
                                       std::size_t k,
                                       double diversity) {
  const auto logarithm = [](double value) { return std::log(std::max(value, 1e-9)); };
  const Segment& books = *snapshot.base;
  std::map<std::uint32_t, std::size_t> authors;
  std::set<std::uint64_t> works;
  std::vector<std::size_t> chosen;
  const auto may_be_chosen = [&](std::uint32_t row) {
    return !works.contains(books.work_key(row)) &&
           authors[books.values(FacetKind::kAuthor, row).front()] < kMaxPerAuthor;
  };
  while (chosen.size() < k) {
    std::size_t next = candidates.size();
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (!may_be_chosen(candidates[i].ref.row)) {
        continue;
      }
      double closest = 0;
      for (const std::size_t other : chosen) {
        const float cosine =
            dot(vector_of(snapshot, candidates[i].ref), vector_of(snapshot, candidates[other].ref));
        closest = std::max(closest, static_cast<double>(cosine));
      }
      const double relevance = logarithm(candidates[i].score / candidates.front().score);
      const double value = (1 - diversity) * relevance + diversity * logarithm(1 - closest);
      if (value > best) {
        best = value;
        next = i;
      }
    }
    if (next == candidates.size()) {
      break;
    }
    const std::uint32_t row = candidates[next].ref.row;
    works.insert(books.work_key(row));
    ++authors[books.values(FacetKind::kAuthor, row).front()];
    chosen.push_back(next);
  }
  return chosen;
}

TEST(DiversifyTest, ChoosesByDefinition) {
  TestRows rows = TestRows::random(150, 8, 3);
  const auto snapshot = make_snapshot(rows);
  Random random(4);
  std::vector<Candidate> candidates;
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    candidates.push_back({{false, row}, std::floor(100 * random.uniform()) / 100});
  }
  std::ranges::stable_sort(candidates, std::greater<>(), &Candidate::score);
  for (const double diversity : {0.0, 0.3, 0.9, 1.0}) {
    for (const std::size_t k : {1U, 20U, 200U}) {
      EXPECT_THAT(diversify(*snapshot, candidates, k, diversity),
                  ElementsAreArray(by_definition(*snapshot, candidates, k, diversity)))
          << diversity << " " << k;
    }
  }
}

}  // namespace
}  // namespace bookreco
