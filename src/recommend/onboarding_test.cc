#include "recommend/onboarding.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/readers_for_tests.h"
#include "recommend/tastes.h"

namespace bookreco {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

/// Four tastes, one a cluster of the shelf; everybody loves Noces besides.
class OnboardingTest : public testing::Test {
 protected:
  OnboardingTest() {
    std::vector<std::vector<const char*>> lists;
    for (int i = 0; i < 30; ++i) {
      lists.push_back({"a5", "a3", "a4", "a6"});
      lists.push_back({"a5", "d1", "e1", "e2"});
      lists.push_back({"a5", "f1", "f2", "f3"});
      lists.push_back({"a5", "g1", "g2"});
    }
    teach(*snapshot_, lists);
  }

  Hits answer(const OnboardingRequest& request = {}) {
    auto answer = onboarding(snapshot_, request);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }
  bool refused(const OnboardingRequest& request) {
    const auto answer = onboarding(snapshot_, request);
    return !answer && answer.error().code == Code::kInvalidArgument;
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
};

TEST_F(OnboardingTest, GroupsLikeTheirOwnBooks) {
  const Tastes tastes(*snapshot_);
  ASSERT_EQ(tastes.count(), 4U);
  const std::vector<RowRef> books = {*snapshot_->find("e1"), *snapshot_->find("a5")};
  const auto liked = tastes.liked(books);
  ASSERT_THAT(liked, SizeIs(8));
  EXPECT_GT(std::ranges::max(std::span(liked).first(4)), 0.7);
  EXPECT_LT(std::ranges::min(std::span(liked).first(4)), 0.1);
  const auto all = std::span(liked).last(4);
  EXPECT_LT(std::ranges::max(all) - std::ranges::min(all), 0.35) << "everybody's book tells little";
}

TEST_F(OnboardingTest, AsksAboutWhatDividesNotAboutWhatAllLove) {
  const Hits hits = answer();
  EXPECT_EQ(hits.strategy, "readers");
  EXPECT_FALSE(hits.degraded);
  ASSERT_GE(hits.hits.size(), 4U);
  EXPECT_THAT(ids(hits)[0], Not(StartsWith("a5")));
  std::set<char> tastes;
  for (std::size_t i = 0; i < 3; ++i) {
    tastes.insert(ids(hits)[i][0]);
    EXPECT_EQ(hits.hits[i].readers, 30);
    EXPECT_GT(hits.hits[i].score, 0);
    EXPECT_THAT(reasons(hits.hits[i], ReasonKind::kSameCluster), SizeIs(1));
  }
  EXPECT_THAT(tastes, SizeIs(3)) << "each of another taste";
  EXPECT_EQ(ids(answer()), ids(hits)) << "the same request gets the same answer";
}

TEST_F(OnboardingTest, TheNextQuestionFollowsFromTheGrades) {
  OnboardingRequest request;
  request.k = 1;
  const auto first = std::string(ids(answer(request))[0]);
  request.loved = {first};
  const Hits after_love = answer(request);
  EXPECT_EQ(after_love.history, 1);
  EXPECT_NE(ids(after_love)[0], first);
  request.loved = {};
  request.disliked = {first};
  EXPECT_NE(ids(answer(request))[0][0], first[0]) << "another taste is more likely now";
  request.disliked = {"a3", "f1"};
  EXPECT_THAT(ids(answer(request))[0], AnyOf(StartsWith("d"), StartsWith("e"), StartsWith("g")));
}

TEST_F(OnboardingTest, NeverAsksTwiceNorAboutTheSameAuthor) {
  OnboardingRequest request;
  request.loved = {"f2"};
  request.unknown = {"d1", "no such book"};
  request.k = kMaxQuestions;
  const auto asked = ids(answer(request));
  EXPECT_THAT(asked, Each(Not(StartsWith("f"))));
  EXPECT_THAT(asked, Each(Not(StartsWith("d"))));
  EXPECT_THAT(asked, Contains("e1"));
  EXPECT_LE(std::ranges::count_if(asked, [](auto id) { return id.starts_with("a"); }), 2)
      << "one of Camus, one of Zola";
}

TEST_F(OnboardingTest, TheFilterChoosesTheEditions) {
  OnboardingRequest request;
  request.filter.languages = {"en"};
  EXPECT_THAT(ids(answer(request)), testing::ElementsAre("g1"));
  request.filter.languages = {"it"};
  EXPECT_THAT(ids(answer(request)), IsEmpty());
}

TEST_F(OnboardingTest, WithoutReadersTheClustersAreAskedAbout) {
  snapshot_->readers = nullptr;
  const Hits hits = answer();
  EXPECT_EQ(hits.strategy, "clusters");
  EXPECT_TRUE(hits.degraded);
  ASSERT_GE(hits.hits.size(), 4U);
  std::set<std::string_view> clusters;
  for (std::size_t i = 0; i < 4; ++i) {
    clusters.insert(reasons(hits.hits[i], ReasonKind::kSameCluster)[0]);
  }
  EXPECT_GE(clusters.size(), 3U);
  OnboardingRequest request;
  request.loved = {std::string(ids(hits)[0])};
  request.k = 1;
  EXPECT_NE(ids(answer(request))[0][0], ids(hits)[0][0]);
}

TEST_F(OnboardingTest, BadRequestsAreRefused) {
  const auto with = [](auto&& change) {
    OnboardingRequest request;
    change(request);
    return request;
  };
  EXPECT_TRUE(refused(with([](auto& r) { r.k = -1; })));
  EXPECT_TRUE(refused(with([](auto& r) { r.k = kMaxQuestions + 1; })));
  EXPECT_TRUE(refused(with([](auto& r) { r.loved = {"nowhere"}; })));
  EXPECT_TRUE(refused(with([](auto& r) { r.liked = {std::string("\xff\0", 2)}; })));
  EXPECT_TRUE(refused(with([](auto& r) { r.loved = r.disliked = {"f1"}; })));
  EXPECT_THAT(ids(answer(with([](auto& r) { r.k = 0; }))), IsEmpty());
  EXPECT_THAT(ids(answer(with([](auto& r) { r.unknown = {10'000, "x"}; }))), Not(IsEmpty()));
}

}  // namespace
}  // namespace bookreco
