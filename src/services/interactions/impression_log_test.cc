#include "services/interactions/impression_log.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FakeImpressions final : public ImpressionStore {
 public:
  Status add(std::span<const Impression> impressions, double half_life_days) override {
    EXPECT_EQ(half_life_days, 7);
    if (broken) {
      return fail(Code::kUnavailable, "others write");
    }
    kept.insert(kept.end(), impressions.begin(), impressions.end());
    return {};
  }
  Result<std::vector<Impression>> of(std::string_view) override { return kept; }

  std::vector<Impression> kept;
  bool broken = false;
};

TEST(ImpressionLogTest, WritesWhatWaits) {
  FakeImpressions store;
  ImpressionLog log(store, 7);
  EXPECT_TRUE(log.add({"r", "a"}));
  EXPECT_TRUE(log.add({"s", "b"}));
  EXPECT_THAT(store.kept, IsEmpty());
  ASSERT_TRUE(log.flush());
  ASSERT_TRUE(log.flush());
  EXPECT_THAT(store.kept, ElementsAre(Impression{"r", "a"}, Impression{"s", "b"}));
}

TEST(ImpressionLogTest, IsBoundedAndCountsWhatIsLost) {
  FakeImpressions store;
  ImpressionLog log(store, 7, 2);
  EXPECT_TRUE(log.add({"r", "a"}));
  EXPECT_TRUE(log.add({"r", "b"}));
  EXPECT_FALSE(log.add({"r", "c"}));
  EXPECT_EQ(log.lost(), 1);
  store.broken = true;
  EXPECT_FALSE(log.flush());
  EXPECT_FALSE(log.add({"r", "d"})) << "what could not be written waits on";
  store.broken = false;
  ASSERT_TRUE(log.flush());
  EXPECT_EQ(store.kept.size(), 2);
  EXPECT_EQ(log.lost(), 2);
}

TEST(ImpressionLogTest, AForgottenReaderIsNotWritten) {
  FakeImpressions store;
  ImpressionLog log(store, 7);
  log.add({"r", "a"});
  log.add({"s", "a"});
  log.forget("r");
  ASSERT_TRUE(log.flush());
  EXPECT_THAT(store.kept, ElementsAre(Impression{"s", "a"}));
}

TEST(ImpressionLogTest, ManyThreadsAddWhileOneWrites) {
  FakeImpressions store;
  ImpressionLog log(store, 7);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 1000; ++j) {
          log.add({"r", "a"});
        }
      });
    }
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(log.flush());
    }
  }
  ASSERT_TRUE(log.flush());
  EXPECT_EQ(store.kept.size(), 3000);
}

}  // namespace
}  // namespace bookreco
