#include "recommend/recommend.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/catalogue_for_tests.h"
#include "recommend/diversify.h"
#include "recommend/history.h"

namespace bookreco {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

using Ids = std::vector<std::string>;

RecommendRequest reader(Ids loved, Ids liked = {}, Ids disliked = {}) {
  RecommendRequest request;
  request.loved = std::move(loved);
  request.liked = std::move(liked);
  request.disliked = std::move(disliked);
  return request;
}

class RecommendTest : public testing::Test {
 protected:
  Hits ask(const RecommendRequest& request) {
    auto answer = recommend(snapshot_, request);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }
  std::string refusal(const RecommendRequest& request) {
    const auto answer = recommend(snapshot_, request);
    EXPECT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kInvalidArgument);
    return answer.error().message;
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
};

TEST_F(RecommendTest, FollowsWhatWasLoved) {
  const Hits answer = ask(reader({"f1"}));
  EXPECT_EQ(answer.strategy, "content");
  EXPECT_FALSE(answer.degraded);
  EXPECT_THAT(answer.hits[0].id, StartsWith("f"));
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kBecauseOf),
              ElementsAre("Le Crime de l'Orient-Express"));
  EXPECT_GT(answer.hits[0].reasons[0].weight, 0.3F);
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kSharedLabel), ElementsAre("Policier"));
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kSameAuthor), ElementsAre("Agatha Christie"));
}

TEST_F(RecommendTest, LeavesOutTheHistoryInEveryEdition) {
  RecommendRequest request = reader({"a1"}, {"a3"}, {"a4"});
  request.k = 100;
  EXPECT_THAT(
      ids(ask(request)),
      AllOf(Not(Contains("a1")), Not(Contains("a2")), Not(Contains("a3")), Not(Contains("a4"))));
}

TEST_F(RecommendTest, TheNextVolumeAlone) {
  RecommendRequest request = reader({"d1"});
  request.k = 100;
  EXPECT_THAT(ids(ask(request)), AllOf(Contains("d2"), Not(Contains("d3")), Not(Contains("d4"))));
  request = reader({"d1", "d3"});
  request.k = 100;
  EXPECT_THAT(ids(ask(request)), AllOf(Contains("d2"), Not(Contains("d4"))));
  request = reader({"d2"});
  request.k = 100;
  EXPECT_THAT(ids(ask(request)), AllOf(Contains("d3"), Not(Contains("d1")), Not(Contains("d4"))));
  request = reader({"d3", "d4"});
  request.k = 100;
  EXPECT_THAT(ids(ask(request)), AllOf(Contains("d1"), Not(Contains("d2"))));
}

TEST_F(RecommendTest, OfAnUnreadSeriesTheFirstVolume) {
  RecommendRequest request = reader({"e1"});
  request.k = 100;
  const Hits answer = ask(request);
  EXPECT_THAT(ids(answer), AllOf(Contains("d1"), Contains("g1")));
  EXPECT_THAT(
      ids(answer),
      AllOf(Not(Contains("d2")), Not(Contains("d3")), Not(Contains("d4")), Not(Contains("g2"))));
}

TEST_F(RecommendTest, NeverALaterVolumeWhenAFilterHidesTheNext) {
  RecommendRequest request = reader({"d1"});
  request.k = 100;
  request.filter.exclude_ids = {"d2"};
  EXPECT_THAT(ids(ask(request)), Each(Not(StartsWith("d"))));
}

TEST_F(RecommendTest, AtMostThreeOfAnAuthor) {
  TestRows rows = TestRows::random(300, 8, 41);
  snapshot_ = make_snapshot(rows);
  RecommendRequest request = reader({"b000010", "b000020"});
  request.k = 100;
  std::map<std::string_view, int> books;
  for (const Hit& hit : ask(request).hits) {
    const auto ref = snapshot_->find(hit.id);
    for (const std::uint32_t author : snapshot_->base->values(FacetKind::kAuthor, ref->row)) {
      EXPECT_LE(++books[snapshot_->base->value_name(FacetKind::kAuthor, author)], 3);
    }
  }
  EXPECT_GT(books.size(), 30U);
}

TEST_F(RecommendTest, LovedWeighsMoreThanLiked) {
  RecommendRequest request = reader({"f1"}, {"e1"});
  request.diversity = 0;
  EXPECT_THAT(ask(request).hits[0].id, StartsWith("f"));
  request = reader({"e1"}, {"f1"});
  request.diversity = 0;
  EXPECT_THAT((Ids{"d1", "e2"}), Contains(ask(request).hits[0].id));
}

