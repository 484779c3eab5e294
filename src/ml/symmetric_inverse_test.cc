#include "ml/symmetric_inverse.h"

#include <cmath>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

/// The Gram matrix of random rows plus a ridge; the upper triangle is NaN: it must not be read.
std::vector<float> lower_gram(std::size_t n, std::size_t stride) {
  Random random(n);
  const std::size_t rows = n / 2 + 3;
  Eigen::MatrixXd data(rows, n);
  for (Eigen::Index i = 0; i < data.size(); ++i) {
    data.data()[i] = random.normal();
  }
  const Eigen::MatrixXd gram = data.transpose() * data + 5 * Eigen::MatrixXd::Identity(n, n);
  std::vector<float> out(n * stride, std::nanf(""));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      out[i * stride + j] = static_cast<float>(gram(i, j));
    }
  }
  return out;
}

Eigen::MatrixXd reference(const std::vector<float>& lower, std::size_t n, std::size_t stride) {
  Eigen::MatrixXd full(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      full(i, j) = full(j, i) = lower[i * stride + j];
    }
  }
  return full.inverse();
}

TEST(SymmetricInverseTest, EqualsTheDoubleInverseForAnyNumberOfThreads) {
  for (const std::size_t n : {1U, 5U, 256U, 300U, 700U}) {
    const std::size_t stride = n + 3;
    const std::vector<float> lower = lower_gram(n, stride);
    const Eigen::MatrixXd expected = reference(lower, n, stride);
    std::vector<std::vector<float>> results;
    for (const std::size_t threads : {1U, 2U, 3U}) {
      results.push_back(lower);
      ASSERT_TRUE(invert_symmetric(results.back().data(), n, stride, threads));
    }
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        const float value = results[0][i * stride + j];
        worst = std::max(worst, std::abs(value - expected(i, j)));
        ASSERT_EQ(value, results[1][i * stride + j]);
        ASSERT_EQ(value, results[2][i * stride + j]);
      }
    }
    EXPECT_LT(worst, 2e-5 * expected.cwiseAbs().maxCoeff()) << n;
  }
}

TEST(SymmetricInverseTest, RefusesWhatHasNoInverse) {
  std::vector<float> singular = {1, 0, 1, 1};
  EXPECT_EQ(invert_symmetric(singular.data(), 2, 2, 1).error().code, Code::kInvalidArgument);
  std::vector<float> unknown = {std::nanf("")};
  EXPECT_FALSE(invert_symmetric(unknown.data(), 1, 1, 1));
}

TEST(SymmetricInverseTest, StopsWhenCancelled) {
  std::vector<float> one = {2};
  const auto status = invert_symmetric(one.data(), 1, 1, 1, {}, [] { return true; });
  EXPECT_EQ(status.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace bookreco
