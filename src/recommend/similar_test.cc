#include "recommend/similar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "recommend/catalogue_for_tests.h"

namespace bookreco {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

SimilarRequest like(const char* id, std::int64_t k = 10) {
  SimilarRequest request;
  request.id = id;
  request.k = k;
  return request;
}

class SimilarTest : public testing::Test {
 protected:
  Hits ask(const SimilarRequest& request) {
    auto answer = similar(snapshot_, request);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
};

TEST_F(SimilarTest, NearestFirstWithoutOtherEditions) {
  const Hits answer = ask(like("a1", 4));
  EXPECT_THAT(ids(answer), ElementsAre("a3", "a5", "a4", "a6"));
  EXPECT_EQ(answer.strategy, "neighbours");
  EXPECT_EQ(answer.snapshot, "test");
  EXPECT_FALSE(answer.degraded);
  EXPECT_GT(answer.hits[0].score, answer.hits[1].score);
  EXPECT_THAT(answer.hits[0].card, HasSubstr("La Peste"));
}

TEST_F(SimilarTest, OneEditionOfAWork) {
  const Hits answer = ask(like("a3", 4));
  EXPECT_THAT(ids(answer), ElementsAre("a2", "a4", "a6", "a5"))
      << "a1 is another edition of a2, which is nearer";
}

TEST_F(SimilarTest, SaysWhy) {
  const Hits answer = ask(like("a3", 4));
  const Hit& chute = answer.hits[1];
  EXPECT_THAT(reasons(chute, ReasonKind::kSameAuthor), ElementsAre("Albert Camus"));
  EXPECT_THAT(reasons(chute, ReasonKind::kSameCollection), ElementsAre("Folio"));
  EXPECT_THAT(reasons(chute, ReasonKind::kSharedLabel), ElementsAre("Classiques"))
      << "most books are a Roman";
  EXPECT_THAT(reasons(chute, ReasonKind::kSharedTerm), IsEmpty());
  EXPECT_THAT(reasons(answer.hits[2], ReasonKind::kSharedTerm), ElementsAre("soleil"));
  EXPECT_THAT(reasons(answer.hits[2], ReasonKind::kSameAuthor), IsEmpty());
  EXPECT_THAT(reasons(ask(like("d1", 1)).hits[0], ReasonKind::kSameSeries), ElementsAre("Dune"));
}

TEST_F(SimilarTest, TheEdgesOfK) {
  EXPECT_THAT(ask(like("a1", 0)).hits, IsEmpty());
  EXPECT_THAT(ask(like("a1", kMaxK)).hits, SizeIs(17)) << "all but the book and its other edition";
  for (const std::int64_t k : {std::int64_t{-1}, kMaxK + 1, std::int64_t{1'000'000'000}}) {
    const auto answer = similar(snapshot_, like("a1", k));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kInvalidArgument);
    EXPECT_THAT(answer.error().message, HasSubstr("1000"));
  }
}

TEST_F(SimilarTest, UnknownBooksAreNotFound) {
  for (const char* id : {"nothing", "", "9782070360024", "a1 "}) {
    const auto answer = similar(snapshot_, like(id));
    ASSERT_FALSE(answer) << id;
    EXPECT_EQ(answer.error().code, Code::kNotFound);
  }
}

TEST_F(SimilarTest, OtherMetricsScan) {
  SimilarRequest request = like("f1", 3);
  request.metric = Metric::kEuclidean;
  const Hits answer = ask(request);
  EXPECT_EQ(answer.strategy, "scan");
  EXPECT_THAT(ids(answer), Each(testing::StartsWith("f")));
  EXPECT_LE(answer.hits[0].score, answer.hits[1].score);
  request.metric = Metric::kTaxicab;
  EXPECT_LE(ask(request).hits[0].score, ask(request).hits[2].score);
}

TEST_F(SimilarTest, SameAndClusterAndFilters) {
  SimilarRequest request = like("a3");
  request.same = {FacetKind::kCollection};
  EXPECT_THAT(ids(ask(request)), ElementsAre("a4", "a6", "z1"));
  request.same = {FacetKind::kCollection, FacetKind::kAuthor};
  EXPECT_THAT(ids(ask(request)), ElementsAre("a4", "z1"));
  request.same = {FacetKind::kSeries};
  EXPECT_THAT(ids(ask(request)), IsEmpty()) << "the book has no series to share";
  request = like("d1");
  request.within_cluster = true;
  EXPECT_THAT(ids(ask(request)), ElementsAre("d4", "d2", "d3", "e1", "e2"));
  request.filter.authors = {"isaac asimov", "DAN SIMMONS"};
  request.filter.exclude_ids = {"e2"};
  EXPECT_THAT(ids(ask(request)), ElementsAre("e1"));
  request.filter.labels = {"none"};
  EXPECT_THAT(ids(ask(request)), IsEmpty());
}

TEST_F(SimilarTest, ABookWithoutWordsIsComparedByWhatItShares) {
  const Hits answer = ask(like("z1", 4));
  EXPECT_EQ(answer.strategy, "attributes");
  EXPECT_TRUE(answer.degraded);
  EXPECT_THAT(ids(answer), ElementsAre("a3", "a4", "a1", "a5"))
      << "author, label and collection before author and label";
  EXPECT_LE(answer.hits[0].score, 1);
  EXPECT_GT(answer.hits[0].score, answer.hits[2].score);
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kSameAuthor), ElementsAre("Albert Camus"));
}

TEST_F(SimilarTest, TheAnswerKeepsTheSnapshotAlive) {
  const Hits answer = ask(like("a1", 2));
  snapshot_ = make_snapshot(rows_);
  EXPECT_EQ(answer.hits[0].id, "a3");
  EXPECT_EQ(answer.snapshot, "test");
}

TEST_F(SimilarTest, DeltaOverridesTheBase) {
  TestRows changed(4);
  Book book = rows_.book(2);  // a3, now about sand
  book.title = "La Peste sur Arrakis";
  changed.add(book, {0, 10, 1.1F, 0}, 1);
  book.id = "n1";
  book.work_id = "w-n1";
  book.title = "Nouveau";
  changed.add(book, {10, 0, 1.1F, 0}, 0);
  snapshot_->delta =
      std::make_shared<const Segment>(build_in_memory(changed.all(), changed.options()));
  snapshot_->gone = RowSet(snapshot_->base->rows());
  snapshot_->gone.insert(2);  // a3 was replaced
  snapshot_->gone.insert(4);  // a5 was deleted
  const Hits camus = ask(like("a1", 3));
  EXPECT_THAT(ids(camus), ElementsAre("n1", "a4", "a6"));
  EXPECT_THAT(reasons(camus.hits[0], ReasonKind::kSharedLabel), ElementsAre("Classiques"));
  EXPECT_THAT(ids(ask(like("d1", 2))), ElementsAre("a3", "d4"));
  const Hits moved = ask(like("a3", 2));
  EXPECT_THAT(ids(moved), ElementsAre("d1", "d4"));
  EXPECT_THAT(reasons(moved.hits[0], ReasonKind::kSameCluster), ElementsAre("Space and sand"));
  EXPECT_FALSE(similar(snapshot_, like("a5")));
}

/// Every k of every book, from one segment and from every way to split it, is the answer of a plain
/// scan.
TEST(SimilarPropertyTest, AnswersDoNotDependOnTheSplit) {
  TestRows rows = TestRows::random(160, 12, 21);
  const auto whole = make_snapshot(rows);
  for (const std::size_t share : {1U, 2U, 7U, 20U}) {
    const auto split = make_snapshot(rows, [&](std::size_t i) { return i % 20 < share; });
    for (std::size_t i = 0; i < rows.size(); i += 3) {
      SimilarRequest request =
          like(rows.book(i).id.c_str(), static_cast<std::int64_t>(1 + (i * 7) % 30));
      switch (i % 4) {
        case 0:
          break;
        case 1:
          request.filter.labels = {"Label 1", "label 2"};
          break;
        case 2:
          request.same = {FacetKind::kLabel};
          break;
        default:
          request.within_cluster = true;
          break;
      }
      request.metric = i % 5 == 4 ? Metric::kTaxicab : Metric::kCosine;
      const auto one = similar(whole, request);
      const auto two = similar(split, request);
      ASSERT_TRUE(one && two);
      ASSERT_EQ(ids(*one), ids(*two)) << request.id << " share " << share;
      for (std::size_t h = 0; h < one->hits.size(); ++h) {
        ASSERT_EQ(one->hits[h].score, two->hits[h].score);
        ASSERT_EQ(one->hits[h].card, two->hits[h].card);
        ASSERT_EQ(one->hits[h].reasons.size(), two->hits[h].reasons.size());
        for (std::size_t r = 0; r < one->hits[h].reasons.size(); ++r) {
          ASSERT_EQ(one->hits[h].reasons[r].value, two->hits[h].reasons[r].value);
        }
      }
    }
  }
}

TEST(SimilarPropertyTest, ListsAnswerLikeAScan) {
  TestRows rows = TestRows::random(200, 12, 22);
  const auto listed = make_snapshot(rows);
  auto options = rows.options();
  options.neighbours = 0;
  auto scanned = std::make_shared<Snapshot>(*listed);
  scanned->base = std::make_shared<const Segment>(build_in_memory(rows.all(), options));
  std::size_t from_lists = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const SimilarRequest request = like(rows.book(i).id.c_str(), static_cast<std::int64_t>(i % 25));
    const auto one = similar(listed, request);
    const auto two = similar(scanned, request);
    ASSERT_EQ(ids(*one), ids(*two));
    from_lists += one->strategy == "neighbours" ? 1 : 0;
  }
  EXPECT_GT(from_lists, 120U);
}

TEST(SimilarSpeedTest, AnswersFromListsInMicroseconds) {
  TestRows rows = TestRows::random(3'300, 128, 23);
  const Stopwatch build;
  const auto snapshot = make_snapshot(rows);
  RecordProperty("build_ms", static_cast<int>(build.seconds() * 1000));
  double best = 1;
  for (int round = 0; round < 5; ++round) {
    const Stopwatch watch;
    std::size_t hits = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      hits += similar(snapshot, like(rows.book(i).id.c_str()))->hits.size();
    }
    ASSERT_EQ(hits, rows.size() * 10);
    best = std::min(best, watch.seconds() / static_cast<double>(rows.size()));
  }
  RecordProperty("similar_ns", static_cast<int>(best * 1e9));
  EXPECT_LT(best, 100e-6) << "twenty times what an optimised build takes";
}

}  // namespace
}  // namespace bookreco
