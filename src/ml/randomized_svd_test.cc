#include "ml/randomized_svd.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "ml/orthonormal.h"

namespace bookreco {
namespace {

/// rows × columns of exact rank `rank`, every entry stored.
SparseRows low_rank(std::size_t rows, std::size_t columns, std::size_t rank) {
  Random random(9);
  std::vector<double> left(rows * rank);
  std::vector<double> right(rank * columns);
  for (double& x : left) {
    x = random.normal();
  }
  for (double& x : right) {
    x = random.normal();
  }
  SparseRows out;
  out.columns = columns;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      double value = 0;
      for (std::size_t r = 0; r < rank; ++r) {
        value += left[i * rank + r] * right[r * columns + j] / static_cast<double>(r + 1);
      }
      out.ids.push_back(static_cast<std::uint32_t>(j));
      out.values.push_back(static_cast<float>(value));
    }
    out.offsets.push_back(out.ids.size());
  }
  return out;
}

double inner(const TruncatedSvd& svd, std::size_t columns, std::size_t a, std::size_t b) {
  double sum = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    sum += double{svd.vectors[j * svd.stride + a]} * double{svd.vectors[j * svd.stride + b]};
  }
  return sum;
}

TEST(RandomizedSvd, RebuildsAMatrixOfLowRank) {
  const std::size_t rows = 300;
  const std::size_t columns = 80;
  const std::size_t rank = 7;
  const SparseRows matrix = low_rank(rows, columns, rank);
  const TruncatedSvd svd = randomized_svd(matrix, {.rank = 12});
  for (std::size_t a = 0; a < 12; ++a) {
    EXPECT_EQ(svd.singular_values[a] > 0, a < rank) << svd.singular_values[a];
    for (std::size_t b = 0; b < 12; ++b) {
      EXPECT_NEAR(inner(svd, columns, a, b), a == b && a < rank ? 1 : 0, 1e-5);
    }
  }
  double energy = 0;
  for (std::size_t i = 0; i < rows; ++i) {  // A V Vᵀ = A
    for (std::size_t j = 0; j < columns; ++j) {
      double rebuilt = 0;
      for (std::size_t a = 0; a < 12; ++a) {
        double projected = 0;
        for (std::size_t l = 0; l < columns; ++l) {
          projected +=
              double{matrix.values[i * columns + l]} * double{svd.vectors[l * svd.stride + a]};
        }
        rebuilt += projected * double{svd.vectors[j * svd.stride + a]};
      }
      EXPECT_NEAR(rebuilt, matrix.values[i * columns + j], 1e-4);
      energy += std::pow(double{matrix.values[i * columns + j]}, 2);
    }
  }
  double kept = 0;
  for (const double value : svd.singular_values) {
    kept += value * value;
  }
  EXPECT_NEAR(kept / energy, 1, 1e-6);
}

TEST(RandomizedSvd, FindsTheLeadingAxesOfADiagonalMatrixInOrder) {
  SparseRows matrix;
  matrix.columns = 200;
  for (std::uint32_t j = 0; j < 200; ++j) {
    matrix.ids.push_back(j);
    matrix.values.push_back(-std::pow(0.8F, static_cast<float>(j)));
    matrix.offsets.push_back(matrix.ids.size());
  }
  const TruncatedSvd svd = randomized_svd(matrix, {.rank = 5});
  for (std::uint32_t a = 0; a < 5; ++a) {
    EXPECT_NEAR(svd.singular_values[a], std::pow(0.8, a), 1e-5);
    EXPECT_NEAR(svd.vectors[a * svd.stride + a], 1, 1e-4);  // positive: the sign is fixed
  }
}

TEST(RandomizedSvd, SameBytesForAnyNumberOfThreads) {
  const SparseRows matrix = low_rank(5000, 40, 20);
  const TruncatedSvd one = randomized_svd(matrix, {.rank = 16, .threads = 1});
  for (const std::size_t threads : {2, 3, 7}) {
    const TruncatedSvd other = randomized_svd(matrix, {.rank = 16, .threads = threads});
    EXPECT_EQ(one.vectors, other.vectors);
    EXPECT_EQ(one.singular_values, other.singular_values);
  }
}

TEST(RandomizedSvd, EmptyAndTinyMatricesGiveZeroAxes) {
  SparseRows empty;
  empty.columns = 3;
  for (const float value : randomized_svd(empty, {.rank = 4}).vectors) {
    EXPECT_EQ(value, 0);
  }
  SparseRows one = empty;
  one.ids = {1};
  one.values = {2};
  one.offsets = {0, 1};
  const TruncatedSvd svd = randomized_svd(one, {.rank = 4});
  EXPECT_NEAR(svd.singular_values[0], 2, 1e-6);
  EXPECT_EQ(svd.singular_values[1], 0);
  EXPECT_NEAR(svd.vectors[svd.stride], 1, 1e-6);
}

TEST(Orthonormal, DropsDependentColumns) {
  DenseBlock block(50, 4);
  Random random(2);
  for (std::size_t i = 0; i < 50; ++i) {
    float* row = block.values.data() + i * block.stride;
    row[0] = static_cast<float>(random.normal());
    row[1] = 3 * row[0];
    row[2] = static_cast<float>(random.normal()) * 1e-3F + row[0];
  }
  orthonormalise(block, 2);
  orthonormalise(block, 2);
  const auto gram = cross(block, block, 1);
  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) {
      EXPECT_NEAR(gram[a * 4 + b], a == b && (a == 0 || a == 2) ? 1 : 0, 1e-5) << a << ' ' << b;
    }
  }
}

}  // namespace
}  // namespace bookreco
