#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bookreco {

// Single-precision linear algebra on rows, chosen at run time for the CPU. Sums run in a fixed
// order: equal input gives equal bytes on one CPU type. No alignment is asked for. Safe from any
// thread.

float dot(std::span<const float> a, std::span<const float> b);

/// y += alpha · x
void axpy(float alpha, std::span<const float> x, std::span<float> y);

void scale(float alpha, std::span<float> x);

/// Scales x to unit length and answers the length it had; a row whose length is zero or not finite
/// becomes all zero.
float normalise(std::span<float> x);

/// out = Σ weights[i] · row rows[i] of `matrix`, whose rows are `out.size()` values, a multiple of
/// 16, apart.
void gather_rows(const float* matrix,
                 std::span<const std::uint32_t> rows,
                 std::span<const float> weights,
                 std::span<float> out);

/// Row rows[i] of `matrix` += weights[i] · x, for every i; rows as for gather_rows.
void scatter_rows(float* matrix,
                  std::span<const std::uint32_t> rows,
                  std::span<const float> weights,
                  std::span<const float> x);

struct TopTwo {
  std::uint32_t index = 0;  ///< of the largest value, the first of equals
  float first = 0;
  float second = 0;  ///< the next largest, -infinity for a single value
};

/// `values` is not empty and holds no NaN.
TopTwo top_two(std::span<const float> values);

/// The place of the first value above `bound` at `from` or after it; values.size() when none is.
/// NaN is above nothing.
std::size_t find_above(std::span<const float> values, std::size_t from, float bound);

struct Moments {
  double sum = 0;
  double squares = 0;  ///< the sum of the squares
};

/// In fp64.
Moments moments(std::span<const float> values);

}  // namespace bookreco
