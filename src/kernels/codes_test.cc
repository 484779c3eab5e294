#include "kernels/codes.h"

#include <cmath>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

struct Case {
  std::size_t stride;
  std::size_t rows;
  std::vector<float> query;
  std::vector<float> scales;
  std::vector<std::int8_t> codes;
  std::vector<float> values;

  Case(std::size_t stride_, std::size_t rows_, std::uint64_t seed) : stride(stride_), rows(rows_) {
    Random random(seed);
    for (std::size_t i = 0; i < stride; ++i) {
      query.push_back(static_cast<float>(random.normal()));
      scales.push_back(static_cast<float>(random.uniform()));
    }
    for (std::size_t i = 0; i < stride * rows; ++i) {
      codes.push_back(static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127));
      values.push_back(static_cast<float>(random.normal()));
    }
  }

  double value(std::size_t row, std::size_t at) const {
    return double{scales[at]} * codes[row * stride + at];
  }
};

using Sum = double (*)(double, double);
double product(double a, double b) {
  return a * b;
}
double square(double a, double b) {
  return (a - b) * (a - b);
}
double absolute(double a, double b) {
  return std::fabs(a - b);
}

void expect_sums(const Case& c, std::span<const float> got, Sum term) {
  for (std::size_t row = 0; row < c.rows; ++row) {
    double sum = 0;
    double size = 0;
    for (std::size_t at = 0; at < c.stride; ++at) {
      sum += term(c.query[at], c.value(row, at));
      size += std::fabs(term(c.query[at], c.value(row, at)));
    }
    EXPECT_NEAR(got[row], sum, 1e-5 * size)
        << "row " << row << " of " << c.rows << ", stride " << c.stride;
  }
}

TEST(Codes, equal_the_scalar_sums_for_every_shape) {
  for (const std::size_t stride : {16U, 32U, 48U, 128U, 304U}) {
    for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 7U, 64U}) {
      const Case c(stride, rows, stride * 100 + rows);
      std::vector<float> out(rows);
      std::vector<float> weights(stride);
      for (std::size_t at = 0; at < stride; ++at) {
        weights[at] = c.query[at] * c.scales[at];
      }
      codes_dot(weights.data(), c.codes.data(), stride, rows, out.data());
      expect_sums(c, out, product);
      codes_squared_l2(c.query.data(), c.scales.data(), c.codes.data(), stride, rows, out.data());
      expect_sums(c, out, square);
      codes_l1(c.query.data(), c.scales.data(), c.codes.data(), stride, rows, out.data());
      expect_sums(c, out, absolute);
    }
  }
}

TEST(Codes, a_row_has_the_same_sum_whichever_its_place) {
  const Case c(128, 9, 5);
  std::vector<float> together(c.rows);
  codes_squared_l2(
      c.query.data(), c.scales.data(), c.codes.data(), c.stride, c.rows, together.data());
  for (std::size_t row = 0; row < c.rows; ++row) {
    float alone = 0;
    codes_squared_l2(
        c.query.data(), c.scales.data(), c.codes.data() + row * c.stride, c.stride, 1, &alone);
    EXPECT_EQ(alone, together[row]);
  }
}

TEST(ExactRows, equal_the_scalar_sums) {
  for (const std::size_t stride : {16U, 32U, 48U, 128U, 304U}) {
    const Case c(stride, 1, stride);
    double dot = 0;
    double l2 = 0;
    double l1 = 0;
    for (std::size_t at = 0; at < stride; ++at) {
      dot += product(c.query[at], c.values[at]);
      l2 += square(c.query[at], c.values[at]);
      l1 += absolute(c.query[at], c.values[at]);
    }
    EXPECT_NEAR(exact_dot(c.query.data(), c.values.data(), stride),
                dot,
                1e-12 * static_cast<double>(stride));
    EXPECT_NEAR(exact_squared_l2(c.query.data(), c.values.data(), stride), l2, 1e-12 * l2);
    EXPECT_NEAR(exact_l1(c.query.data(), c.values.data(), stride), l1, 1e-12 * l1);
  }
}

TEST(ExactRows, neither_overflow_nor_underflow_at_the_ends_of_fp32) {
  std::vector<float> large(16, 3e38F);
  std::vector<float> small(16, 1e-45F);
  const std::vector<float> zero(16, 0.0F);
  EXPECT_TRUE(std::isfinite(exact_dot(large.data(), large.data(), 16)));
  EXPECT_GT(exact_squared_l2(small.data(), zero.data(), 16), 0);
}

}  // namespace
}  // namespace bookreco
