#include "recommend/session.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/catalogue_for_tests.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Kind = InteractionKind;

const Timestamp kNow = Timestamp(std::chrono::days(20'000));

Interaction event(std::string book, Kind kind, Timestamp at = kUnknownTime) {
  Interaction event;
  event.book_id = std::move(book);
  event.kind = kind;
  event.at = at;
  return event;
}

std::vector<WeightedBook> weighed(const std::vector<Interaction>& events) {
  return weigh_session(events, {}, kNow);
}

double weight_of(const std::vector<WeightedBook>& books, std::string_view id) {
  const auto found = std::ranges::find(books, id, &WeightedBook::book_id);
  EXPECT_NE(found, books.end()) << id;
  return found == books.end() ? std::nan("") : found->weight;
}

TEST(WeighSession, WhatCameLastSaysMost) {
  const auto books = weighed({event("a", Kind::kClick), event("b", Kind::kClick)});
  ASSERT_THAT(books, SizeIs(2));
  EXPECT_EQ(books[0].book_id, "b");
  EXPECT_DOUBLE_EQ(books[0].weight, 1);
  EXPECT_NEAR(books[1].weight, std::exp2(-1 / kSessionHalfLife), 1e-6);
  EXPECT_TRUE(books[0].excluded && books[1].excluded);
}

TEST(WeighSession, LoadingAPageAgainAgesNothing) {
  const auto books = weighed({event("a", Kind::kClick),
                              event("b", Kind::kClick),
                              event("b", Kind::kView),
                              event("b", Kind::kView)});
  EXPECT_NEAR(weight_of(books, "a"), std::exp2(-1 / kSessionHalfLife) * 0.05 / 0.09, 1e-6);
}

TEST(WeighSession, APurchaseOutweighsLaterClicks) {
  const auto books =
      weighed({event("a", Kind::kPurchase), event("b", Kind::kClick), event("c", Kind::kClick)});
  EXPECT_EQ(books[0].book_id, "a");
  EXPECT_DOUBLE_EQ(books[0].weight, 1);
}

TEST(WeighSession, TheOrderSettlesWhatWasSaidLast) {
  const auto books = weighed({event("a", Kind::kDisliked),
                              event("b", Kind::kLoved, kNow - std::chrono::days(1)),
                              event("a", Kind::kLoved),
                              event("b", Kind::kDisliked, kNow - std::chrono::days(2))});
  EXPECT_GT(weight_of(books, "a"), 0);
  EXPECT_DOUBLE_EQ(weight_of(books, "b"), -0.5) << "its clock went back";
}

TEST(WeighSession, AClockThatIsAheadOrBehindDoesNoHarm) {
  const auto ahead =
      weighed({event("a", Kind::kView, kNow + std::chrono::days(9999)), event("b", Kind::kView)});
  EXPECT_EQ(ahead[0].book_id, "b");
  EXPECT_NEAR(weight_of(ahead, "a"), std::exp2(-1 / kSessionHalfLife), 1e-6);
  const auto behind = weighed(
      {event("a", Kind::kView, Timestamp(std::chrono::days(-700'000))), event("b", Kind::kView)});
  EXPECT_EQ(weight_of(behind, "a"), 0) << "long forgotten, but seen";
  EXPECT_TRUE(behind[1].excluded);
}

TEST(WeighSession, OfALongSessionTheLastEventsCountAndAllWereSeen) {
  std::vector<Interaction> events;
  for (int i = 0; i < 10'000; ++i) {
    events.push_back(event(fmt::format("b{}", i), Kind::kClick));
  }
  const auto books = weighed(events);
  EXPECT_THAT(books, SizeIs(10'000));
  EXPECT_THAT(books, Each(testing::Field(&WeightedBook::excluded, true)));
  EXPECT_EQ(std::ranges::count_if(books, [](const auto& book) { return book.weight > 0; }),
            kMaxSessionEvents);
  EXPECT_EQ(books[0].book_id, "b9999");
  EXPECT_EQ(weight_of(books, "b0"), 0);
  EXPECT_THAT(weighed({}), IsEmpty());
}

class SessionTest : public testing::Test {
 protected:
  Result<Hits> ask(const std::vector<Interaction>& events, std::int64_t k = 6) {
    SessionRequest request;
    request.events = events;
    request.k = k;
    request.diversity = 0;
    return recommend_session(snapshot_, request, {}, kNow);
  }
  Hits answer(const std::vector<Interaction>& events, std::int64_t k = 6) {
    auto answer = ask(events, k);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
};

TEST_F(SessionTest, TheLastClickLeads) {
  const auto crime_last = answer({event("e1", Kind::kClick), event("f1", Kind::kClick)});
  EXPECT_EQ(ids(crime_last)[0][0], 'f');
  EXPECT_EQ(reasons(crime_last.hits[0], ReasonKind::kBecauseOf)[0], "Le Crime de l'Orient-Express");
  const auto space_last = answer({event("f1", Kind::kClick), event("e1", Kind::kClick)});
  EXPECT_TRUE(ids(space_last)[0][0] == 'd' || ids(space_last)[0][0] == 'e') << ids(space_last)[0];
  EXPECT_EQ(crime_last.history, 2);
}

TEST_F(SessionTest, WhatWasSeenIsNotAnswered) {
  const Hits hits = answer({event("a2", Kind::kView), event("f1", Kind::kNeutral)}, 100);
  EXPECT_EQ(hits.strategy, "content");
  for (const char* seen : {"a1", "a2", "f1"}) {
    EXPECT_THAT(ids(hits), Not(Contains(seen)));
  }
}

TEST_F(SessionTest, UnknownBooksArePassedOverAndCounted) {
  const Hits hits = answer({event("gone", Kind::kClick),
                            event(std::string("\xff\x00\x80", 3), Kind::kClick),
                            event("f1", Kind::kClick),
                            event("gone", Kind::kView)});
  EXPECT_EQ(hits.ignored, 3);
  EXPECT_EQ(hits.history, 1);
  EXPECT_EQ(ids(hits)[0][0], 'f');
}

TEST_F(SessionTest, AnEmptySessionGetsTheTour) {
  const Hits hits = answer({});
  EXPECT_EQ(hits.strategy, "tour");
  EXPECT_FALSE(hits.degraded);
  EXPECT_THAT(ids(hits), Not(IsEmpty()));
  EXPECT_EQ(answer({event("gone", Kind::kClick)}).strategy, "tour");
}

TEST_F(SessionTest, BadNumbersAreRefused) {
  EXPECT_EQ(ask({}, -1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ask({}, kMaxK + 1).error().code, Code::kInvalidArgument);
  EXPECT_THAT(ids(answer({event("f1", Kind::kClick)}, 0)), IsEmpty());
}

}  // namespace
}  // namespace bookreco
