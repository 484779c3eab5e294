#include "domain/answer_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/interaction.h"

namespace bookreco {
namespace {

using testing::HasSubstr;

AnswerId sample() {
  AnswerId id;
  id.at = Timestamp(std::chrono::milliseconds(1'780'000'000'123));
  id.snapshot = version_mark("20260601T120000Z-0123abcd");
  id.readers = version_mark("20260601T130000Z-4567cdef");
  id.random = 0xDEADBEEF;
  id.strategy = "hybrid";
  return id;
}

TEST(AnswerIdTest, ComesBackWhole) {
  const std::string text = to_text(sample());
  EXPECT_EQ(text, to_text(sample())) << "nothing but what it tells is in it";
  EXPECT_LE(text.size(), 44);
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_"),
            std::string::npos);
  const auto back = parse_answer_id(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, sample());
  EXPECT_EQ(*parse_answer_id(to_text({})), AnswerId());
}

TEST(AnswerIdTest, IsFrozen) {
  AnswerId id;
  id.at = Timestamp(std::chrono::milliseconds(1));
  id.snapshot = 2;
  id.readers = 3;
  id.random = 4;
  id.strategy = "tour";
  EXPECT_EQ(to_text(id).substr(0, 30), "AQEAAAAAAAIAAAADAAAABAAAAAR0b3");
}

TEST(AnswerIdTest, OtherAnswersHaveOtherIds) {
  AnswerId other = sample();
  ++other.random;
  EXPECT_NE(to_text(other), to_text(sample()));
  EXPECT_NE(version_mark("a"), version_mark("b"));
  EXPECT_EQ(version_mark(""), 0);
  EXPECT_NE(version_mark("a"), 0);
}

TEST(AnswerIdTest, ALongStrategyIsCut) {
  AnswerId id = sample();
  id.strategy = std::string(100, 'x');
  EXPECT_EQ(parse_answer_id(to_text(id))->strategy, std::string(kMaxStrategyBytes, 'x'));
  id.strategy.assign(kMaxStrategyBytes - 1, 'x');
  id.strategy += "é";
  EXPECT_EQ(parse_answer_id(to_text(id))->strategy, std::string(kMaxStrategyBytes - 1, 'x'));
}

TEST(AnswerIdTest, TimesOutsideAreClamped) {
  AnswerId id = sample();
  id.at = Timestamp(std::chrono::milliseconds(-5));
  EXPECT_EQ(parse_answer_id(to_text(id))->at, Timestamp());
  id.at = Timestamp::max();
  EXPECT_TRUE(parse_answer_id(to_text(id)));
}

TEST(AnswerIdTest, EveryChangedOrMissingDigitIsNoticed) {
  const std::string text = to_text(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string flipped = text;
    flipped[i] = flipped[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(parse_answer_id(flipped)) << i;
    EXPECT_FALSE(parse_answer_id(text.substr(0, i))) << i;
  }
  for (const std::string& bad : {text + "A",
                                 text + "=",
                                 " " + text,
                                 std::string("no id"),
                                 std::string("\xFF\0\n", 3),
                                 std::string(100'000, 'A')}) {
    const auto parsed = parse_answer_id(bad);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
    EXPECT_THAT(parsed.error().message, HasSubstr("\"answer\""));
  }
}

TEST(AnswerIdTest, AnInteractionMayNameOne) {
  const Timestamp now(std::chrono::milliseconds(1'780'000'000'000));
  Interaction click{"r", "b", InteractionKind::kClick, std::nullopt, now, "api", ""};
  click.answer = to_text(sample());
  EXPECT_FALSE(admit(click, now));
  click.answer += "x";
  const auto wrong = admit(click, now);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->field, "answer");
}

}  // namespace
}  // namespace bookreco
