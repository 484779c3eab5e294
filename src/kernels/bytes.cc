#include "kernels/bytes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bytes.cc"  // NOLINT(readability-identifier-naming)
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "kernels/bytes_targets.h"

HWY_BEFORE_NAMESPACE();
namespace bookreco::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kAhead = 8;  ///< rows asked for before their turn

HWY_INLINE const std::uint8_t* row_of(const ByteRows& rows, std::uint32_t picked) {
  return rows.first + picked * rows.spacing;
}

HWY_INLINE void ask(const ByteRows& rows, std::span<const std::uint32_t> picked, std::size_t i) {
  for (std::size_t at = 0; i < picked.size() && at < rows.stride; at += kByteStride) {
    hwy::Prefetch(row_of(rows, picked[i]) + at);
  }
}

#if HWY_TARGET == HWY_SCALAR

constexpr std::size_t kLanes = 1;
using Sum = std::int32_t;
using Values = std::int32_t;

Sum zero() {
  return 0;
}
Values load_query(const std::int8_t* query) {
  return *query;
}
void add(Values query, const std::uint8_t* row, Sum& low, Sum&) {
  low += query * *row;
}
std::int32_t total(Sum low, Sum) {
  return low;
}

#else

using Sums = hn::CappedTag<std::int32_t, kByteStride / 4>;
using Words = hn::Repartition<std::int16_t, Sums>;
using Sum = hn::Vec<Sums>;
using Values = hn::Vec<Words>;
constexpr std::size_t kLanes = hn::MaxLanes(Words());

HWY_INLINE Sum zero() {
  return hn::Zero(Sums());
}
HWY_INLINE Values load_query(const std::int8_t* query) {
  return hn::PromoteTo(Words(), hn::LoadU(hn::Rebind<std::int8_t, Words>(), query));
}
/// ReorderWidenMulAccumulate may split a vector's products over two sums.
HWY_INLINE void add(Values query, const std::uint8_t* row, Sum& low, Sum& high) {
  const auto values = hn::PromoteTo(Words(), hn::LoadU(hn::Rebind<std::uint8_t, Words>(), row));
  low = hn::ReorderWidenMulAccumulate(Sums(), query, values, low, high);
}
HWY_INLINE std::int32_t total(Sum low, Sum high) {
  return hn::GetLane(hn::SumOfLanes(Sums(), hn::Add(low, high)));
}

#endif

/// Four rows at a time: their sums are independent chains.
void sum_products(const std::int8_t* query,
                  const ByteRows& rows,
                  std::span<const std::uint32_t> picked,
                  std::int32_t* out) {
  for (std::size_t i = 0; i < kAhead; ++i) {
    ask(rows, picked, i);
  }
  std::size_t i = 0;
  for (; i + 4 <= picked.size(); i += 4) {
    for (std::size_t j = 0; j < 4; ++j) {
      ask(rows, picked, i + kAhead + j);
    }
    const std::uint8_t* const first = row_of(rows, picked[i]);
    const std::uint8_t* const second = row_of(rows, picked[i + 1]);
    const std::uint8_t* const third = row_of(rows, picked[i + 2]);
    const std::uint8_t* const fourth = row_of(rows, picked[i + 3]);
    Sum low0 = zero();
    Sum low1 = zero();
    Sum low2 = zero();
    Sum low3 = zero();
    Sum high0 = zero();
    Sum high1 = zero();
    Sum high2 = zero();
    Sum high3 = zero();
    for (std::size_t at = 0; at < rows.stride; at += kLanes) {
      const Values values = load_query(query + at);
      add(values, first + at, low0, high0);
      add(values, second + at, low1, high1);
      add(values, third + at, low2, high2);
      add(values, fourth + at, low3, high3);
    }
    out[i] = total(low0, high0);
    out[i + 1] = total(low1, high1);
    out[i + 2] = total(low2, high2);
    out[i + 3] = total(low3, high3);
  }
  for (; i < picked.size(); ++i) {
    Sum low = zero();
    Sum high = zero();
    for (std::size_t at = 0; at < rows.stride; at += kLanes) {
      add(load_query(query + at), row_of(rows, picked[i]) + at, low, high);
    }
    out[i] = total(low, high);
  }
}

}  // namespace bookreco::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bookreco {

HWY_EXPORT(sum_products);

void byte_dots_portable(const std::int8_t* query,
                        const ByteRows& rows,
                        std::span<const std::uint32_t> picked,
                        std::int32_t* out) {
  HWY_DYNAMIC_DISPATCH(sum_products)(query, rows, picked, out);
}

void byte_dots(const std::int8_t* query,
               const ByteRows& rows,
               std::span<const std::uint32_t> picked,
               std::int32_t* out) {
  static const auto best = has_vnni() ? byte_dots_vnni : byte_dots_portable;
  best(query, rows, picked, out);
}

}  // namespace bookreco
#endif
