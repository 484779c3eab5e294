#include "ml/collaborative_model.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
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

}  // namespace
}  // namespace bookreco
