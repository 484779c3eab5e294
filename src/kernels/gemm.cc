#include "kernels/gemm.h"

#include <algorithm>
#include <vector>

#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gemm.cc"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

// The packed matrix is cut into blocks of kDepth columns, those into groups of Group() rows; a
// group of a block is stored column by column. Four rows of a against one group are one register
// block: 12 accumulators, enough to hide the latency of two fused multiply-adds per cycle and few
// enough for 16 registers.

HWY_BEFORE_NAMESPACE();
namespace bookreco {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
constexpr std::size_t kDepth = 128;      // a group of a block fits the L1 cache
constexpr std::size_t kRows = 4;         // of a register block
constexpr std::size_t kMostRows = 256;   // of a packed at once, kMostDepth columns of
constexpr std::size_t kMostDepth = 512;  // them: they fit the L2 cache
constexpr std::size_t kMostGroup = 48;

std::size_t Group() {
  return 3 * hn::Lanes(Tag());
}

/// out (kRows rows, ldc apart) = beta · out + alpha · Σ a[p] ⊗ b[p]; a holds kRows values per
/// column.
void RegisterBlock(std::size_t depth,
                   float alpha,
                   const float* HWY_RESTRICT a,
                   const float* HWY_RESTRICT b,
                   bool add,
                   float* HWY_RESTRICT c,
                   std::size_t ldc) {
  const Tag d;
  const std::size_t n = hn::Lanes(d);
  for (std::size_t r = 0; r < kRows; ++r) {
    hwy::Prefetch(c + r * ldc);
    hwy::Prefetch(c + r * ldc + n);
    hwy::Prefetch(c + r * ldc + 2 * n);
  }
  auto c00 = hn::Zero(d), c01 = c00, c02 = c00;
  auto c10 = c00, c11 = c00, c12 = c00;
  auto c20 = c00, c21 = c00, c22 = c00;
  auto c30 = c00, c31 = c00, c32 = c00;
  for (std::size_t p = 0; p < depth; ++p) {
    const auto b0 = hn::LoadU(d, b);
    const auto b1 = hn::LoadU(d, b + n);
    const auto b2 = hn::LoadU(d, b + 2 * n);
    const auto a0 = hn::Set(d, a[0]);
    c00 = hn::MulAdd(a0, b0, c00);
    c01 = hn::MulAdd(a0, b1, c01);
    c02 = hn::MulAdd(a0, b2, c02);
    const auto a1 = hn::Set(d, a[1]);
    c10 = hn::MulAdd(a1, b0, c10);
    c11 = hn::MulAdd(a1, b1, c11);
    c12 = hn::MulAdd(a1, b2, c12);
    const auto a2 = hn::Set(d, a[2]);
    c20 = hn::MulAdd(a2, b0, c20);
    c21 = hn::MulAdd(a2, b1, c21);
    c22 = hn::MulAdd(a2, b2, c22);
    const auto a3 = hn::Set(d, a[3]);
    c30 = hn::MulAdd(a3, b0, c30);
    c31 = hn::MulAdd(a3, b1, c31);
    c32 = hn::MulAdd(a3, b2, c32);
    a += kRows;
    b += 3 * n;
  }
  const auto factor = hn::Set(d, alpha);
  const auto put = [&](auto v0, auto v1, auto v2, float* HWY_RESTRICT to) HWY_ATTR {
    if (add) {
      hn::StoreU(hn::MulAdd(factor, v0, hn::LoadU(d, to)), d, to);
      hn::StoreU(hn::MulAdd(factor, v1, hn::LoadU(d, to + n)), d, to + n);
      hn::StoreU(hn::MulAdd(factor, v2, hn::LoadU(d, to + 2 * n)), d, to + 2 * n);
    } else {
      hn::StoreU(hn::Mul(factor, v0), d, to);
      hn::StoreU(hn::Mul(factor, v1), d, to + n);
      hn::StoreU(hn::Mul(factor, v2), d, to + 2 * n);
    }
  };
  put(c00, c01, c02, c);
  put(c10, c11, c12, c + ldc);
  put(c20, c21, c22, c + 2 * ldc);
  put(c30, c31, c32, c + 3 * ldc);
}

/// A register block at the border: through a buffer of its own.
void BorderBlock(std::size_t rows,
                 std::size_t columns,
                 std::size_t depth,
                 float alpha,
                 const float* a,
                 const float* b,
                 bool add,
                 float* c,
                 std::size_t ldc) {
  float buffer[kRows * kMostGroup];
  RegisterBlock(depth, alpha, a, b, false, buffer, kMostGroup);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t i = 0; i < columns; ++i) {
      c[r * ldc + i] = (add ? c[r * ldc + i] : 0.0F) + buffer[r * kMostGroup + i];
    }
  }
}

