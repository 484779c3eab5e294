#include "kernels/bounds.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bounds.cc"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bookreco::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Integers = hn::CappedTag<std::int32_t, 16>;

/// Calls step(tag, row) for vectors of rows, then for the rows that are left, one at a time.
template <class Step>
HWY_INLINE void each_row(std::size_t rows, const Step& step) {
  const Floats d;
  std::size_t row = 0;
  for (; row + hn::Lanes(d) <= rows; row += hn::Lanes(d)) {
    step(d, row);
  }
  for (; row < rows; ++row) {
    step(hn::CappedTag<float, 1>(), row);
  }
}

template <class D>
HWY_INLINE hn::Vec<D> load_sums(D d, const std::int32_t* sums) {
  return hn::ConvertTo(d, hn::LoadU(hn::RebindToSigned<D>(), sums));
}

/// middle ± half, half · (1 + relative) for the roundings on the way to it.
template <class D>
HWY_INLINE void store_bounds(
    D d, hn::Vec<D> middle, hn::Vec<D> half, float relative, float* lower, float* upper) {
  half = hn::Mul(half, hn::Set(d, 1 + relative));
  hn::StoreU(hn::Sub(middle, half), d, lower);
  hn::StoreU(hn::Add(middle, half), d, upper);
}

void BoundProducts(const BoundTerms& terms,
                   const std::int32_t* sums,
                   const float* errors,
                   const float* norms,
                   std::size_t rows,
                   float* lower,
                   float* upper) {
  each_row(rows, [&](auto d, std::size_t row) HWY_ATTR {
    const auto norm = hn::LoadU(d, norms + row);
    const auto product = hn::Mul(load_sums(d, sums + row), hn::Set(d, terms.unit));
    const auto middle = hn::Mul(product, norm);
    const auto error = hn::Add(hn::LoadU(d, errors + row), hn::Set(d, terms.slack));
    const auto half =
        hn::Add(hn::Mul(error, norm), hn::Mul(hn::Abs(middle), hn::Set(d, terms.relative)));
    store_bounds(d, middle, half, terms.relative, lower + row, upper + row);
  });
}

void BoundDistances(const BoundTerms& terms,
                    const std::int32_t* sums,
                    bool root,
                    const float* errors,
                    std::size_t rows,
                    float* lower,
                    float* upper) {
  each_row(rows, [&](auto d, std::size_t row) HWY_ATTR {
    auto sum = load_sums(d, sums + row);
    if (root) {
      sum = hn::Sqrt(sum);
    }
    const auto distance = hn::Mul(sum, hn::Set(d, terms.unit));
    const auto error = hn::Add(hn::LoadU(d, errors + row), hn::Set(d, terms.slack));
    const auto half = hn::Add(error, hn::Mul(distance, hn::Set(d, terms.relative)));
    store_bounds(d, hn::Neg(distance), half, terms.relative, lower + row, upper + row);
  });
}

/// The bits of test(at) for 64 values, the lanes of one vector at a time.
template <class D, class Test>
HWY_INLINE std::uint64_t bits_of_64(D d, const Test& test) {
  std::uint64_t bits = 0;
  for (std::size_t at = 0; at < 64; at += hn::Lanes(d)) {
    std::uint8_t some[8] = {};
    hn::StoreMaskBits(d, test(at), some);
    std::uint64_t next = 0;
    std::memcpy(&next, some, sizeof(next));
    bits |= next << at;
  }
  return bits;
}

std::uint64_t Reaching(const float* values, float threshold) {
  const Floats d;
  const auto limit = hn::Set(d, threshold);
  return bits_of_64(d, [&](std::size_t at) HWY_ATTR {
    return hn::Not(hn::Lt(hn::LoadU(d, values + at), limit));
  });
}

std::uint64_t Within(const std::int32_t* values, std::int32_t low, std::int32_t high) {
  const Integers d;
  const auto least = hn::Set(d, low);
  const auto most = hn::Set(d, high);
  return bits_of_64(d, [&](std::size_t at) HWY_ATTR {
    const auto value = hn::LoadU(d, values + at);
    return hn::Not(hn::Or(hn::Gt(least, value), hn::Gt(value, most)));
  });
}

}  // namespace bookreco::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bookreco {

HWY_EXPORT(BoundProducts);
HWY_EXPORT(BoundDistances);
HWY_EXPORT(Reaching);
HWY_EXPORT(Within);

void bound_products(const BoundTerms& terms,
                    const std::int32_t* sums,
                    const float* errors,
                    const float* norms,
                    std::size_t rows,
                    float* lower,
                    float* upper) {
  HWY_DYNAMIC_DISPATCH(BoundProducts)(terms, sums, errors, norms, rows, lower, upper);
}

void bound_distances(const BoundTerms& terms,
                     const std::int32_t* sums,
                     bool root,
                     const float* errors,
                     std::size_t rows,
                     float* lower,
                     float* upper) {
  HWY_DYNAMIC_DISPATCH(BoundDistances)(terms, sums, root, errors, rows, lower, upper);
}

std::uint64_t reaching(const float* values, float threshold) {
  return HWY_DYNAMIC_DISPATCH(Reaching)(values, threshold);
}

std::uint64_t within(const std::int32_t* values, std::int32_t low, std::int32_t high) {
  return HWY_DYNAMIC_DISPATCH(Within)(values, low, high);
}

}  // namespace bookreco
#endif
