#include "ml/collaborative/factors.h"

#include <algorithm>
#include <functional>

#include <Eigen/Eigenvalues>

#include "base/threads.h"
#include "kernels/gathered.h"
#include "kernels/gemm.h"

namespace bookreco {
namespace {

constexpr std::size_t kBlockRows = 512;  // summed in fp32
constexpr std::size_t kPartials = 16;    // sums that run side by side, then are added in order

std::vector<double> gram(const Factors& factors, std::size_t threads) {
  const std::size_t d = factors.stride;
  const std::size_t part = std::max((factors.rows + kPartials - 1) / kPartials, kBlockRows);
  std::vector<std::vector<double>> partials((factors.rows + part - 1) / part);
  parallel_blocks(factors.rows, part, threads, [&](Range range, std::size_t index) {
    std::vector<float> transposed(d * kBlockRows);
    std::vector<float> packed(packed_size(d, kBlockRows));
    std::vector<float> product(d * d);
    partials[index].assign(d * d, 0.0);
    for (std::size_t begin = range.begin; begin < range.end; begin += kBlockRows) {
      const std::size_t rows = std::min(kBlockRows, range.end - begin);
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t c = 0; c < d; ++c) {
          transposed[c * kBlockRows + i] = factors.row(begin + i)[c];
        }
      }
      pack_columns(d, rows, factors.row(begin), d, packed.data());
      multiply_packed(
          d, d, rows, 1, transposed.data(), kBlockRows, packed.data(), d, 0, product.data(), d);
      std::ranges::transform(partials[index], product, partials[index].begin(), std::plus<>());
    }
  });
  std::vector<double> total(d * d, 0.0);
  for (const std::vector<double>& partial : partials) {
    std::ranges::transform(total, partial, total.begin(), std::plus<>());
  }
  return total;
}

}  // namespace

void Basis::turn(std::span<float> row) const {
  const std::vector<float> before(row.begin(), row.end());
  row_dots(axes.data(), row.size(), row.size(), before.data(), row.data());
}

Basis turn_to_eigenbasis(Factors& factors, std::size_t threads) {
  const std::size_t d = factors.dimension;
  const std::size_t stride = factors.stride;
  const std::vector<double> sums = gram(factors, threads);
  Eigen::MatrixXd square(d, d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      const double value = sums[std::max(i, j) * stride + std::min(i, j)];
      square(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = value;
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(square);
  Basis basis;
  basis.eigenvalues.assign(stride, 0.0F);
  basis.axes.assign(stride * stride, 0.0F);
  for (std::size_t c = 0; c < d; ++c) {
    const auto column = static_cast<Eigen::Index>(c);
    basis.eigenvalues[c] = static_cast<float>(std::max(solver.eigenvalues()(column), 0.0));
    for (std::size_t i = 0; i < d; ++i) {
      basis.axes[c * stride + i] =
          static_cast<float>(solver.eigenvectors()(static_cast<Eigen::Index>(i), column));
    }
  }
  std::vector<float> packed(packed_size(stride, stride));
  pack_rows(0, stride, stride, stride, basis.axes.data(), stride, packed.data());
  parallel_blocks(factors.rows, kBlockRows, threads, [&](Range range, std::size_t) {
    const std::vector<float> before(factors.row(range.begin), factors.row(range.end));
    multiply_packed(range.end - range.begin,
                    stride,
                    stride,
                    1,
                    before.data(),
                    stride,
                    packed.data(),
                    stride,
                    0,
                    factors.row(range.begin),
                    stride);
  });
  return basis;
}

}  // namespace bookreco
