#include "kernels/codes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/codes.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bookreco::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::CappedTag<double, kStrideUnit / 8>;
using Double = hn::Vec<Doubles>;

#if HWY_TARGET == HWY_SCALAR  // a CPU without vectors: one code at a time

template <class Query, class Term>
void each_row(const Query* query,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              std::int32_t* out,
              const Term& term) {
  for (std::size_t row = 0; row < rows; ++row, codes += stride) {
    std::int32_t sum = 0;
    for (std::size_t at = 0; at < stride; ++at) {
      sum += term(int{query[at]}, int{codes[at]});
    }
    out[row] = sum;
  }
}

void CodesDot(const std::int16_t* query,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              std::int32_t* out) {
  each_row(query, codes, stride, rows, out, [](int a, int b) { return a * b; });
}

void CodesSquaredL2(const std::int8_t* query,
                    const std::int8_t* codes,
                    std::size_t stride,
                    std::size_t rows,
                    std::int32_t* out) {
  each_row(query, codes, stride, rows, out, [](int a, int b) { return (a - b) * (a - b); });
}

void CodesL1(const std::int8_t* query,
             const std::int8_t* codes,
             std::size_t stride,
             std::size_t rows,
             std::int32_t* out) {
  each_row(query, codes, stride, rows, out, [](int a, int b) { return a < b ? b - a : a - b; });
}

#else

// Vectors of at most kStrideUnit bytes, so that they divide a row.
using Words = hn::CappedTag<std::int32_t, kStrideUnit / 4>;
using Word = hn::Vec<Words>;
using Bytes = hn::Repartition<std::uint8_t, Words>;
using Halves = hn::Repartition<std::int16_t, Words>;

HWY_INLINE hn::Vec<Halves> widen(const std::int8_t* codes) {
  return hn::PromoteTo(Halves(), hn::LoadU(hn::Rebind<std::int8_t, Halves>(), codes));
}

/// Σ a·b of pairs of neighbours, added to `sum`.
HWY_INLINE Word add_products(hn::Vec<Halves> a, hn::Vec<Halves> b, Word sum) {
  Word odd = hn::Zero(Words());
  sum = hn::ReorderWidenMulAccumulate(Words(), a, b, sum, odd);
  return hn::Add(sum, odd);
}

struct CodeDot {
  const std::int16_t* query;
  static std::size_t lanes() { return hn::Lanes(Halves()); }
  HWY_INLINE Word add(std::size_t at, const std::int8_t* codes, Word sum) const {
    return add_products(hn::LoadU(Halves(), query + at), widen(codes + at), sum);
  }
};

struct CodeSquaredL2 {
  const std::int8_t* query;
  static std::size_t lanes() { return hn::Lanes(Halves()); }
  HWY_INLINE Word add(std::size_t at, const std::int8_t* codes, Word sum) const {
    const auto gap = hn::Sub(widen(query + at), widen(codes + at));
    return add_products(gap, gap, sum);
  }
};

struct CodeL1 {
  const std::int8_t* query;
  static std::size_t lanes() { return hn::Lanes(Bytes()); }
  /// The codes without their sign, in the same order.
  static HWY_INLINE hn::Vec<Bytes> load(const std::int8_t* codes) {
    const Bytes d;
    return hn::Xor(hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(codes)), hn::Set(d, 0x80));
  }
  HWY_INLINE Word add(std::size_t at, const std::int8_t* codes, Word sum) const {
    const auto a = load(query + at);
    const auto b = load(codes + at);
    const auto gap = hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a));
    return hn::Add(sum, hn::BitCast(Words(), hn::SumsOf8(gap)));
  }
};

/// How far ahead codes are asked for: the CPU's own prefetching stops at each page of 4 KiB.
constexpr std::size_t kAheadBytes = 4096;

/// The sums of four vectors, to out[0..3].
HWY_INLINE void store_sums(Word a, Word b, Word c, Word d, std::int32_t* out) {
  const Words words;
  const hn::Repartition<std::int64_t, Words> pairs;
  const Word ab = hn::Add(hn::InterleaveLower(words, a, b), hn::InterleaveUpper(words, a, b));
  const Word cd = hn::Add(hn::InterleaveLower(words, c, d), hn::InterleaveUpper(words, c, d));
  const auto low = hn::InterleaveLower(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, cd));
  const auto high = hn::InterleaveUpper(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, cd));
  // Each block of four lanes now holds a share of the four sums.
  HWY_ALIGN std::int32_t shares[kStrideUnit / 4];
  hn::Store(hn::Add(hn::BitCast(words, low), hn::BitCast(words, high)), words, shares);
  const hn::FixedTag<std::int32_t, 4> block;
  auto sum = hn::Load(block, shares);
  for (std::size_t at = 4; at < hn::Lanes(words); at += 4) {
    sum = hn::Add(sum, hn::Load(block, shares + at));
  }
  hn::StoreU(sum, block, out);
}

