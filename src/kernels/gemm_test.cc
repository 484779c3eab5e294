#include "kernels/gemm.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

std::vector<float> random_matrix(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> out(size);
  for (float& value : out) {
    value = static_cast<float>(random.normal());
  }
  return out;
}

struct Shape {
  std::size_t m, n, k;
};

class GemmTest : public testing::TestWithParam<Shape> {};

TEST_P(GemmTest, EqualsTheDoubleProduct) {
  const auto [m, n, k] = GetParam();
  const std::size_t lda = k + 1;
  const std::size_t ldb = k + 2;
  const std::size_t ldc = n + 3;
  const auto a = random_matrix(m * lda, 1);
  const auto b = random_matrix(n * ldb, 2);
  std::vector<float> transposed(k * (n + 5));
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t p = 0; p < k; ++p) {
      transposed[p * (n + 5) + j] = b[j * ldb + p];
    }
  }
  std::vector<float> packed(packed_size(n, k));
  std::vector<float> from_columns(packed_size(n, k));
  const std::size_t half = n / 2 / packed_rows() * packed_rows();
  pack_rows(0, half, n, k, b.data(), ldb, packed.data());
  pack_rows(half, n, n, k, b.data(), ldb, packed.data());
  pack_columns(n, k, transposed.data(), n + 5, from_columns.data());
  EXPECT_EQ(packed, from_columns);
  for (const float beta : {0.0F, 1.0F}) {
    for (const std::size_t columns : {n, (n + 1) / 2}) {
      const auto before = random_matrix(m * ldc, 3);
      auto c = before;
      multiply_packed(m, columns, k, -2, a.data(), lda, packed.data(), n, beta, c.data(), ldc);
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < ldc; ++j) {
          double expected = before[i * ldc + j];
          if (j < columns) {
            expected *= beta;
            for (std::size_t p = 0; p < k; ++p) {
              expected -= 2.0 * a[i * lda + p] * b[j * ldb + p];
            }
          }
          ASSERT_NEAR(c[i * ldc + j], expected, 1e-4 * std::sqrt(1.0 + static_cast<double>(k)));
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes,
                         GemmTest,
                         testing::Values(Shape{1, 1, 1},
                                         Shape{3, 17, 5},
                                         Shape{4, 48, 128},
                                         Shape{7, 100, 300},
                                         Shape{260, 97, 129},
                                         Shape{8, 0, 4}));

}  // namespace
}  // namespace bookreco
