#pragma once

#include <cstddef>
#include <vector>

namespace bookreco {

/// A dense row-major block: `rows` × `columns` values, rows `stride` apart, padding zero.
struct DenseBlock {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t stride = 0;
  std::vector<float> values;

  /// All zero; the stride is `columns` rounded up to 16.
  DenseBlock(std::size_t rows, std::size_t columns);
};

/// aᵀ · b in double, columns × columns, row-major.
std::vector<double> cross(const DenseBlock& a, const DenseBlock& b, std::size_t threads);

/// block · transform (columns × columns, row-major), in place.
void transform(DenseBlock& block, const std::vector<double>& transform, std::size_t threads);

/// Makes the columns orthonormal (Cholesky QR, the Gram matrix in double; run twice where the last
/// digits matter: Yamamoto et al. 2015). A column that depends on those before it becomes zero.
void orthonormalise(DenseBlock& block, std::size_t threads);

}  // namespace bookreco
