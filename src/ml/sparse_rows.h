#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ml/orthonormal.h"

namespace bookreco {

/// Rows of a sparse matrix: row i holds entries offsets[i] to offsets[i + 1].
struct SparseRows {
  std::size_t columns = 0;
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> ids;
  std::vector<float> values;

  std::size_t rows() const { return offsets.size() - 1; }
  std::span<const std::uint32_t> ids_of(std::size_t row) const {
    return {ids.data() + offsets[row], offsets[row + 1] - offsets[row]};
  }
  std::span<const float> values_of(std::size_t row) const {
    return {values.data() + offsets[row], offsets[row + 1] - offsets[row]};
  }
};

/// Fills `out`, a whole stride of a DenseBlock, with a row. Called on several threads at once.
using DenseRowFn = std::function<void(std::size_t row, std::span<float> out)>;

/// Aᵀ · F, matrix.columns × columns, where row i of F is what `row_of` makes of row i. Rows that
/// hold nothing are not asked for. The sums keep one order whatever the number of threads.
DenseBlock transposed_product(const SparseRows& matrix,
                              std::size_t columns,
                              const DenseRowFn& row_of,
                              std::size_t threads);

}  // namespace bookreco
