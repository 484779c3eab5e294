#pragma once

#include <cstddef>

namespace bookreco {

// Row-major dense products by OpenBLAS on the calling thread alone, so that threads are ours to
// share out and sums keep one order. The leading dimension (values from one row to the next)
// follows each matrix.

/// c (m × n) = a (m × k) · b (k × n)
void multiply(std::size_t m,
              std::size_t n,
              std::size_t k,
              const float* a,
              std::size_t lda,
              const float* b,
              std::size_t ldb,
              float* c,
              std::size_t ldc);

/// c (m × n) = a (m × k) · bᵀ, b being n × k
void multiply_transposed(std::size_t m,
                         std::size_t n,
                         std::size_t k,
                         const float* a,
                         std::size_t lda,
                         const float* b,
                         std::size_t ldb,
                         float* c,
                         std::size_t ldc);

/// c (m × n) += aᵀ · b, a being k × m and b k × n
void add_cross(std::size_t m,
               std::size_t n,
               std::size_t k,
               const double* a,
               std::size_t lda,
               const double* b,
               std::size_t ldb,
               double* c,
               std::size_t ldc);

}  // namespace bookreco
