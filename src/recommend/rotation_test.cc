#include "recommend/rotation.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/catalogue_for_tests.h"
#include "recommend/recommend.h"

namespace bookreco {
namespace {

using testing::Not;
using testing::UnorderedElementsAreArray;

class RotationTest : public testing::Test {
 protected:
  Hits ask(std::vector<SeenBook> seen, std::optional<double> rotation = 0.5) {
    request_.seen = std::move(seen);
    request_.rotation = rotation;
    return recommend(snapshot_, request_).value();
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
  RecommendRequest request_ = [] {
    RecommendRequest request;
    request.loved = {"f1"};
    request.k = 8;
    return request;
  }();
};

TEST_F(RotationTest, TheFactorFallsWithEachTime) {
  const std::vector<SeenBook> seen = {{"a1", 2}, {"a2", 1}, {"f2", 1}, {"gone", 5}};
  const Rotation rotation(*snapshot_, seen, 0.5);
  const auto factor = [&](std::string_view id) { return rotation.factor(*snapshot_->find(id)); };
  EXPECT_DOUBLE_EQ(factor("f2"), 1 / 1.5);
  EXPECT_DOUBLE_EQ(factor("a1"), 1 / 2.5) << "its editions together";
  EXPECT_DOUBLE_EQ(factor("a2"), 1 / 2.5);
  EXPECT_EQ(factor("f3"), 1);
  EXPECT_EQ(rotation.cooled(*snapshot_->find("f2"), -1), -1);
  EXPECT_TRUE(Rotation(*snapshot_, seen, 0).empty());
}

TEST_F(RotationTest, WhatWasShownGivesWay) {
  const auto first = ids(ask({}));
  const std::string top(first.front());
  const auto next = ids(ask({{top, 3}}));
  EXPECT_NE(next.front(), top);
  EXPECT_EQ(ids(ask({{top, 3}}, 0)), first) << "0 turns it off";
  EXPECT_EQ(ids(ask({{top, 3}}, std::nullopt)), first);
  EXPECT_EQ(ids(ask({{top, 1e-6}})), first) << "long ago";
}

TEST_F(RotationTest, ATourMovesOn) {
  request_ = {};
  request_.k = 4;
  const auto first = ids(ask({}));
  std::vector<SeenBook> seen;
  for (const std::string_view id : first) {
    seen.push_back({std::string(id), 1});
  }
  const auto next = ids(ask(seen));
  EXPECT_THAT(next, Not(UnorderedElementsAreArray(first)));
  EXPECT_EQ(ids(ask(seen)), next);
}

TEST_F(RotationTest, StrengthsOutOfRangeAreRefused) {
  for (const double rotation : {-0.1, 1.1, std::nan(""), HUGE_VAL}) {
    request_.rotation = rotation;
    const auto answer = recommend(snapshot_, request_);
    ASSERT_FALSE(answer) << rotation;
    EXPECT_EQ(answer.error().code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace bookreco