TEST_F(RecommendTest, DislikedBooksPushTheirLikeDown) {
  RecommendRequest request = reader({"a5"}, {"f1"});
  request.k = 100;
  const auto place = [&](const Hits& answer, std::string_view id) {
    const auto all = ids(answer);
    return std::find(all.begin(), all.end(), id) - all.begin();
  };
  const Hits before = ask(request);
  request.disliked = {"f4"};
  const Hits after = ask(request);
  EXPECT_GT(place(after, "f2"), place(before, "f2"));
}

TEST_F(RecommendTest, FiltersHold) {
  RecommendRequest request = reader({"a1"});
  request.filter.labels = {"Policier"};
  request.k = 3;
  EXPECT_THAT(ids(ask(request)), AllOf(SizeIs(3), Each(StartsWith("f"))));
  request.filter.languages = {"xx"};
  const Hits none = ask(request);
  EXPECT_THAT(ids(none), IsEmpty());
  EXPECT_TRUE(none.degraded);
}

TEST_F(RecommendTest, DiversitySpreadsTheAnswer) {
  RecommendRequest request = reader({"f1"}, {"e1"});
  request.k = 3;
  request.diversity = 0;
  EXPECT_THAT(ids(ask(request)), Each(StartsWith("f")));
  request.diversity = 0.8;
  const Hits diverse = ask(request);
  EXPECT_THAT(diverse.hits[0].id, StartsWith("f")) << "the best stays first";
  EXPECT_THAT(ids(diverse), Contains(Not(StartsWith("f"))));
}

TEST_F(RecommendTest, WithoutHistoryATourOfTheClusters) {
  RecommendRequest request;
  request.k = 8;
  const Hits answer = ask(request);
  EXPECT_EQ(answer.strategy, "tour");
  EXPECT_FALSE(answer.degraded);
  const auto found = ids(answer);
  ASSERT_GE(found.size(), 7U);
  std::set<char> first;
  for (std::size_t i = 0; i < 4; ++i) {
    first.insert(found[i][0]);
  }
  EXPECT_EQ(first.size(), 4U) << "the first four are of the four clusters";
  EXPECT_THAT(found[0], StartsWith("a")) << "the largest cluster";
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kSameCluster), ElementsAre("French novels"));
  EXPECT_THAT(found, AllOf(Not(Contains("d2")), Not(Contains("g2"))));
  EXPECT_EQ(std::set(found.begin(), found.end()).size(), found.size());
}

TEST_F(RecommendTest, ATourAvoidsWhatIsDislikedAndHonoursFilters) {
  RecommendRequest request = reader({}, {}, {"f1"});
  request.k = 50;
  const Hits answer = ask(request);
  EXPECT_EQ(answer.strategy, "tour");
  EXPECT_THAT(ids(answer), AllOf(Each(Not(StartsWith("f"))), Contains(StartsWith("a"))));
  request = {};
  request.filter.languages = {"en"};
  EXPECT_THAT(ids(ask(request)), ElementsAre("g1"));
}

TEST_F(RecommendTest, AHistoryWithoutWordsStillHelps) {
  const Hits answer = ask(reader({"z1"}));
  EXPECT_EQ(answer.strategy, "content");
  EXPECT_THAT(ids(answer), AllOf(SizeIs(3), Each(StartsWith("a"))))
      << "books of its author, three at most";
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kSameAuthor), ElementsAre("Albert Camus"));
}

TEST_F(RecommendTest, RefusesBadRequests) {
  EXPECT_THAT(refusal(reader({"nope", "a1"}, {"what"})),
              AllOf(HasSubstr("\"nope\""), HasSubstr("\"what\"")));
  EXPECT_THAT(refusal(reader({"a1"}, {}, {"a1"})), HasSubstr("\"a1\" stands in two lists"));
  EXPECT_THAT(ids(ask(reader({"a1", "a1"}))), Not(IsEmpty())) << "twice in one list counts once";
  RecommendRequest request = reader({"a1"});
  for (const double diversity : {-0.1, 1.1, std::nan("")}) {
    request.diversity = diversity;
    EXPECT_THAT(refusal(request), HasSubstr("from 0 to 1"));
  }
  request.diversity = 1;
  request.k = -1;
  EXPECT_THAT(refusal(request), HasSubstr("1000"));
  request.k = kMaxK + 1;
  EXPECT_THAT(refusal(request), HasSubstr("1000"));
  request.k = 0;
  EXPECT_THAT(ask(request).hits, IsEmpty());
  EXPECT_THAT(refusal(reader(Ids(kMaxHistory + 1, "a1"))), HasSubstr("at most 1000"));
}

