#include "ml/evaluation/bootstrap.h"

#include <gtest/gtest.h>

namespace bookreco {
namespace {

/// 400 values between 0 and 1: mean 0.494158, standard error 0.014454 (NumPy).
std::vector<float> spread() {
  std::vector<float> values;
  for (int i = 0; i < 400; ++i) {
    values.push_back(static_cast<float>((i * 37) % 101) / 101.0F);
  }
  return values;
}

TEST(Bootstrap, IntervalIsAboutTwoStandardErrorsEachWay) {
  const std::vector<std::vector<float>> columns = {spread()};
  const Bootstrap bootstrap(columns, 2'000, 1, 2);
  EXPECT_NEAR(bootstrap.mean(0), 0.494158, 1e-6);
  const Interval interval = bootstrap.interval(0);
  EXPECT_NEAR(interval.low, 0.494158 - 1.96 * 0.014454, 0.0025);
  EXPECT_NEAR(interval.high, 0.494158 + 1.96 * 0.014454, 0.0025);
}

TEST(Bootstrap, PairsSeeWhatIntervalsCannot) {
  std::vector<std::vector<float>> columns = {spread(), spread(), spread()};
  for (std::size_t i = 0; i < columns[1].size(); ++i) {
    columns[1][i] += i % 10 == 0 ? 0.05F : 0.0F;  // a little better for one reader in ten
  }
  const Bootstrap bootstrap(columns, 1'000, 7, 2);
  EXPECT_LT(bootstrap.interval(1).low, bootstrap.interval(0).high);
  const PairedDifference better = bootstrap.difference(1, 0);
  EXPECT_NEAR(better.mean, 0.005, 1e-6);
  EXPECT_GT(better.interval.low, 0);
  EXPECT_LT(better.p, 0.01);
  const PairedDifference worse = bootstrap.difference(0, 1);
  EXPECT_NEAR(worse.mean, -better.mean, 1e-12);
  const PairedDifference same = bootstrap.difference(2, 0);
  EXPECT_EQ(same.mean, 0);
  EXPECT_EQ(same.p, 1);
}

TEST(Bootstrap, SameSeedSameNumbersForAnyThreads) {
  const std::vector<std::vector<float>> columns = {spread()};
  const Bootstrap one(columns, 300, 3, 1);
  const Bootstrap many(columns, 300, 3, 4);
  const Bootstrap other(columns, 300, 4, 1);
  EXPECT_EQ(one.interval(0).low, many.interval(0).low);
  EXPECT_EQ(one.interval(0).high, many.interval(0).high);
  EXPECT_NE(one.interval(0).low, other.interval(0).low);
}

TEST(Bootstrap, NoReaders) {
  const std::vector<std::vector<float>> columns = {{}};
  const Bootstrap bootstrap(columns, 10, 1, 1);
  EXPECT_EQ(bootstrap.mean(0), 0);
  EXPECT_EQ(bootstrap.interval(0).high, 0);
}

}  // namespace
}  // namespace bookreco
