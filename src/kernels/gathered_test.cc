#include "kernels/gathered.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

constexpr std::size_t kRows = 23;

class GatheredTest : public testing::TestWithParam<std::size_t> {
 protected:
  GatheredTest() : matrix_(kRows * GetParam()), x_(GetParam()) {
    Random random(GetParam());
    for (std::vector<float>* values : {&matrix_, &x_}) {
      for (float& value : *values) {
        value = static_cast<float>(random.normal());
      }
    }
  }
  double dot(std::size_t i, const float* other) const {
    double sum = 0;
    for (std::size_t c = 0; c < GetParam(); ++c) {
      sum += static_cast<double>(matrix_[i * GetParam() + c]) * other[c];
    }
    return sum;
  }
  std::vector<float> matrix_;
  std::vector<float> x_;
};

TEST_P(GatheredTest, ResidualEqualsTheDoubleSum) {
  const std::size_t stride = GetParam();
  for (const std::size_t count : {0U, 1U, 4U, 5U, 19U}) {
    std::vector<std::uint32_t> rows;
    std::vector<float> weights;
    std::vector<double> expected(stride, 2.0);
    for (std::size_t i = 0; i < count; ++i) {
      rows.push_back(static_cast<std::uint32_t>(i * 7 % kRows));
      weights.push_back(0.5F + static_cast<float>(i));
      const double factor = weights[i] * (1 - dot(rows[i], x_.data()));
      for (std::size_t c = 0; c < stride; ++c) {
        expected[c] += factor * matrix_[rows[i] * stride + c];
      }
    }
    std::vector<float> out(stride, 2.0F);
    add_residual(matrix_.data(), stride, rows, weights, 1, x_.data(), out.data());
    for (std::size_t c = 0; c < stride; ++c) {
      ASSERT_NEAR(out[c], expected[c], 1e-2);
    }
  }
}

TEST_P(GatheredTest, ProductsEqualTheDoubleSums) {
  const std::size_t stride = GetParam();
  for (const std::size_t n : {1U, 2U, 5U, 8U, 23U}) {
    std::vector<float> out(n * 32);
    lower_products(matrix_.data(), n, stride, out.data(), 32);
    std::vector<float> dots(n);
    row_dots(matrix_.data(), n, stride, x_.data(), dots.data());
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_NEAR(dots[i], dot(i, x_.data()), 1e-3);
      for (std::size_t j = 0; j <= i; ++j) {
        ASSERT_NEAR(out[i * 32 + j], dot(i, matrix_.data() + j * stride), 1e-3);
      }
    }
  }
}

TEST_P(GatheredTest, ScalesWhatItGathers) {
  const std::size_t stride = GetParam();
  const std::vector<std::uint32_t> rows = {5, 0, 5, 22, 1, 2, 3, 4, 6, 7};
  const std::vector<float> factors = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  std::vector<float> out(rows.size() * stride);
  gather_scaled(matrix_.data(), stride, rows, factors.data(), x_.data(), out.data());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t c = 0; c < stride; ++c) {
      ASSERT_FLOAT_EQ(out[i * stride + c], factors[i] * x_[c] * matrix_[rows[i] * stride + c]);
    }
  }
}

TEST_P(GatheredTest, SolvesSmallSystems) {
  const std::size_t stride = GetParam();
  for (const std::size_t n : {1U, 2U, 7U, 16U, 17U, 23U}) {
    std::vector<float> a(n * 32);
    lower_products(matrix_.data(), n, stride, a.data(), 32);
    for (std::size_t i = 0; i < n; ++i) {
      a[i * 32 + i] += static_cast<float>(stride);
    }
    const std::vector<float> before = a;
    std::vector<float> x(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = static_cast<float>(i % 3) + 1;
    }
    const std::vector<float> b = x;
    solve_small(a.data(), n, 32, x.data());
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < n; ++j) {
        sum += static_cast<double>(before[std::max(i, j) * 32 + std::min(i, j)]) * x[j];
      }
      ASSERT_NEAR(sum, b[i], 1e-4) << n;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Strides, GatheredTest, testing::Values(16, 48, 128));

}  // namespace
}  // namespace bookreco
