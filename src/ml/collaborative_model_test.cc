#include "ml/collaborative_model.h"

#include <algorithm>
#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

TEST(TopItemsTest, OrdersByScoreThenItem) {
  const std::vector<float> scores = {1, 3, 2, 3, -1};
  EXPECT_THAT(top_items(scores, 3),
              ElementsAre(ScoredItem{1, 3}, ScoredItem{3, 3}, ScoredItem{2, 2}));
  EXPECT_EQ(top_items(scores, 100).size(), 5U);
  EXPECT_THAT(top_items(scores, 0), IsEmpty());
}

TEST(TopItemsTest, LeavesOutExcludedAndUnscored) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> scores = {1, -kInfinity, 2, 3, std::numeric_limits<float>::quiet_NaN()};
  const std::vector<std::uint32_t> excluded = {0, 3, 9};
  EXPECT_THAT(top_items(scores, 3, excluded), ElementsAre(ScoredItem{2, 2}));
}

TEST(TopItemsTest, EqualsASortOfAll) {
  Random random(3);
  std::vector<float> scores(1000);
  for (float& score : scores) {
    score = random.uniform() < 0.8 ? 0 : static_cast<float>(random.below(20));
  }
  const std::vector<std::uint32_t> excluded = {0, 17, 500, 999};
  std::vector<ScoredItem> all;
  for (std::uint32_t i = 0; i < scores.size(); ++i) {
    if (!std::ranges::binary_search(excluded, i)) {
      all.push_back({i, scores[i]});
    }
  }
  std::ranges::stable_sort(all, std::greater<>(), &ScoredItem::score);
  for (const std::size_t n : {1U, 2U, 10U, 300U, 996U, 2000U}) {
    const std::size_t expected = std::min(n, all.size());
    EXPECT_THAT(top_items(scores, n, excluded), ElementsAreArray(std::span(all).first(expected)))
        << n;
  }
}

}  // namespace
}  // namespace bookreco