void PackLeft(std::size_t rows, std::size_t depth, const float* a, std::size_t lda, float* out) {
  for (std::size_t begin = 0; begin < rows; begin += kRows) {
    for (std::size_t r = 0; r < kRows; ++r) {
      const float* from = a + (begin + r) * lda;
      for (std::size_t p = 0; p < depth; ++p) {
        out[p * kRows + r] = begin + r < rows ? from[p] : 0.0F;
      }
    }
    out += depth * kRows;
  }
}

/// All rows packed on the left against one group.
void Strip(std::size_t rows,
           std::size_t columns,
           std::size_t depth,
           float alpha,
           const float* left,
           const float* b,
           bool add,
           float* c,
           std::size_t ldc) {
  const bool whole = columns == Group();
  for (std::size_t i = 0; i < rows; i += kRows) {
    const float* a = left + i * depth;
    if (whole && i + kRows <= rows) {
      RegisterBlock(depth, alpha, a, b, add, c + i * ldc, ldc);
    } else {
      BorderBlock(std::min(kRows, rows - i), columns, depth, alpha, a, b, add, c + i * ldc, ldc);
    }
  }
}

void MultiplyPacked(std::size_t m,
                    std::size_t n,
                    std::size_t k,
                    float alpha,
                    const float* a,
                    std::size_t lda,
                    const float* packed,
                    std::size_t packed_n,
                    float beta,
                    float* c,
                    std::size_t ldc) {
  const std::size_t group = Group();
  const std::size_t padded = (packed_n + group - 1) / group * group;
  std::vector<float> left(std::min((m + kRows - 1) / kRows * kRows, kMostRows) *
                          std::min(k, kMostDepth));
  for (std::size_t first = 0; first < m; first += kMostRows) {
    const std::size_t rows = std::min(kMostRows, m - first);
    const std::size_t stacked = (rows + kRows - 1) / kRows * kRows;
    for (std::size_t deep = 0; deep < k; deep += kMostDepth) {
      const std::size_t deep_end = std::min(deep + kMostDepth, k);
      for (std::size_t p = deep; p < deep_end; p += kDepth) {
        PackLeft(rows,
                 std::min(kDepth, deep_end - p),
                 a + first * lda + p,
                 lda,
                 left.data() + (p - deep) * stacked);
      }
      for (std::size_t j = 0; j < n; j += group) {
        for (std::size_t p = deep; p < deep_end; p += kDepth) {
          const std::size_t depth = std::min(kDepth, deep_end - p);
          Strip(rows,
                std::min(group, n - j),
                depth,
                alpha,
                left.data() + (p - deep) * stacked,
                packed + p * padded + j * depth,
                p > 0 || beta != 0,
                c + first * ldc + j,
                ldc);
        }
      }
    }
  }
}

/// Element (row, column) of b lies at b[row · row_step + column · column_step].
void Pack(std::size_t begin,
          std::size_t end,
          std::size_t n,
          std::size_t k,
          const float* b,
          std::size_t row_step,
          std::size_t column_step,
          float* packed) {
  const std::size_t group = Group();
  const std::size_t padded = (n + group - 1) / group * group;
  for (std::size_t p = 0; p < k; p += kDepth) {
    const std::size_t depth = std::min(kDepth, k - p);
    for (std::size_t j = begin; j < end; j += group) {
      float* out = packed + p * padded + j * depth;
      for (std::size_t r = 0; r < group; ++r) {
        const float* from = b + (j + r) * row_step + p * column_step;
        for (std::size_t q = 0; q < depth; ++q) {
          out[q * group + r] = j + r < end ? from[q * column_step] : 0.0F;
        }
      }
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bookreco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bookreco {

HWY_EXPORT(Group);
HWY_EXPORT(MultiplyPacked);
HWY_EXPORT(Pack);

std::size_t packed_rows() {
  return HWY_DYNAMIC_DISPATCH(Group)();
}

std::size_t packed_size(std::size_t n, std::size_t k) {
  const std::size_t group = packed_rows();
  return (n + group - 1) / group * group * k;
}

void pack_rows(std::size_t begin,
               std::size_t end,
               std::size_t n,
               std::size_t k,
               const float* b,
               std::size_t ldb,
               float* packed) {
  HWY_DYNAMIC_DISPATCH(Pack)(begin, end, n, k, b, ldb, 1, packed);
}

void pack_columns(std::size_t n, std::size_t k, const float* b, std::size_t ldb, float* packed) {
  HWY_DYNAMIC_DISPATCH(Pack)(0, n, n, k, b, 1, ldb, packed);
}

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
                     std::size_t ldc) {
  HWY_DYNAMIC_DISPATCH(MultiplyPacked)
  (m, n, k, alpha, a, lda, packed, packed_n, beta, c, ldc);
}

}  // namespace bookreco
#endif  // HWY_ONCE
