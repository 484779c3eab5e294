#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/isbn_repair.h"
#include "domain/reader_history.h"
#include "domain/timestamp.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = InteractionKind;

const Timestamp kNow(std::chrono::sys_days(std::chrono::year(2026) / 6 / 1));

Timestamp days_ago(double days) {
  return kNow - std::chrono::milliseconds(static_cast<std::int64_t>(days * 86'400'000));
}

Interaction said(std::string book,
                 Kind kind,
                 double days = 0,
                 std::optional<double> value = std::nullopt) {
  return {"r", std::move(book), kind, value, days_ago(days), "test", ""};
}

double weight_of(const std::vector<Interaction>& history, const InteractionPolicy& policy = {}) {
  const auto books = weigh(history, policy, kNow);
  return books.size() == 1 ? books.front().weight : std::nan("");
}

TEST(Weigh, GradesHaveTheirWeightsHoweverOld) {
  EXPECT_EQ(weight_of({said("b", Kind::kLoved, 9000)}), 1);
  EXPECT_EQ(weight_of({said("b", Kind::kLiked)}), 0.6);
  EXPECT_EQ(weight_of({said("b", Kind::kNeutral)}), 0);
  EXPECT_EQ(weight_of({said("b", Kind::kDisliked)}), -0.5);
}

TEST(Weigh, StarsLieBetweenTheGrades) {
  const auto of = [](double stars) { return weight_of({said("b", Kind::kRating, 0, stars)}); };
  EXPECT_DOUBLE_EQ(of(5), 1);
  EXPECT_DOUBLE_EQ(of(4.5), 0.8);
  EXPECT_DOUBLE_EQ(of(4), 0.6);
  EXPECT_DOUBLE_EQ(of(3.25), 0.15);
  EXPECT_DOUBLE_EQ(of(3), 0);
  EXPECT_DOUBLE_EQ(of(2), -0.25);
  EXPECT_DOUBLE_EQ(of(1), -0.5);
  EXPECT_DOUBLE_EQ(of(0.25), -0.5);
}

TEST(Weigh, WeightsHalveAndExpire) {
  InteractionPolicy policy;
  policy.of(Kind::kRead) = {0.8, 10, 30};
  EXPECT_DOUBLE_EQ(weight_of({said("b", Kind::kRead, 10)}, policy), 0.4);
  EXPECT_DOUBLE_EQ(weight_of({said("b", Kind::kRead, 30)}, policy), 0.1);
  EXPECT_DOUBLE_EQ(weight_of({said("b", Kind::kRead, 30.01)}, policy), 0);
  Interaction undated = said("b", Kind::kRead);
  undated.at = kUnknownTime;
  EXPECT_DOUBLE_EQ(weight_of({undated}, policy), 0.8);
  EXPECT_DOUBLE_EQ(weight_of({said("b", Kind::kRead, -5)}, policy), 0.8);
}

TEST(Weigh, TheLatestOpinionCountsAndBeatsShelvesAndEvents) {
  EXPECT_EQ(weight_of({said("b", Kind::kLoved, 5),
                       said("b", Kind::kDisliked, 1),
                       said("b", Kind::kRead, 0),
                       said("b", Kind::kClick, 0)}),
            -0.5);
  EXPECT_EQ(weight_of({said("b", Kind::kDidNotFinish, 0), said("b", Kind::kClick, 0)}), -0.2);
}

TEST(Weigh, EventsAddUpToALikedBookAtMost) {
  EXPECT_DOUBLE_EQ(weight_of({said("b", Kind::kView), said("b", Kind::kClick)}), 0.07);
  EXPECT_DOUBLE_EQ(weight_of(std::vector<Interaction>(500, said("b", Kind::kClick))), 0.6);
}