/// Four rows at a time: their sums are independent chains, which hides the latency of the
/// additions.
template <class Step>
HWY_INLINE void each_row(const Step& step,
                         const std::int8_t* codes,
                         std::size_t stride,
                         std::size_t rows,
                         std::int32_t* out) {
  const Words d;
  const std::size_t lanes = Step::lanes();
  std::size_t row = 0;
  for (; row + 4 <= rows; row += 4) {
    const std::int8_t* first = codes + row * stride;
    for (std::size_t at = 0; at < 4 * stride; at += 64) {
      hwy::Prefetch(first + kAheadBytes + at);
    }
    Word sum0 = hn::Zero(d);
    Word sum1 = hn::Zero(d);
    Word sum2 = hn::Zero(d);
    Word sum3 = hn::Zero(d);
    for (std::size_t at = 0; at < stride; at += lanes) {
      sum0 = step.add(at, first, sum0);
      sum1 = step.add(at, first + stride, sum1);
      sum2 = step.add(at, first + 2 * stride, sum2);
      sum3 = step.add(at, first + 3 * stride, sum3);
    }
    store_sums(sum0, sum1, sum2, sum3, out + row);
  }
  for (; row < rows; ++row) {
    Word sum = hn::Zero(d);
    for (std::size_t at = 0; at < stride; at += lanes) {
      sum = step.add(at, codes + row * stride, sum);
    }
    out[row] = hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

void CodesDot(const std::int16_t* query,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              std::int32_t* out) {
  each_row(CodeDot{query}, codes, stride, rows, out);
}

void CodesSquaredL2(const std::int8_t* query,
                    const std::int8_t* codes,
                    std::size_t stride,
                    std::size_t rows,
                    std::int32_t* out) {
  each_row(CodeSquaredL2{query}, codes, stride, rows, out);
}

void CodesL1(const std::int8_t* query,
             const std::int8_t* codes,
             std::size_t stride,
             std::size_t rows,
             std::int32_t* out) {
  each_row(CodeL1{query}, codes, stride, rows, out);
}

#endif

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
ExactProducts RowsProducts(const float* a, const float* b, std::size_t stride) {
  const Doubles d;
  const hn::Rebind<float, Doubles> f;
  const std::size_t lanes = hn::Lanes(d);
  Double dot_even = hn::Zero(d);
  Double dot_odd = hn::Zero(d);
  Double squares_even = hn::Zero(d);
  Double squares_odd = hn::Zero(d);
  for (std::size_t at = 0; at < stride; at += 2 * lanes) {
    const Double even = hn::PromoteTo(d, hn::LoadU(f, b + at));
    const Double odd = hn::PromoteTo(d, hn::LoadU(f, b + at + lanes));
    dot_even = hn::MulAdd(hn::PromoteTo(d, hn::LoadU(f, a + at)), even, dot_even);
    dot_odd = hn::MulAdd(hn::PromoteTo(d, hn::LoadU(f, a + at + lanes)), odd, dot_odd);
    squares_even = hn::MulAdd(even, even, squares_even);
    squares_odd = hn::MulAdd(odd, odd, squares_odd);
  }
  return {hn::GetLane(hn::SumOfLanes(d, hn::Add(dot_even, dot_odd))),
          hn::GetLane(hn::SumOfLanes(d, hn::Add(squares_even, squares_odd)))};
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
HWY_EXPORT(RowsProducts);
HWY_EXPORT(RowsSquaredL2);
HWY_EXPORT(RowsL1);

void codes_dot(const std::int16_t* query,
               const std::int8_t* codes,
               std::size_t stride,
               std::size_t rows,
               std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(CodesDot)(query, codes, stride, rows, out);
}

void codes_squared_l2(const std::int8_t* query,
                      const std::int8_t* codes,
                      std::size_t stride,
                      std::size_t rows,
                      std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(CodesSquaredL2)(query, codes, stride, rows, out);
}

void codes_l1(const std::int8_t* query,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(CodesL1)(query, codes, stride, rows, out);
}

double exact_dot(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsDot)(a, b, stride);
}

ExactProducts exact_products(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsProducts)(a, b, stride);
}
double exact_squared_l2(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsSquaredL2)(a, b, stride);
}

double exact_l1(const float* a, const float* b, std::size_t stride) {
  return HWY_DYNAMIC_DISPATCH(RowsL1)(a, b, stride);
}

}  // namespace bookreco
#endif
