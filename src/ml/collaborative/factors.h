#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bookreco {

/// Rows of `dimension` values, `stride` apart, padded with zeros.
struct Factors {
  std::size_t rows = 0;
  std::size_t dimension = 0;
  std::size_t stride = 0;
  std::vector<float> values;

  Factors() = default;
  Factors(std::size_t n, std::size_t d)
      : rows(n), dimension(d), stride((d + 15) / 16 * 16), values(rows * stride) {}
  float* row(std::size_t i) { return values.data() + i * stride; }
  const float* row(std::size_t i) const { return values.data() + i * stride; }
};

/// Axes in which the Gram matrix of some factors is diagonal.
struct Basis {
  std::vector<float> eigenvalues;  ///< of the Gram matrix; stride values, zero in the padding
  std::vector<float> axes;         ///< stride × stride: row c is the axis of eigenvalue c

  /// Turns one row of `stride` values into these axes.
  void turn(std::span<float> row) const;
};

/// Turns the rows into the eigenbasis of their own Gram matrix. Products of rows with rows turned
/// in the same way stay as they were. The result is the same for any number of threads.
Basis turn_to_eigenbasis(Factors& factors, std::size_t threads);

}  // namespace bookreco
