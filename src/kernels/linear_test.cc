#include "kernels/linear.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

std::vector<float> random_values(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(n);
  for (float& value : values) {
    value = static_cast<float>(random.normal());
  }
  return values;
}

TEST(Linear, DotAndAxpyEqualTheScalarReferenceForEveryLength) {
  for (std::size_t n = 0; n <= 200; ++n) {
    const auto a = random_values(n, n + 1);
    const auto b = random_values(n, n + 1000);
    double expected = 0;
    for (std::size_t i = 0; i < n; ++i) {
      expected += double{a[i]} * double{b[i]};
    }
    EXPECT_NEAR(dot(a, b), expected, 1e-4) << n;
    auto y = b;
    axpy(0.5F, a, y);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_NEAR(y[i], b[i] + 0.5F * a[i], 1e-6) << n;
    }
  }
}

TEST(Linear, NormaliseMakesUnitLengthAndNeverNaN) {
  auto row = random_values(131, 7);
  const float length = normalise(row);
  EXPECT_GT(length, 1);
  EXPECT_NEAR(dot(row, row), 1, 1e-5);
  for (const float bad : {0.0F,
                          std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(),
                          1e-30F,
                          1e30F}) {
    std::vector<float> values(20, bad);
    normalise(values);
    EXPECT_EQ(values, std::vector<float>(20, 0.0F)) << bad;
  }
}

TEST(Linear, GatherAndScatterEqualTheScalarReference) {
  for (const std::size_t stride : {16, 32, 128, 144, 272}) {
    const std::size_t height = 9;
    const auto matrix = random_values(height * stride, stride);
    const std::vector<std::uint32_t> rows = {3, 0, 8, 3};
    const std::vector<float> weights = {1.5F, -2, 0.25F, 1};
    std::vector<float> out(stride, 99);
    gather_rows(matrix.data(), rows, weights, out);
    auto scattered = matrix;
    const auto x = random_values(stride, 5);
    scatter_rows(scattered.data(), rows, weights, x);
    for (std::size_t c = 0; c < stride; ++c) {
      float expected = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        expected += weights[i] * matrix[rows[i] * stride + c];
      }
      EXPECT_NEAR(out[c], expected, 1e-5);
      EXPECT_NEAR(scattered[3 * stride + c], matrix[3 * stride + c] + 2.5F * x[c], 1e-5);
      EXPECT_EQ(scattered[1 * stride + c], matrix[1 * stride + c]);
    }
    gather_rows(matrix.data(), {}, {}, out);
    EXPECT_EQ(out, std::vector<float>(stride, 0.0F));
  }
}

TEST(Linear, TopTwoEqualsTheScalarReference) {
  for (std::size_t n = 1; n <= 150; ++n) {
    auto values = random_values(n, n);
    if (n % 3 == 0) {
      values[n / 2] = values[0];
    }
    std::size_t best = 0;
    float second = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 1; i < n; ++i) {
      best = values[i] > values[best] ? i : best;
    }
    for (std::size_t i = 0; i < n; ++i) {
      second = i != best ? std::max(second, values[i]) : second;
    }
    const TopTwo top = top_two(values);
    EXPECT_EQ(top.index, best) << n;
    EXPECT_EQ(top.first, values[best]);
    EXPECT_EQ(top.second, second) << n;
  }
}

TEST(Linear, FindAboveEqualsTheScalarReference) {
  for (std::size_t n = 0; n <= 150; ++n) {
    auto values = random_values(n, n);
    if (n > 0) {
      values[n / 2] = std::numeric_limits<float>::quiet_NaN();
    }
    for (const float bound : {-std::numeric_limits<float>::infinity(), 0.0F, 1.5F, 100.0F}) {
      for (std::size_t from = 0; from <= n; ++from) {
        std::size_t expected = from;
        while (expected < n && !(values[expected] > bound)) {
          ++expected;
        }
        EXPECT_EQ(find_above(values, from, bound), expected) << n << " " << from << " " << bound;
      }
    }
  }
}

TEST(Linear, MomentsEqualTheScalarReference) {
  for (std::size_t n = 0; n <= 200; ++n) {
    const auto values = random_values(n, n);
    double sum = 0;
    double squares = 0;
    for (const float value : values) {
      sum += double{value};
      squares += double{value} * double{value};
    }
    EXPECT_NEAR(moments(values).sum, sum, 1e-11) << n;
    EXPECT_NEAR(moments(values).squares, squares, 1e-11) << n;
  }
}

}  // namespace
}  // namespace bookreco