TEST(Weigh, WhatIsKnownOrDismissedIsExcluded) {
  const auto excluded = [](Kind kind, double days) {
    const auto books = weigh(std::vector{said("b", kind, days)}, {}, kNow);
    return !books.empty() && books.front().excluded;
  };
  for (const Kind kind : {Kind::kLoved,
                          Kind::kNeutral,
                          Kind::kReading,
                          Kind::kRead,
                          Kind::kDidNotFinish,
                          Kind::kPurchase,
                          Kind::kHide}) {
    EXPECT_TRUE(excluded(kind, 20'000)) << kind_name(kind);
  }
  for (const Kind kind : {Kind::kWantToRead, Kind::kNotNow}) {
    EXPECT_TRUE(excluded(kind, 80)) << kind_name(kind);
    EXPECT_FALSE(excluded(kind, 20'000)) << kind_name(kind);
  }
  EXPECT_FALSE(excluded(Kind::kView, 0));
  EXPECT_FALSE(excluded(Kind::kClick, 0));
  const auto both = std::vector{said("b", Kind::kHide, 3000), said("b", Kind::kNotNow, 2900)};
  EXPECT_TRUE(weigh(both, {}, kNow).front().excluded);
}

TEST(Weigh, TheOrderOfTheHistoryIsOfNoAccount) {
  std::vector<Interaction> history;
  for (int i = 0; i < 300; ++i) {
    history.push_back(said(std::string("b") + std::to_string(i % 40),
                           all_kinds()[static_cast<std::size_t>(i * 7 % 14)],
                           i % 5,
                           i * 7 % 14 == 4 ? std::optional(i % 20 / 4.0 + 0.25) : std::nullopt));
  }
  const auto once = weigh(history, {}, kNow);
  EXPECT_EQ(once.size(), 40);
  EXPECT_TRUE(std::is_sorted(
      once.begin(), once.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; }));
  std::reverse(history.begin(), history.end());
  EXPECT_EQ(weigh(history, {}, kNow), once);
  EXPECT_THAT(weigh({}, {}, kNow), IsEmpty());
}

TEST(Library, HoldsOneStatementOfEachGroupLatestFirst) {
  const std::vector<Interaction> history = {said("a", Kind::kWantToRead, 9),
                                            said("a", Kind::kRead, 8),
                                            said("a", Kind::kRating, 7, 4.5),
                                            said("a", Kind::kView, 1),
                                            said("b", Kind::kHide, 2),
                                            said("c", Kind::kClick, 0)};
  const auto library = library_of(history);
  ASSERT_EQ(library.size(), 2);
  EXPECT_EQ(library[0].book_id, "b");
  EXPECT_EQ(library[1].book_id, "a");
  ASSERT_EQ(library[1].statements.size(), 2);
  EXPECT_EQ(library[1].statements[0].kind, Kind::kRating);
  EXPECT_EQ(library[1].statements[1].kind, Kind::kRead);
}

std::string refused(Interaction interaction) {
  const auto issue = admit(interaction, kNow);
  return issue ? issue->field : "";
}

TEST(Admit, StarsComeInQuarters) {
  for (const double stars : {0.25, 0.5, 3.75, 5.0}) {
    EXPECT_EQ(refused(said("b", Kind::kRating, 0, stars)), "") << stars;
  }
  for (const double stars : {0.0,
                             0.1,
                             3.3,
                             5.25,
                             -1.0,
                             1e300,
                             std::nan(""),
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(refused(said("b", Kind::kRating, 0, stars)), "value") << stars;
  }
  EXPECT_EQ(refused(said("b", Kind::kRating)), "value");
  EXPECT_EQ(refused(said("b", Kind::kLoved, 0, 5)), "value");
}

TEST(Admit, IdsAreTextOfLimitedLength) {
  for (const std::string id : {"r", "a/b?c#d", "id with 'quotes' and \"more\"", "読者", "\n\t"}) {
    Interaction good = said("b", Kind::kLoved);
    good.reader_id = id;
    EXPECT_EQ(refused(good), "") << id;
  }
  for (const std::string& id :
       {std::string(), std::string("a\0b", 3), std::string("\xFF\xFE"), std::string(257, 'x')}) {
    Interaction bad = said("b", Kind::kLoved);
    bad.reader_id = id;
    EXPECT_EQ(refused(bad), "reader");
    bad = said(id, Kind::kLoved);
    EXPECT_EQ(refused(bad), "book");
  }
  Interaction bad = said("b", Kind::kLoved);
  for (const char* id : {".", "..", "a/../b", "a/.", "back\\slash"}) {
    bad.reader_id = id;
    EXPECT_EQ(refused(bad), "reader") << id;
  }
  bad.reader_id = "r";
  bad.source = std::string(65, 's');
  EXPECT_EQ(refused(bad), "source");
  bad = said("b", Kind::kLoved);
  bad.idempotency_key = "\xC3";
  EXPECT_EQ(refused(bad), "idempotency_key");
}

TEST(Admit, ATimeALittleAheadIsNowAndStaysOneInteraction) {
  Interaction ahead = said("b", Kind::kLoved, -0.5);
  Interaction again = ahead;
  EXPECT_FALSE(admit(ahead, kNow));
  EXPECT_EQ(ahead.at, kNow);
  EXPECT_FALSE(admit(again, kNow + std::chrono::minutes(5)));
  EXPECT_EQ(ahead.idempotency_key, again.idempotency_key);
  EXPECT_EQ(refused(said("b", Kind::kLoved, -1.01)), "at");
}

TEST(Kinds, FormGroups) {
  for (const Kind kind : all_kinds()) {
    for (const Kind other : all_kinds()) {
      EXPECT_EQ(kind_group(kind) == kind_group(other),
                std::ranges::count(kinds_beside(kind), other) == 1);
    }
  }
}

std::string iso(std::string_view text) {
  const auto time = parse_timestamp(text);
  return time ? to_iso8601(*time) : "";
}

TEST(ParseTimestamp, TakesWhatSourcesWrite) {
  EXPECT_EQ(iso("2024-03-17T14:43:12Z"), "2024-03-17T14:43:12.000Z");
  EXPECT_EQ(iso("2024-03-17T14:43:12.5+02:00"), "2024-03-17T12:43:12.500Z");
  EXPECT_EQ(iso("2024-03-17 14:43"), "2024-03-17T14:43:00.000Z");
  EXPECT_EQ(iso("2024-03-17T23:30:00-0130"), "2024-03-18T01:00:00.000Z");
  EXPECT_EQ(iso("2024/03/17"), "2024-03-17T00:00:00.000Z");
  EXPECT_EQ(iso("2024"), "2024-01-01T00:00:00.000Z");
  EXPECT_EQ(iso("8 juin 2016"), "2016-06-08T00:00:00.000Z");
  EXPECT_EQ(iso("1710686592"), "2024-03-17T14:43:12.000Z");
  EXPECT_EQ(iso("1710686592123"), "2024-03-17T14:43:12.123Z");
  for (const char* bad : {"",
                          "yesterday",
                          "2024-02-31",
                          "2024-03-17T25:00",
                          "2024-03-17T12:61",
                          "12:30",
                          "2024-03-17T12:30+99:00",
                          "2024-03-17T12:30:00Zz",
                          "T",
                          ":"}) {
    EXPECT_EQ(iso(bad), "") << bad;
  }
}

std::vector<std::string> isbns(std::string_view cell) {
  return read_isbn_cell(cell).isbns;
}

TEST(IsbnCell, IsUnwrapped) {
  for (const char* cell : {"=\"0142402494\"",
                           "\"=\"\"0142402494\"\"\"",
                           "'0142402494",
                           "[0142402494]",
                           "9780142402498.0",
                           "ISBN: 978-0-14-240249-8",
                           "0-14-240249-4",
                           "0142402494, 9780142402498"}) {
    EXPECT_THAT(isbns(cell), ElementsAre("9780142402498")) << cell;
    EXPECT_TRUE(read_isbn_cell(cell).certain) << cell;
  }
}

TEST(IsbnCell, LostZerosComeBackWhenTheCheckDigitAgrees) {
  EXPECT_THAT(isbns("142402494"), ElementsAre("9780142402498"));
  EXPECT_THAT(isbns("=\"142402494\""), ElementsAre("9780142402498"));
  EXPECT_FALSE(read_isbn_cell("142402494").certain);
  EXPECT_THAT(isbns("142402495"), IsEmpty());
  EXPECT_THAT(isbns("12345"), IsEmpty());
}

TEST(IsbnCell, ScientificNotationComesBackFromTwelveDigits) {
  EXPECT_THAT(isbns("9.780439023481E+12"), ElementsAre("9780439023481"));
  EXPECT_THAT(isbns("9.780439023481e12"), ElementsAre("9780439023481"));
  EXPECT_THAT(isbns("9.78043902348e+12"), ElementsAre("9780439023481"));
  EXPECT_THAT(isbns("9.78043902348000E+12"), ElementsAre("9780439023481"));
  EXPECT_THAT(isbns("9,78043902348E+12"), ElementsAre("9780439023481"));
  EXPECT_THAT(isbns("9.7801424025E+12"), IsEmpty());
  EXPECT_THAT(isbns("9.78E+12"), IsEmpty());
  EXPECT_THAT(isbns("9.78043902348E+11"), IsEmpty());
  // 9780142402498 rounds up to …0250; the mended digits lead back to it alone.
  EXPECT_THAT(isbns("9.78014240250E+12"), testing::Contains("9780142402498"));
}

TEST(IsbnCell, OfAnythingElseIsNothing) {
  for (const char* cell : {"", "=\"\"", "B00ABCDEFG", "e", "nan", "1e999", "-", "[", "ISBN"}) {
    EXPECT_THAT(isbns(cell), IsEmpty()) << cell;
  }
}

}  // namespace
}  // namespace bookreco
