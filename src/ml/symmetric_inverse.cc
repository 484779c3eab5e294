#include "ml/symmetric_inverse.h"

#include <algorithm>
#include <functional>
#include <vector>

#include <Eigen/Cholesky>

#include "base/threads.h"
#include "kernels/gemm.h"

namespace bookreco {
namespace {

constexpr std::size_t kBlock = 256;     ///< columns swept at once
constexpr std::size_t kTileRows = 512;  ///< of one product
constexpr std::size_t kMirror = 64;     ///< a square of it and its mirror image fit the L1 cache

struct Sweep {
  float* matrix;
  std::size_t n;
  std::size_t stride;
  std::size_t threads;
  std::vector<float> panel;  ///< n × kBlock: the swept columns as they were, zero in their own rows
  std::vector<float> scaled;  ///< the panel times the inverse of the pivot block
  std::vector<float> packed;  ///< the panel, ready for products
  std::vector<float> pivot;   ///< that inverse
  std::vector<float> packed_pivot;

  float* row(std::size_t i) const { return matrix + i * stride; }

  /// The columns of `block`: below it from its columns, left of it from its rows.
  void take_panel(Range block) {
    const std::size_t width = block.end - block.begin;
    parallel_blocks(n, kTileRows, threads, [&](Range rows, std::size_t) {
      for (std::size_t i = rows.begin; i < rows.end; ++i) {
        float* out = panel.data() + i * kBlock;
        if (i >= block.end) {
          std::copy_n(row(i) + block.begin, width, out);
        } else if (i >= block.begin) {
          std::fill_n(out, width, 0.0F);
        }
      }
      const std::size_t end = std::min(rows.end, block.begin);
      for (std::size_t c = 0; c < width; ++c) {
        const float* from = row(block.begin + c);
        for (std::size_t i = rows.begin; i < end; ++i) {
          panel[i * kBlock + c] = from[i];
        }
      }
    });
  }

  bool invert_pivot(Range block) {
    const auto width = static_cast<Eigen::Index>(block.end - block.begin);
    Eigen::MatrixXd square(width, width);
    for (Eigen::Index i = 0; i < width; ++i) {
      for (Eigen::Index j = 0; j <= i; ++j) {
        square(i, j) = row(block.begin +
                           static_cast<std::size_t>(i))[block.begin + static_cast<std::size_t>(j)];
      }
    }
    const Eigen::LLT<Eigen::MatrixXd> factor(square);
    const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(width, width));
    if (factor.info() != Eigen::Success || !inverse.allFinite()) {
      return false;
    }
    for (Eigen::Index i = 0; i < width; ++i) {
      for (Eigen::Index j = 0; j < width; ++j) {
        pivot[static_cast<std::size_t>(i) * kBlock + static_cast<std::size_t>(j)] =
            static_cast<float>(inverse(std::max(i, j), std::min(i, j)));
      }
    }
    pack_rows(0,
              block.end - block.begin,
              block.end - block.begin,
              block.end - block.begin,
              pivot.data(),
              kBlock,
              packed_pivot.data());
    return true;
  }

  void update(Range block) {
    const std::size_t width = block.end - block.begin;
    const std::size_t group = packed_rows();
    const std::size_t share = (kTileRows + group - 1) / group * group;
    parallel_blocks(n, share, threads, [&](Range rows, std::size_t) {
      pack_rows(rows.begin, rows.end, n, width, panel.data(), kBlock, packed.data());
    });
    parallel_blocks(n, kTileRows, threads, [&](Range rows, std::size_t) {
      const std::size_t first = rows.begin * kBlock;
      multiply_packed(rows.end - rows.begin,
                      width,
                      width,
                      1,
                      panel.data() + first,
                      kBlock,
                      packed_pivot.data(),
                      width,
                      0,
                      scaled.data() + first,
                      kBlock);
    });
    const std::size_t tiles = (n + kTileRows - 1) / kTileRows;
    parallel_for(tiles, threads, [&](std::size_t task) {
      const std::size_t begin = (tiles - 1 - task) * kTileRows;  // the widest first
      const std::size_t end = std::min(begin + kTileRows, n);
      multiply_packed(end - begin,
                      end,
                      width,
                      -1,
                      scaled.data() + begin * kBlock,
                      kBlock,
                      packed.data(),
                      n,
                      1,
                      row(begin),
                      stride);
    });
  }

  void put_panel(Range block) {
    const std::size_t width = block.end - block.begin;
    parallel_blocks(n, kTileRows, threads, [&](Range rows, std::size_t) {
      const std::size_t end = std::min(rows.end, block.begin);
      for (std::size_t c = 0; c < width; ++c) {
        float* out = row(block.begin + c);
        for (std::size_t i = rows.begin; i < end; ++i) {
          out[i] = scaled[i * kBlock + c];
        }
      }
      for (std::size_t i = std::max(rows.begin, block.end); i < rows.end; ++i) {
        std::copy_n(scaled.data() + i * kBlock, width, row(i) + block.begin);
      }
    });
    for (std::size_t c = 0; c < width; ++c) {
      const float* from = pivot.data() + c * kBlock;
      std::transform(from, from + width, row(block.begin + c) + block.begin, std::negate<>());
    }
  }

  /// The sweeps leave −A⁻¹ in the lower triangle.
  void negate_and_mirror() {
    parallel_blocks(n, kMirror, threads, [&](Range rows, std::size_t) {
      for (std::size_t begin = 0; begin < rows.end; begin += kMirror) {
        for (std::size_t i = rows.begin; i < rows.end; ++i) {
          for (std::size_t j = begin; j < std::min(begin + kMirror, i + 1); ++j) {
            const float value = -row(i)[j];
            row(i)[j] = value;
            row(j)[i] = value;
          }
        }
      }
    });
  }
};

}  // namespace

Status invert_symmetric(float* matrix,
                        std::size_t n,
                        std::size_t stride,
                        std::size_t threads,
                        const ProgressFn& progress,
                        const std::function<bool()>& cancelled) {
  Sweep sweep{matrix, n, stride, threads, {}, {}, {}, {}, {}};
  sweep.panel.resize(n * kBlock);
  sweep.scaled.resize(n * kBlock);
  sweep.packed.resize(packed_size(n, kBlock));
  sweep.pivot.resize(kBlock * kBlock);
  sweep.packed_pivot.resize(packed_size(kBlock, kBlock));
  for (std::size_t begin = 0; begin < n; begin += kBlock) {
    const Range block{begin, std::min(begin + kBlock, n)};
    if (cancelled && cancelled()) {
      return fail(Code::kCancelled, "the inversion was cancelled");
    }
    if (!sweep.invert_pivot(block)) {
      return fail(Code::kInvalidArgument, "the matrix is not positive definite");
    }
    sweep.take_panel(block);
    sweep.update(block);
    sweep.put_panel(block);
    report(progress, "inverse", block.end, n);
  }
  sweep.negate_and_mirror();
  return {};
}

}  // namespace bookreco
