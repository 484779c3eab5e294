#include "kernels/gathered.h"

#include <algorithm>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gathered.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bookreco {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
constexpr std::size_t kAhead = 8;  // rows fetched before they are used

struct Four {
  float v[4];
};

/// Products of four rows with x.
HWY_INLINE Four Dots(const float* HWY_RESTRICT r0,
                     const float* HWY_RESTRICT r1,
                     const float* HWY_RESTRICT r2,
                     const float* HWY_RESTRICT r3,
                     const float* HWY_RESTRICT x,
                     std::size_t stride) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  auto s0 = hn::Zero(d);
  auto s1 = s0;
  auto s2 = s0;
  auto s3 = s0;
  for (std::size_t c = 0; c < stride; c += lanes) {
    const auto v = hn::LoadU(d, x + c);
    s0 = hn::MulAdd(v, hn::LoadU(d, r0 + c), s0);
    s1 = hn::MulAdd(v, hn::LoadU(d, r1 + c), s1);
    s2 = hn::MulAdd(v, hn::LoadU(d, r2 + c), s2);
    s3 = hn::MulAdd(v, hn::LoadU(d, r3 + c), s3);
  }
  return {{hn::GetLane(hn::SumOfLanes(d, s0)),
           hn::GetLane(hn::SumOfLanes(d, s1)),
           hn::GetLane(hn::SumOfLanes(d, s2)),
           hn::GetLane(hn::SumOfLanes(d, s3))}};
}

void Fetch(const float* row, std::size_t stride) {
  for (std::size_t c = 0; c < stride; c += 16) {
    hwy::Prefetch(row + c);
  }
}

void AddResidual(const float* HWY_RESTRICT matrix,
                 std::size_t stride,
                 const std::uint32_t* HWY_RESTRICT rows,
                 const float* HWY_RESTRICT weights,
                 std::size_t count,
                 float target,
                 const float* HWY_RESTRICT p,
                 float* HWY_RESTRICT out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  const auto row = [&](std::size_t i) HWY_ATTR { return matrix + rows[i] * stride; };
  for (std::size_t i = 0; i < std::min(count, kAhead); ++i) {
    Fetch(row(i), stride);
  }
  for (std::size_t i = 0; i < count; i += 4) {
    for (std::size_t next = i + kAhead; next < std::min(count, i + kAhead + 4); ++next) {
      Fetch(row(next), stride);
    }
    const std::size_t last = count - 1;  // rows beyond the end stand for the last, weight 0
    const float* r0 = row(i);
    const float* r1 = row(std::min(i + 1, last));
    const float* r2 = row(std::min(i + 2, last));
    const float* r3 = row(std::min(i + 3, last));
    const Four dots = Dots(r0, r1, r2, r3, p, stride);
    float w[4];
    for (std::size_t k = 0; k < 4; ++k) {
      w[k] = i + k < count ? weights[i + k] * (target - dots.v[k]) : 0.0F;
    }
    const auto w0 = hn::Set(d, w[0]);
    const auto w1 = hn::Set(d, w[1]);
    const auto w2 = hn::Set(d, w[2]);
    const auto w3 = hn::Set(d, w[3]);
    for (std::size_t c = 0; c < stride; c += lanes) {
      auto a = hn::MulAdd(w0, hn::LoadU(d, r0 + c), hn::LoadU(d, out + c));
      auto b = hn::Mul(w1, hn::LoadU(d, r1 + c));
      a = hn::MulAdd(w2, hn::LoadU(d, r2 + c), a);
      b = hn::MulAdd(w3, hn::LoadU(d, r3 + c), b);
      hn::StoreU(hn::Add(a, b), d, out + c);
    }
  }
}

void RowDots(const float* HWY_RESTRICT rows,
             std::size_t n,
             std::size_t stride,
             const float* HWY_RESTRICT x,
             float* HWY_RESTRICT out) {
  for (std::size_t i = 0; i < n; i += 4) {
    const float* first = rows + i * stride;
    const auto row = [&](std::size_t k) HWY_ATTR { return i + k < n ? first + k * stride : first; };
    const Four dots = Dots(first, row(1), row(2), row(3), x, stride);
    for (std::size_t k = 0; k < std::min<std::size_t>(4, n - i); ++k) {
      out[i + k] = dots.v[k];
    }
  }
}

/// out (4 rows, n apart) = products of the two rows at a with the four at b and so on, where b0 …
/// b3 and a0, a1 may coincide.
HWY_INLINE void TwoByFour(const float* HWY_RESTRICT a0,
                          const float* HWY_RESTRICT a1,
                          const float* const* b,
                          std::size_t stride,
                          float* out0,
                          float* out1) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  auto s00 = hn::Zero(d), s01 = s00, s02 = s00, s03 = s00;
  auto s10 = s00, s11 = s00, s12 = s00, s13 = s00;
  for (std::size_t c = 0; c < stride; c += lanes) {
    const auto x0 = hn::LoadU(d, a0 + c);
    const auto x1 = hn::LoadU(d, a1 + c);
    const auto y0 = hn::LoadU(d, b[0] + c);
    s00 = hn::MulAdd(x0, y0, s00);
    s10 = hn::MulAdd(x1, y0, s10);
    const auto y1 = hn::LoadU(d, b[1] + c);
    s01 = hn::MulAdd(x0, y1, s01);
    s11 = hn::MulAdd(x1, y1, s11);
    const auto y2 = hn::LoadU(d, b[2] + c);
    s02 = hn::MulAdd(x0, y2, s02);
    s12 = hn::MulAdd(x1, y2, s12);
    const auto y3 = hn::LoadU(d, b[3] + c);
    s03 = hn::MulAdd(x0, y3, s03);
    s13 = hn::MulAdd(x1, y3, s13);
  }
  out0[0] = hn::GetLane(hn::SumOfLanes(d, s00));
  out0[1] = hn::GetLane(hn::SumOfLanes(d, s01));
  out0[2] = hn::GetLane(hn::SumOfLanes(d, s02));
  out0[3] = hn::GetLane(hn::SumOfLanes(d, s03));
  out1[0] = hn::GetLane(hn::SumOfLanes(d, s10));
  out1[1] = hn::GetLane(hn::SumOfLanes(d, s11));
  out1[2] = hn::GetLane(hn::SumOfLanes(d, s12));
  out1[3] = hn::GetLane(hn::SumOfLanes(d, s13));
}

