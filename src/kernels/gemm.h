#pragma once

#include <cstddef>

namespace bookreco {

// Products of fp32 matrices on the calling thread, register-blocked for the widest vectors of the
// CPU at hand (Goto & van de Geijn 2008). BLAS libraries choose their kernels from tables of CPU
// models and fall back to 128-bit ones for a model they do not know; this asks for features.
// The right factor is packed once and may then be used by many calls and threads. Sums run in an
// order that depends on the shape of `packed` alone: equal input gives equal bytes on one CPU type.

/// Rows of b that are packed together; pack_rows may be shared out by multiples of it.
std::size_t packed_rows();
/// Floats for n × k.
std::size_t packed_size(std::size_t n, std::size_t k);

/// Packs rows [begin, end) of b (n × k, rows ldb values apart); begin is a multiple of
/// packed_rows(), end too or n.
void pack_rows(std::size_t begin,
               std::size_t end,
               std::size_t n,
               std::size_t k,
               const float* b,
               std::size_t ldb,
               float* packed);

/// The same of bᵀ: rows of the packed matrix are columns of b (k × n).
void pack_columns(std::size_t n, std::size_t k, const float* b, std::size_t ldb, float* packed);

/// c (m × n) = beta · c + alpha · a (m × k) · packedᵀ; n may be less than was packed, of which
/// `packed_n` rows are. beta is 0 or 1; with 0, c is not read.
void multiply_packed(std::size_t m,
                     std::size_t n,
                     std::size_t k,
                     float alpha,
                     const float* a,
                     std::size_t lda,
                     const float* packed,
                     std::size_t packed_n,
                     float beta,
                     float* c,
                     std::size_t ldc);

}  // namespace bookreco
