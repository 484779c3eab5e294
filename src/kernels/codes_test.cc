#include "kernels/codes.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

struct Case {
  std::size_t stride;
  std::size_t rows;
  std::vector<std::int16_t> weights;
  std::vector<std::int8_t> query;
  std::vector<std::int8_t> codes;

  Case(std::size_t stride_, std::size_t rows_, std::uint64_t seed, bool extreme = false)
      : stride(stride_), rows(rows_) {
    Random random(seed);
    // The largest weights whose sum with any codes stays below 2^31.
    const auto limit = std::min<std::int64_t>(
        32'767, ((std::int64_t{1} << 31) - 1) / (127 * static_cast<std::int64_t>(stride)));
    const auto draw = [&](std::int64_t largest) {
      return extreme ? (random.below(2) == 0 ? -largest : largest)
                     : static_cast<std::int64_t>(random.below(2 * largest + 1)) - largest;
    };
    for (std::size_t i = 0; i < stride; ++i) {
      weights.push_back(static_cast<std::int16_t>(draw(limit)));
      query.push_back(static_cast<std::int8_t>(draw(127)));
    }
    for (std::size_t i = 0; i < stride * rows; ++i) {
      codes.push_back(static_cast<std::int8_t>(draw(127)));
    }
  }

  template <class Query, class Term>
  std::int64_t sum(const std::vector<Query>& values, std::size_t row, Term term) const {
    std::int64_t total = 0;
    for (std::size_t at = 0; at < stride; ++at) {
      total += term(std::int64_t{values[at]}, std::int64_t{codes[row * stride + at]});
    }
    return total;
  }
};

std::int64_t product(std::int64_t a, std::int64_t b) {
  return a * b;
}
std::int64_t square(std::int64_t a, std::int64_t b) {
  return (a - b) * (a - b);
}
std::int64_t absolute(std::int64_t a, std::int64_t b) {
  return std::abs(a - b);
}

void expect_exact(const Case& c) {
  std::vector<std::int32_t> dots(c.rows);
  std::vector<std::int32_t> squares(c.rows);
  std::vector<std::int32_t> taxis(c.rows);
  codes_dot(c.weights.data(), c.codes.data(), c.stride, c.rows, dots.data());
  codes_squared_l2(c.query.data(), c.codes.data(), c.stride, c.rows, squares.data());
  codes_l1(c.query.data(), c.codes.data(), c.stride, c.rows, taxis.data());
  for (std::size_t row = 0; row < c.rows; ++row) {
    ASSERT_EQ(dots[row], c.sum(c.weights, row, product)) << c.stride << " × " << c.rows;
    ASSERT_EQ(squares[row], c.sum(c.query, row, square)) << c.stride << " × " << c.rows;
    ASSERT_EQ(taxis[row], c.sum(c.query, row, absolute)) << c.stride << " × " << c.rows;
  }
}

TEST(Codes, equal_the_scalar_sums_for_every_shape) {
  for (const std::size_t stride : {64U, 128U, 192U, 320U, 1024U}) {
    for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 7U, 64U}) {
      expect_exact(Case(stride, rows, stride * 100 + rows));
    }
  }
}

TEST(Codes, do_not_overflow_at_their_largest) {
  for (const std::size_t stride : {std::size_t{64}, std::size_t{512}, kMaxStride}) {
    Case c(stride, 5, stride, true);
    expect_exact(c);
    for (std::size_t at = 0; at < stride; ++at) {  // every term as large as it can be
      c.codes[at] = static_cast<std::int8_t>(c.weights[at] < 0 ? -127 : 127);
      c.query[at] = static_cast<std::int8_t>(-c.codes[at]);
    }
    expect_exact(c);
  }
}

TEST(ExactRows, equal_the_scalar_sums) {
  for (const std::size_t stride : {64U, 128U, 320U}) {
    Random random(stride);
    std::vector<float> left(stride);
    std::vector<float> right(stride);
    double dot = 0;
    double l2 = 0;
    double l1 = 0;
    for (std::size_t at = 0; at < stride; ++at) {
      left[at] = static_cast<float>(random.normal());
      right[at] = static_cast<float>(random.normal());
      const double gap = double{left[at]} - double{right[at]};
      dot += double{left[at]} * double{right[at]};
      l2 += gap * gap;
      l1 += std::fabs(gap);
    }
    EXPECT_NEAR(exact_dot(left.data(), right.data(), stride), dot, 1e-12 * stride);
    const ExactProducts both = exact_products(left.data(), right.data(), stride);
    EXPECT_EQ(both.dot, exact_dot(left.data(), right.data(), stride));
    EXPECT_EQ(both.squares, exact_dot(right.data(), right.data(), stride));
    EXPECT_NEAR(exact_squared_l2(left.data(), right.data(), stride), l2, 1e-12 * l2);
    EXPECT_NEAR(exact_l1(left.data(), right.data(), stride), l1, 1e-12 * l1);
  }
}

TEST(ExactRows, neither_overflow_nor_underflow_at_the_ends_of_fp32) {
  std::vector<float> large(64, 3e38F);
  std::vector<float> small(64, 1e-45F);
  const std::vector<float> zero(64, 0.0F);
  EXPECT_TRUE(std::isfinite(exact_dot(large.data(), large.data(), 64)));
  EXPECT_GT(exact_squared_l2(small.data(), zero.data(), 64), 0);
}

}  // namespace
}  // namespace bookreco
