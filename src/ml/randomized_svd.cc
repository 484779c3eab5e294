#include "ml/randomized_svd.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <Eigen/Eigenvalues>

#include "base/random.h"
#include "kernels/linear.h"
#include "ml/orthonormal.h"

namespace bookreco {
namespace {

constexpr double kZeroVariance = 1e-9;  // of the largest squared singular value

DenseBlock gaussian(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  DenseBlock block(rows, columns);
  Random random(seed);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      block.values[row * block.stride + column] = static_cast<float>(random.normal());
    }
  }
  return block;
}

/// AᵀA · block
DenseBlock apply(const SparseRows& matrix, const DenseBlock& block, std::size_t threads) {
  return transposed_product(
      matrix,
      block.columns,
      [&](std::size_t row, std::span<float> out) {
        gather_rows(block.values.data(), matrix.ids_of(row), matrix.values_of(row), out);
      },
      threads);
}

/// Eigenvectors of the symmetric `matrix` (n × n) as columns, row-major, largest eigenvalue first;
/// eigenvalues go to `values`.
std::vector<double> eigenvectors(const std::vector<double>& matrix,
                                 std::size_t n,
                                 std::vector<double>& values) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto size = static_cast<Eigen::Index>(n);
  const Eigen::Map<const Matrix> map(matrix.data(), size, size);
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(0.5 * (map + map.transpose()));
  std::vector<double> vectors(n * n);
  values.resize(n);
  for (std::size_t j = 0; j < n; ++j) {
    const auto source = static_cast<Eigen::Index>(n - 1 - j);
    values[j] = solver.eigenvalues()[source];
    for (std::size_t i = 0; i < n; ++i) {
      vectors[i * n + j] = solver.eigenvectors()(static_cast<Eigen::Index>(i), source);
    }
  }
  return vectors;
}

/// Flips columns so that their largest entry is positive: the sign of a singular vector is free
/// otherwise.
void fix_signs(DenseBlock& block) {
  std::vector<float> extreme(block.columns, 0.0F);
  for (std::size_t row = 0; row < block.rows; ++row) {
    for (std::size_t column = 0; column < block.columns; ++column) {
      const float value = block.values[row * block.stride + column];
      if (std::abs(value) > std::abs(extreme[column])) {
        extreme[column] = value;
      }
    }
  }
  for (std::size_t row = 0; row < block.rows; ++row) {
    for (std::size_t column = 0; column < block.columns; ++column) {
      block.values[row * block.stride + column] *= extreme[column] < 0 ? -1.0F : 1.0F;
    }
  }
}

TruncatedSvd truncate(const DenseBlock& block,
                      const std::vector<double>& variances,
                      std::size_t rank) {
  TruncatedSvd svd;
  DenseBlock kept(block.rows, rank);
  svd.stride = kept.stride;
  svd.singular_values.assign(rank, 0.0);
  const std::size_t columns = std::min(rank, block.columns);
  for (std::size_t column = 0; column < columns; ++column) {
    if (variances[column] > kZeroVariance * variances[0]) {
      svd.singular_values[column] = std::sqrt(variances[column]);
      for (std::size_t row = 0; row < block.rows; ++row) {
        kept.values[row * kept.stride + column] = block.values[row * block.stride + column];
      }
    }
  }
  svd.vectors = std::move(kept.values);
  return svd;
}

}  // namespace

TruncatedSvd randomized_svd(const SparseRows& matrix,
                            const SvdOptions& options,
                            const ProgressFn& progress) {
  const std::size_t rank = options.rank + options.oversampling;
  const std::size_t size =
      std::max<std::size_t>(std::min({rank, matrix.columns, matrix.rows()}), 1);
  const std::size_t steps = options.power_iterations + 2;
  DenseBlock basis = gaussian(matrix.columns, size, options.seed);
  for (std::size_t step = 1; step < steps; ++step) {
    report(progress, "svd", step - 1, steps);
    basis = apply(matrix, basis, options.threads);
    orthonormalise(basis, options.threads);
  }
  orthonormalise(basis, options.threads);
  report(progress, "svd", steps - 1, steps);
  const DenseBlock image = apply(matrix, basis, options.threads);
  std::vector<double> variances;
  const std::vector<double> rotation =
      eigenvectors(cross(basis, image, options.threads), size, variances);
  transform(basis, rotation, options.threads);
  fix_signs(basis);
  report(progress, "svd", steps, steps);
  return truncate(basis, variances, options.rank);
}

}  // namespace bookreco
