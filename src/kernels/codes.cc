#include "kernels/codes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/codes.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bookreco::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kStrideUnit>;
using Float = hn::Vec<Floats>;
using Doubles = hn::CappedTag<double, kStrideUnit / 2>;
using Double = hn::Vec<Doubles>;

struct CodeDot {
  const float* weights;
  HWY_INLINE Float add(std::size_t at, Float code, Float sum) const {
    return hn::MulAdd(hn::LoadU(Floats(), weights + at), code, sum);
  }
};

struct CodeSquaredL2 {
  const float* query;
  const float* scales;
  HWY_INLINE Float add(std::size_t at, Float code, Float sum) const {
    const Floats d;
    const Float gap = hn::NegMulAdd(hn::LoadU(d, scales + at), code, hn::LoadU(d, query + at));
    return hn::MulAdd(gap, gap, sum);
  }
};

struct CodeL1 {
  const float* query;
  const float* scales;
  HWY_INLINE Float add(std::size_t at, Float code, Float sum) const {
    const Floats d;
    const Float gap = hn::NegMulAdd(hn::LoadU(d, scales + at), code, hn::LoadU(d, query + at));
    return hn::Add(hn::Abs(gap), sum);
  }
};

HWY_INLINE Float load_codes(const std::int8_t* codes) {
  const hn::Rebind<std::int8_t, Floats> bytes;
  const hn::Rebind<std::int32_t, Floats> integers;
  return hn::ConvertTo(Floats(), hn::PromoteTo(integers, hn::LoadU(bytes, codes)));
}

/// How far ahead codes are asked for: the CPU's own prefetching stops at each page of 4 KiB.
constexpr std::size_t kAheadBytes = 4096;

/// Four rows at a time: their sums are independent chains, which hides the latency of the
/// additions.
template <class Step>
HWY_INLINE void each_row(
    const Step& step, const std::int8_t* codes, std::size_t stride, std::size_t rows, float* out) {
  const Floats d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const std::int8_t* first = codes + row * stride;
    for (std::size_t at = 0; at < 4 * stride; at += 64) {
      hwy::Prefetch(first + kAheadBytes + at);
    }
    Float sum0 = hn::Zero(d);
    Float sum1 = hn::Zero(d);
    Float sum2 = hn::Zero(d);
    Float sum3 = hn::Zero(d);
    for (std::size_t at = 0; at < stride; at += lanes) {
      sum0 = step.add(at, load_codes(first + at), sum0);
      sum1 = step.add(at, load_codes(first + stride + at), sum1);
      sum2 = step.add(at, load_codes(first + 2 * stride + at), sum2);
      sum3 = step.add(at, load_codes(first + 3 * stride + at), sum3);
    }
    out[row] = hn::GetLane(hn::SumOfLanes(d, sum0));
    out[row + 1] = hn::GetLane(hn::SumOfLanes(d, sum1));
    out[row + 2] = hn::GetLane(hn::SumOfLanes(d, sum2));
    out[row + 3] = hn::GetLane(hn::SumOfLanes(d, sum3));
  }
  for (; row < rows; ++row) {
    Float sum = hn::Zero(d);
    for (std::size_t at = 0; at < stride; at += lanes) {
      sum = step.add(at, load_codes(codes + row * stride + at), sum);
    }
    out[row] = hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

void CodesDot(const float* weights,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              float* out) {
  each_row(CodeDot{weights}, codes, stride, rows, out);
}

void CodesSquaredL2(const float* query,
                    const float* scales,
                    const std::int8_t* codes,
                    std::size_t stride,
                    std::size_t rows,
                    float* out) {
  each_row(CodeSquaredL2{query, scales}, codes, stride, rows, out);
}

void CodesL1(const float* query,
             const float* scales,
             const std::int8_t* codes,
             std::size_t stride,
             std::size_t rows,
             float* out) {
  each_row(CodeL1{query, scales}, codes, stride, rows, out);
}

struct ExactDot {
  HWY_INLINE Double add(Double a, Double b, Double sum) const { return hn::MulAdd(a, b, sum); }
};

struct ExactSquaredL2 {
  HWY_INLINE Double add(Double a, Double b, Double sum) const {
    const Double gap = hn::Sub(a, b);
    return hn::MulAdd(gap, gap, sum);
  }
};

struct ExactL1 {
  HWY_INLINE Double add(Double a, Double b, Double sum) const {
    return hn::Add(hn::Abs(hn::Sub(a, b)), sum);
  }
};

template <class Step>
HWY_INLINE double in_fp64(const Step& step, const float* a, const float* b, std::size_t stride) {
  const Doubles d;
  const hn::Rebind<float, Doubles> f;
  const std::size_t lanes = hn::Lanes(d);
  Double even = hn::Zero(d);
  Double odd = hn::Zero(d);
  for (std::size_t at = 0; at < stride; at += 2 * lanes) {
    even = step.add(
        hn::PromoteTo(d, hn::LoadU(f, a + at)), hn::PromoteTo(d, hn::LoadU(f, b + at)), even);
    odd = step.add(hn::PromoteTo(d, hn::LoadU(f, a + at + lanes)),
                   hn::PromoteTo(d, hn::LoadU(f, b + at + lanes)),
                   odd);
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd)));
}

double RowsDot(const float* a, const float* b, std::size_t stride) {
  return in_fp64(ExactDot(), a, b, stride);
}
double RowsSquaredL2(const float* a, const float* b, std::size_t stride) {
  return in_fp64(ExactSquaredL2(), a, b, stride);
}
double RowsL1(const float* a, const float* b, std::size_t stride) {
  return in_fp64(ExactL1(), a, b, stride);
}

}  // namespace bookreco::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bookreco {

HWY_EXPORT(CodesDot);
HWY_EXPORT(CodesSquaredL2);
HWY_EXPORT(CodesL1);
HWY_EXPORT(RowsDot);
HWY_EXPORT(RowsSquaredL2);
HWY_EXPORT(RowsL1);

void codes_dot(const float* weights,
               const std::int8_t* codes,
               std::size_t stride,
               std::size_t rows,
               float* out) {
  HWY_DYNAMIC_DISPATCH(CodesDot)(weights, codes, stride, rows, out);
}

void codes_squared_l2(const float* query,
                      const float* scales,
                      const std::int8_t* codes,
                      std::size_t stride,
                      std::size_t rows,
                      float* out) {
  HWY_DYNAMIC_DISPATCH(CodesSquaredL2)(query, scales, codes, stride, rows, out);
}

void codes_l1(const float* query,
              const float* scales,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              float* out) {
  HWY_DYNAMIC_DISPATCH(CodesL1)(query, scales, codes, stride, rows, out);
}

double exact_dot(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsDot)(a, b, stride);
}

double exact_squared_l2(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsSquaredL2)(a, b, stride);
}

double exact_l1(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsL1)(a, b, stride);
}

}  // namespace bookreco
#endif
