#include "ml/lbfgs.h"

#include <cmath>

#include <gtest/gtest.h>

namespace bookreco {
namespace {

TEST(LbfgsTest, FindsTheBottomOfACurvedValley) {
  const SmoothFunction rosenbrock = [](std::span<const double> x, std::span<double> gradient) {
    const double a = 1 - x[0];
    const double b = x[1] - x[0] * x[0];
    gradient[0] = -2 * a - 400 * b * x[0];
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
  };
  std::vector<double> x = {-1.2, 1};
  EXPECT_LT(minimise(rosenbrock, x, 200), 1e-8);
  EXPECT_NEAR(x[0], 1, 1e-3);
  EXPECT_NEAR(x[1], 1, 1e-3);
}

TEST(LbfgsTest, StaysWhereItIsFlat) {
  std::vector<double> x = {3};
  minimise(
      [](std::span<const double>, std::span<double> gradient) {
        gradient[0] = 0;
        return 1.0;
      },
      x,
      10);
  EXPECT_EQ(x[0], 3);
}

}  // namespace
}  // namespace bookreco