void LowerProducts(const float* HWY_RESTRICT rows,
                   std::size_t n,
                   std::size_t stride,
                   float* HWY_RESTRICT out,
                   std::size_t out_stride) {
  for (std::size_t i = 0; i < n; i += 2) {
    const float* a0 = rows + i * stride;
    const float* a1 = i + 1 < n ? a0 + stride : a0;
    for (std::size_t j = 0; j <= std::min(i + 1, n - 1); j += 4) {
      const float* b[4];
      for (std::size_t k = 0; k < 4; ++k) {
        b[k] = rows + std::min(j + k, n - 1) * stride;
      }
      float first[4];
      float second[4];
      TwoByFour(a0, a1, b, stride, first, second);
      const std::size_t width = std::min<std::size_t>(4, n - j);
      std::copy_n(first, width, out + i * out_stride + j);
      if (i + 1 < n) {
        std::copy_n(second, width, out + (i + 1) * out_stride + j);
      }
    }
  }
}

void GatherScaled(const float* HWY_RESTRICT matrix,
                  std::size_t stride,
                  const std::uint32_t* HWY_RESTRICT rows,
                  std::size_t count,
                  const float* HWY_RESTRICT factors,
                  const float* HWY_RESTRICT scales,
                  float* HWY_RESTRICT out) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) {
      Fetch(matrix + rows[i + kAhead] * stride, stride);
    }
    const float* row = matrix + rows[i] * stride;
    const auto factor = hn::Set(d, factors[i]);
    for (std::size_t c = 0; c < stride; c += lanes) {
      const auto scaled = hn::Mul(factor, hn::LoadU(d, scales + c));
      hn::StoreU(hn::Mul(scaled, hn::LoadU(d, row + c)), d, out + i * stride + c);
    }
  }
}

void SolveSmall(float* HWY_RESTRICT a,
                std::size_t n,
                std::size_t stride,
                float* HWY_RESTRICT column,
                float* HWY_RESTRICT x) {
  const Tag d;
  const std::size_t lanes = hn::Lanes(d);
  std::fill_n(column, stride, 0.0F);
  for (std::size_t k = 0; k < n; ++k) {
    const float inverse = 1 / a[k * stride + k];
    column[k] = 0;
    for (std::size_t i = k + 1; i < n; ++i) {
      column[i] = a[i * stride + k];
    }
    const std::size_t first = k / lanes * lanes;
    for (std::size_t i = k + 1; i < n; ++i) {
      float* row = a + i * stride;
      const float factor = row[k] * inverse;
      const auto f = hn::Set(d, factor);
      for (std::size_t c = first; c <= i; c += lanes) {
        hn::StoreU(hn::NegMulAdd(f, hn::LoadU(d, column + c), hn::LoadU(d, row + c)), d, row + c);
      }
      row[k] = factor;
      x[i] -= factor * x[k];
    }
    x[k] *= inverse;
  }
  for (std::size_t i = n; i-- > 1;) {
    const float* row = a + i * stride;
    for (std::size_t j = 0; j < i; ++j) {
      x[j] -= row[j] * x[i];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bookreco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bookreco {

HWY_EXPORT(AddResidual);
HWY_EXPORT(GatherScaled);
HWY_EXPORT(SolveSmall);
HWY_EXPORT(LowerProducts);
HWY_EXPORT(RowDots);

void add_residual(const float* matrix,
                  std::size_t stride,
                  std::span<const std::uint32_t> rows,
                  std::span<const float> weights,
                  float target,
                  const float* p,
                  float* out) {
  HWY_DYNAMIC_DISPATCH(AddResidual)
  (matrix, stride, rows.data(), weights.data(), rows.size(), target, p, out);
}

void gather_scaled(const float* matrix,
                   std::size_t stride,
                   std::span<const std::uint32_t> rows,
                   const float* factors,
                   const float* scales,
                   float* out) {
  HWY_DYNAMIC_DISPATCH(GatherScaled)
  (matrix, stride, rows.data(), rows.size(), factors, scales, out);
}

void lower_products(
    const float* rows, std::size_t n, std::size_t stride, float* out, std::size_t out_stride) {
  HWY_DYNAMIC_DISPATCH(LowerProducts)(rows, n, stride, out, out_stride);
}

void solve_small(float* a, std::size_t n, std::size_t a_stride, float* x) {
  constexpr std::size_t kOnStack = 256;
  float column[kOnStack];
  std::vector<float> longer(a_stride > kOnStack ? a_stride : 0);
  HWY_DYNAMIC_DISPATCH(SolveSmall)
  (a, n, a_stride, longer.empty() ? column : longer.data(), x);
}

void row_dots(const float* rows, std::size_t n, std::size_t stride, const float* x, float* out) {
  HWY_DYNAMIC_DISPATCH(RowDots)(rows, n, stride, x, out);
}

}  // namespace bookreco
#endif  // HWY_ONCE
