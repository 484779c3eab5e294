#include "recommend/scope.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/catalogue_for_tests.h"
#include "recommend/recommend.h"
#include "recommend/search.h"
#include "recommend/similar.h"

namespace bookreco {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class ScopeTest : public testing::Test {
 protected:
  std::vector<std::string_view> passing(const BookFilter& filter,
                                        Availability unless_asked = Availability::kAny) const {
    const Scope scope(*snapshot_, filter, unless_asked);
    std::vector<std::string_view> found;
    for_each_segment(*snapshot_, [&](const Segment& segment, bool in_delta) {
      for (std::uint32_t row = 0; row < segment.rows(); ++row) {
        if (scope.allows({in_delta, row})) {
          found.push_back(segment.id(row));
        }
      }
    });
    return found;
  }
  void say_available(std::string_view id, bool available) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_.book(i).id == id) {
        rows_.book(i).available = available;
      }
    }
    snapshot_ = make_snapshot(rows_);
  }
  Hits recommended(const BookFilter& filter) const {
    RecommendRequest request;
    request.loved = {"f1"};
    request.k = 100;
    request.filter = filter;
    return recommend(snapshot_, request).value();
  }
  Hits like_f1(const BookFilter& filter) const {
    SimilarRequest request;
    request.id = "f1";
    request.k = 100;
    request.filter = filter;
    return similar(snapshot_, request).value();
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
};

TEST_F(ScopeTest, NothingAskedIsNoSet) {
  const Scope scope(*snapshot_, {}, Availability::kAvailable);
  EXPECT_EQ(scope.of(false), nullptr) << "nothing is said to be unavailable";
}

TEST_F(ScopeTest, AnExcludedIdTakesEveryEditionAlong) {
  BookFilter filter;
  filter.authors = {"Albert Camus"};
  filter.exclude_ids = {"a2", "unknown", ""};
  EXPECT_THAT(passing(filter), UnorderedElementsAre("a3", "a4", "a5", "z1"));
  snapshot_ = make_snapshot(rows_, [&](std::size_t i) { return rows_.book(i).id == "a2"; });
  EXPECT_THAT(passing(filter), UnorderedElementsAre("a3", "a4", "a5", "z1"))
      << "the one in the delta, the other in the base";
}

TEST_F(ScopeTest, ExcludedValuesAreFolded) {
  BookFilter filter;
  filter.exclude_authors = {"albert CAMUS", "Agatha Christie", "nobody"};
  filter.exclude_labels = {"science fiction"};
  filter.exclude_series = {"harry potter"};
  EXPECT_THAT(passing(filter), ElementsAre("a6"));
  filter.labels = {"Fantastique"};
  EXPECT_THAT(passing(filter), IsEmpty());
}

TEST_F(ScopeTest, ExclusionsHoldInEveryAnswer) {
  BookFilter filter;
  filter.exclude_authors = {"agatha christie"};
  filter.exclude_labels = {"JEUNESSE"};
  filter.exclude_series = {"dune"};
  filter.exclude_ids = {"a1", "e1"};
  const auto allowed = AllOf(Not(Contains(StartsWith("f"))),
                             Not(Contains(StartsWith("g"))),
                             Not(Contains(StartsWith("d"))),
                             Not(Contains("a1")),
                             Not(Contains("a2")),
                             Not(Contains("e1")),
                             Contains("e2"));
  EXPECT_THAT(ids(recommended(filter)), allowed);
  EXPECT_THAT(ids(like_f1(filter)), allowed);
  SearchRequest search;
  search.k = 100;
  search.filter = filter;
  EXPECT_THAT(ids(bookreco::search(snapshot_, search, {}).value()), allowed);
}

TEST_F(ScopeTest, WhatIsSaidToBeUnavailableIsNeverRecommendedUnlessAskedFor) {
  say_available("f2", false);
  say_available("f3", true);
  BookFilter filter;
  EXPECT_THAT(ids(recommended(filter)), AllOf(Not(Contains("f2")), Contains("f3"), Contains("f4")));
  EXPECT_THAT(ids(like_f1(filter)), AllOf(Not(Contains("f2")), Contains("f3"), Contains("f4")));
  SearchRequest search;
  search.query = "Dix petits nègres";
  search.mode = SearchMode::kLexical;
  const Hits found = bookreco::search(snapshot_, search, {}).value();
  ASSERT_THAT(ids(found), Contains("f2")) << "it is still found";
  EXPECT_THAT(found.hits[0].card, testing::HasSubstr("\"available\":false"));
  filter.available = Availability::kAny;
  EXPECT_THAT(ids(recommended(filter)), Contains("f2"));
  EXPECT_THAT(ids(like_f1(filter)), Contains("f2"));
  filter.available = Availability::kUnavailable;
  EXPECT_THAT(ids(recommended(filter)), ElementsAre("f2"));
  EXPECT_THAT(ids(like_f1(filter)), ElementsAre("f2"));
  filter.available = Availability::kAvailable;
  search.filter = filter;
  EXPECT_THAT(ids(bookreco::search(snapshot_, search, {}).value()), Not(Contains("f2")));
}

TEST_F(ScopeTest, AvailabilityFollowsTheDelta) {
  say_available("f2", false);
  BookFilter filter;
  filter.available = Availability::kUnavailable;
  EXPECT_THAT(passing(filter), ElementsAre("f2"));
  snapshot_ = make_snapshot(rows_, [&](std::size_t i) { return rows_.book(i).id == "f2"; });
  EXPECT_THAT(passing(filter), ElementsAre("f2"));
  EXPECT_THAT(passing({}, Availability::kAvailable), Not(Contains("f2")));
}

TEST_F(ScopeTest, AHundredThousandExcludedIdsAreAnswered) {
  TestRows rows = TestRows::random(20'000, 8, 7);
  snapshot_ = make_snapshot(rows);
  BookFilter filter;
  for (std::size_t i = 0; i < 100'000; ++i) {  // all but ten works of the catalogue, and as many
    filter.exclude_ids.push_back(fmt::format("b{:06}", i + 10));  // that nobody knows
  }
  RecommendRequest request;
  request.loved = {"b000500"};
  request.k = 1000;
  request.filter = filter;
  const Hits answer = recommend(snapshot_, request).value();
  EXPECT_THAT(answer.hits, testing::SizeIs(testing::AllOf(testing::Ge(5), testing::Le(10))));
  EXPECT_THAT(ids(answer), Each(StartsWith("b00000")));
}

}  // namespace
}  // namespace bookreco
