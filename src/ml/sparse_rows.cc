#include "ml/sparse_rows.h"

#include <algorithm>
#include <utility>

#include "base/threads.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxPartials = 8;
constexpr std::size_t kPartialRows = 1024;
constexpr std::size_t kPartialBytes = std::size_t{256} << 20;

/// How many partial sums run side by side: by the matrix alone, never by the threads.
std::size_t partial_count(const SparseRows& matrix, const DenseBlock& sum) {
  const std::size_t bytes = std::max<std::size_t>(sum.values.size() * sizeof(float), 1);
  const std::size_t most = std::clamp<std::size_t>(kPartialBytes / bytes, 1, kMaxPartials);
  return std::clamp<std::size_t>(matrix.rows() / kPartialRows, 1, most);
}

}  // namespace

DenseBlock transposed_product(const SparseRows& matrix,
                              std::size_t columns,
                              const DenseRowFn& row_of,
                              std::size_t threads) {
  std::vector<DenseBlock> sums(1, DenseBlock(matrix.columns, columns));
  const std::size_t partials = partial_count(matrix, sums.front());
  const std::size_t part = std::max<std::size_t>((matrix.rows() + partials - 1) / partials, 1);
  sums.resize(partials, DenseBlock(0, 0));
  parallel_blocks(matrix.rows(), part, threads, [&](Range range, std::size_t index) {
    DenseBlock& sum = sums[index];
    sum = DenseBlock(matrix.columns, columns);
    std::vector<float> dense(sum.stride);
    for (std::size_t row = range.begin; row < range.end; ++row) {
      if (!matrix.ids_of(row).empty()) {
        row_of(row, dense);
        scatter_rows(sum.values.data(), matrix.ids_of(row), matrix.values_of(row), dense);
      }
    }
  });
  DenseBlock& total = sums.front();
  parallel_blocks(
      total.values.size(), std::size_t{1} << 16, threads, [&](Range range, std::size_t) {
        const std::size_t size = range.end - range.begin;
        for (std::size_t i = 1; i < sums.size(); ++i) {
          if (!sums[i].values.empty()) {
            axpy(1,
                 {sums[i].values.data() + range.begin, size},
                 {total.values.data() + range.begin, size});
          }
        }
      });
  return std::move(total);
}

}  // namespace bookreco