TEST_F(RecommendTest, BooksOfTheDeltaTakePart) {
  snapshot_ = make_snapshot(rows_, [&](std::size_t i) {
    return rows_.book(i).id == "f2" || rows_.book(i).id == "d2" || rows_.book(i).id == "a5";
  });
  RecommendRequest request = reader({"f1"}, {"d1"});
  request.k = 100;
  EXPECT_THAT(ids(ask(request)), AllOf(Contains("f2"), Contains("d2"), Not(Contains("d3"))));
  const Hits answer = ask(reader({"a5"}));
  EXPECT_THAT(answer.hits[0].id, StartsWith("a"));
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kBecauseOf), ElementsAre("Noces"));
  snapshot_->gone = RowSet(snapshot_->base->rows());
  snapshot_->gone.insert(snapshot_->find("f3")->row);
  EXPECT_THAT(ids(ask(request)), Not(Contains("f3")));
}

TEST_F(RecommendTest, ALongHistoryIsAnswered) {
  TestRows rows = TestRows::random(2'000, 32, 42);
  snapshot_ = make_snapshot(rows);
  RecommendRequest request;
  for (std::size_t i = 0; i < kMaxHistory; ++i) {
    request.loved.push_back(rows.book(i).id);
  }
  request.k = kMaxK;
  const Hits answer = ask(request);
  EXPECT_THAT(answer.hits, SizeIs(testing::Gt(500)));
  std::set<std::uint64_t> works;
  for (const std::string& id : request.loved) {
    works.insert(snapshot_->base->work_key(snapshot_->find(id)->row));
  }
  for (const Hit& hit : answer.hits) {
    EXPECT_TRUE(works.insert(snapshot_->base->work_key(snapshot_->find(hit.id)->row)).second)
        << hit.id;
  }
}

TEST_F(RecommendTest, ACatalogueWithoutClustersIsShownByTitle) {
  TestRows rows(4);
  for (const char* id : {"x1", "x2", "x3"}) {
    Book book;
    book.id = id;
    book.title = id;
    rows.add(book, {}, kNoCluster);
  }
  snapshot_ = make_snapshot(rows);
  EXPECT_THAT(ids(ask({})), ElementsAre("x1", "x2", "x3"));
  EXPECT_THAT(ids(ask(reader({"x1"}))), ElementsAre("x2", "x3"));
  EXPECT_TRUE(ask(reader({"x1"})).degraded);
}

TEST_F(RecommendTest, AnEmptyCatalogueAnswersNothing) {
  snapshot_ = std::make_shared<Snapshot>();
  snapshot_->base = std::make_shared<const Segment>(build_in_memory({}, rows_.options()));
  EXPECT_THAT(ask({}).hits, IsEmpty());
}

RecommendRequest weighed(std::vector<WeightedBook> history) {
  RecommendRequest request;
  request.history = std::move(history);
  return request;
}

TEST_F(RecommendTest, AWeighedHistoryIsTheSameAsTheLists) {
  const Hits lists = ask(reader({"f1"}, {"e1"}, {"a1"}));
  const Hits history =
      ask(weighed({{"f1", 1, true, {}}, {"e1", 0.6, true, {}}, {"a1", -0.5, true, {}}}));
  EXPECT_THAT(ids(history), testing::ElementsAreArray(ids(lists)));
  EXPECT_EQ(history.history, 3);
  EXPECT_EQ(history.strategy, "content");
}

TEST_F(RecommendTest, WhatIsExcludedIsLeftOutInEveryEdition) {
  RecommendRequest request =
      weighed({{"f1", 1, true, {}}, {"a2", 0, true, {}}, {"gone", 1, true, {}}});
  request.k = 100;
  const Hits answer = ask(request);
  EXPECT_THAT(ids(answer), Not(Contains("a1")));
  EXPECT_THAT(ids(answer), Not(Contains("a2")));
  EXPECT_EQ(answer.history, 1);
}

TEST_F(RecommendTest, ABookOnlyLookedAtIsNotItsOwnRecommendation) {
  EXPECT_THAT(ids(ask(weighed({{"f1", 0.02, false, {}}}))), Not(Contains("f1")));
  // Weighed against without being known, it may still come.
  RecommendRequest request = weighed({{"f2", 1, true, {}}, {"e1", -0.01, false, {}}});
  request.k = 100;
  EXPECT_EQ(ask(request).history, 2);
}

TEST_F(RecommendTest, ALongHistoryIsCutAndExcludedWhole) {
  std::vector<WeightedBook> history(100'000, {"unknown", 1, true, {}});
  history.push_back({"f1", 0.5, true, {}});
  EXPECT_THAT(ask(weighed(history)).hits[0].id, StartsWith("f"));
}

}  // namespace
}  // namespace bookreco
