#include "ml/orthonormal.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <Eigen/Core>

#include "base/threads.h"
#include "kernels/gemm.h"

namespace bookreco {
namespace {

using Wide = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kBlockRows = 512;
constexpr std::size_t kPartials = 8;  // sums that run side by side, then are added in order
constexpr double kDependent =
    1e-10;  // of a column's squared length: what fp32 columns cannot tell from zero

/// R⁻¹ of the Gram matrix's Cholesky factor R (RᵀR = G), with zero columns for dependent ones.
std::vector<double> inverse_cholesky(std::vector<double> g, std::size_t n) {
  std::vector<double> inverse(n * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) {
    const double length = g[j * n + j];
    for (std::size_t i = 0; i < j; ++i) {  // column j of R, above its diagonal
      double sum = g[i * n + j];
      for (std::size_t p = 0; p < i; ++p) {
        sum -= g[p * n + i] * g[p * n + j];
      }
      g[i * n + j] = g[i * n + i] > 0 ? sum / g[i * n + i] : 0;
    }
    double pivot = length;
    for (std::size_t p = 0; p < j; ++p) {
      pivot -= g[p * n + j] * g[p * n + j];
    }
    if (!(pivot > kDependent * length) || !std::isfinite(pivot)) {
      for (std::size_t p = 0; p <= j; ++p) {
        g[p * n + j] = 0;
      }
      continue;
    }
    const double diagonal = std::sqrt(pivot);
    g[j * n + j] = diagonal;
    for (std::size_t i = 0; i < j; ++i) {
      double sum = 0;
      for (std::size_t p = i; p < j; ++p) {
        sum -= inverse[i * n + p] * g[p * n + j];
      }
      inverse[i * n + j] = sum / diagonal;
    }
    inverse[j * n + j] = 1 / diagonal;
  }
  return inverse;
}

Wide widened(const DenseBlock& block, Range rows) {
  using Narrow = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Narrow, 0, Eigen::OuterStride<>>(
             block.values.data() + rows.begin * block.stride,
             static_cast<Eigen::Index>(rows.end - rows.begin),
             static_cast<Eigen::Index>(block.columns),
             Eigen::OuterStride<>(static_cast<Eigen::Index>(block.stride)))
      .cast<double>();
}

}  // namespace

DenseBlock::DenseBlock(std::size_t r, std::size_t c)
    : rows(r), columns(c), stride((c + 15) / 16 * 16), values(rows * stride) {}

std::vector<double> cross(const DenseBlock& a, const DenseBlock& b, std::size_t threads) {
  const std::size_t n = a.columns;
  const auto size = static_cast<Eigen::Index>(n);
  const std::size_t part = std::max((a.rows + kPartials - 1) / kPartials, kBlockRows);
  std::vector<std::vector<double>> partials((a.rows + part - 1) / part);
  parallel_blocks(a.rows, part, threads, [&](Range range, std::size_t index) {
    partials[index].assign(n * n, 0.0);
    Eigen::Map<Wide> sum(partials[index].data(), size, size);
    for (std::size_t begin = range.begin; begin < range.end; begin += kBlockRows) {
      const Range block{begin, std::min(begin + kBlockRows, range.end)};
      sum.noalias() += widened(a, block).transpose() * widened(b, block);
    }
  });
  std::vector<double> total(n * n, 0.0);
  for (const std::vector<double>& partial : partials) {
    std::ranges::transform(total, partial, total.begin(), std::plus<>());
  }
  return total;
}

void transform(DenseBlock& block, const std::vector<double>& transform, std::size_t threads) {
  const std::vector<float> narrow(transform.begin(), transform.end());
  const std::size_t n = block.columns;
  std::vector<float> packed(packed_size(n, n));
  pack_columns(n, n, narrow.data(), n, packed.data());
  parallel_blocks(block.rows, kBlockRows, threads, [&](Range range, std::size_t) {
    const std::size_t rows = range.end - range.begin;
    float* first = block.values.data() + range.begin * block.stride;
    const std::vector<float> source(first, first + rows * block.stride);
    multiply_packed(
        rows, n, n, 1, source.data(), block.stride, packed.data(), n, 0, first, block.stride);
  });
}

void orthonormalise(DenseBlock& block, std::size_t threads) {
  transform(block, inverse_cholesky(cross(block, block, threads), block.columns), threads);
}

}  // namespace bookreco
