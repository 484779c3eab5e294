#include "domain/impression.h"

#include <gtest/gtest.h>

namespace bookreco {
namespace {

const Timestamp kNow(std::chrono::sys_days(std::chrono::year(2026) / 6 / 1));

TEST(ImpressionTest, CountsHalve) {
  EXPECT_EQ(faded(4, kNow - std::chrono::days(7), kNow, 7), 2);
  EXPECT_EQ(faded(4, kNow - std::chrono::days(14), kNow, 7), 1);
  EXPECT_EQ(faded(4, kNow, kNow, 7), 4);
  EXPECT_EQ(faded(4, kNow + std::chrono::days(1), kNow, 7), 4) << "a clock that went back";
}

TEST(ImpressionTest, SumsAreAsOfTheLaterTime) {
  Impression counted{"r", "b", kNow - std::chrono::days(7), 4};
  add_to(counted, {"r", "b", kNow, 1}, 7);
  EXPECT_EQ(counted.count, 3);
  EXPECT_EQ(counted.at, kNow);
  add_to(counted, {"r", "b", kNow - std::chrono::days(14), 4}, 7);
  EXPECT_EQ(counted.count, 4) << "one that comes late has faded";
  EXPECT_EQ(counted.at, kNow);
}

TEST(ImpressionTest, AdmitsWhatCanBeStored) {
  Impression shown{"r", "b"};
  EXPECT_FALSE(admit(shown, kNow));
  EXPECT_EQ(shown.at, kNow) << "without a time it is now";
  shown.at = kNow + std::chrono::hours(3);
  EXPECT_FALSE(admit(shown, kNow));
  EXPECT_EQ(shown.at, kNow) << "another time zone";
  shown.at = kNow + std::chrono::days(3);
  EXPECT_EQ(admit(shown, kNow)->field, "at");
  Impression nobody{"", "b"};
  EXPECT_EQ(admit(nobody, kNow)->field, "reader");
  Impression nothing{"r", std::string("a\0b", 3)};
  EXPECT_EQ(admit(nothing, kNow)->field, "book");
}

}  // namespace
}  // namespace bookreco
