#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bookreco {

// Sums over chosen rows of an fp32 matrix whose rows are `stride` values apart, a multiple of 16,
// zero beyond the dimension. Order of additions and safety as in linear.h.

/// out += Σ weights[i] · (target − row · p) · row over row = rows[i] of `matrix`: the residual of a
/// weighted least-squares problem. p and out have `stride` values.
void add_residual(const float* matrix,
                  std::size_t stride,
                  std::span<const std::uint32_t> rows,
                  std::span<const float> weights,
                  float target,
                  const float* p,
                  float* out);

/// Row i of out = factors[i] · scales ⊙ row rows[i] of `matrix`; all have `stride` values.
void gather_scaled(const float* matrix,
                   std::size_t stride,
                   std::span<const std::uint32_t> rows,
                   const float* factors,
                   const float* scales,
                   float* out);

/// out[i · out_stride + j] = row i · row j for j ≤ i < n; what lies above the diagonal is
/// unspecified.
void lower_products(
    const float* rows, std::size_t n, std::size_t stride, float* out, std::size_t out_stride);

/// Solves a · x = x for a symmetric positive definite n × n matrix by LDLᵀ, in place; reads the
/// lower triangle. a_stride is a multiple of 16 and at least n; every place of a's n rows holds a
/// finite number. Meant for small n.
void solve_small(float* a, std::size_t n, std::size_t a_stride, float* x);

/// out[i] = row i · x for i < n.
void row_dots(const float* rows, std::size_t n, std::size_t stride, const float* x, float* out);

}  // namespace bookreco
