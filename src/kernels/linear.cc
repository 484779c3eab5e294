#include "kernels/linear.h"

#include <algorithm>
#include <cmath>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/linear.cc"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bookreco {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

float Dot(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t n) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto s0 = hn::Zero(d);
  auto s1 = hn::Zero(d);
  auto s2 = hn::Zero(d);
  auto s3 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    s0 = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s0);
    s1 = hn::MulAdd(hn::LoadU(d, a + i + lanes), hn::LoadU(d, b + i + lanes), s1);
    s2 = hn::MulAdd(hn::LoadU(d, a + i + 2 * lanes), hn::LoadU(d, b + i + 2 * lanes), s2);
    s3 = hn::MulAdd(hn::LoadU(d, a + i + 3 * lanes), hn::LoadU(d, b + i + 3 * lanes), s3);
  }
  for (; i + lanes <= n; i += lanes) {
    s0 = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s0);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
  for (; i < n; ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

void Axpy(float alpha, const float* HWY_RESTRICT x, float* HWY_RESTRICT y, std::size_t n) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto factor = hn::Set(d, alpha);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    hn::StoreU(hn::MulAdd(factor, hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, y + i);
  }
  for (; i < n; ++i) {
    y[i] += alpha * x[i];
  }
}

void Scale(float alpha, float* x, std::size_t n) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto factor = hn::Set(d, alpha);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    hn::StoreU(hn::Mul(factor, hn::LoadU(d, x + i)), d, x + i);
  }
  for (; i < n; ++i) {
    x[i] *= alpha;
  }
}

void GatherRows(const float* HWY_RESTRICT matrix,
                std::size_t stride,
                const std::uint32_t* HWY_RESTRICT rows,
                const float* HWY_RESTRICT weights,
                std::size_t count,
                float* HWY_RESTRICT out) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t c = 0;
  for (; c + 8 * lanes <= stride; c += 8 * lanes) {
    auto s0 = hn::Zero(d);
    auto s1 = s0;
    auto s2 = s0;
    auto s3 = s0;
    auto s4 = s0;
    auto s5 = s0;
    auto s6 = s0;
    auto s7 = s0;
    for (std::size_t i = 0; i < count; ++i) {
      const float* row = matrix + rows[i] * stride + c;
      const auto w = hn::Set(d, weights[i]);
      s0 = hn::MulAdd(w, hn::LoadU(d, row), s0);
      s1 = hn::MulAdd(w, hn::LoadU(d, row + lanes), s1);
      s2 = hn::MulAdd(w, hn::LoadU(d, row + 2 * lanes), s2);
      s3 = hn::MulAdd(w, hn::LoadU(d, row + 3 * lanes), s3);
      s4 = hn::MulAdd(w, hn::LoadU(d, row + 4 * lanes), s4);
      s5 = hn::MulAdd(w, hn::LoadU(d, row + 5 * lanes), s5);
      s6 = hn::MulAdd(w, hn::LoadU(d, row + 6 * lanes), s6);
      s7 = hn::MulAdd(w, hn::LoadU(d, row + 7 * lanes), s7);
    }
    hn::StoreU(s0, d, out + c);
    hn::StoreU(s1, d, out + c + lanes);
    hn::StoreU(s2, d, out + c + 2 * lanes);
    hn::StoreU(s3, d, out + c + 3 * lanes);
    hn::StoreU(s4, d, out + c + 4 * lanes);
    hn::StoreU(s5, d, out + c + 5 * lanes);
    hn::StoreU(s6, d, out + c + 6 * lanes);
    hn::StoreU(s7, d, out + c + 7 * lanes);
  }
  for (; c < stride; c += lanes) {
    auto sum = hn::Zero(d);
    for (std::size_t i = 0; i < count; ++i) {
      sum = hn::MulAdd(hn::Set(d, weights[i]), hn::LoadU(d, matrix + rows[i] * stride + c), sum);
    }
    hn::StoreU(sum, d, out + c);
  }
}

void ScatterRows(float* HWY_RESTRICT matrix,
                 std::size_t stride,
                 const std::uint32_t* HWY_RESTRICT rows,
                 const float* HWY_RESTRICT weights,
                 std::size_t count,
                 const float* HWY_RESTRICT x) {
  for (std::size_t i = 0; i < count; ++i) {
    Axpy(weights[i], x, matrix + rows[i] * stride, stride);
  }
}

TopTwo FindTopTwo(const float* HWY_RESTRICT values, std::size_t n) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  TopTwo top{0, kLowest, kLowest};
  auto add = [&top](float value) {
    if (value > top.first) {
      top.second = top.first;
      top.first = value;
    } else if (value > top.second) {
      top.second = value;
    }
  };
  std::size_t i = 0;
  if (n >= 2 * lanes) {
    auto first = hn::Set(d, kLowest);
    auto second = first;
    for (; i + lanes <= n; i += lanes) {
      const auto v = hn::LoadU(d, values + i);
      second = hn::Max(second, hn::Min(first, v));
      first = hn::Max(first, v);
    }
    HWY_ALIGN float lane_values[2 * HWY_MAX_BYTES / sizeof(float)];
    hn::Store(first, d, lane_values);
    hn::Store(second, d, lane_values + lanes);
    for (std::size_t lane = 0; lane < 2 * lanes; ++lane) {
      add(lane_values[lane]);
    }
  }
  for (; i < n; ++i) {
    add(values[i]);
  }
  const auto best = hn::Set(d, top.first);
  for (i = 0; i + lanes <= n; i += lanes) {
    const auto found = hn::FindFirstTrue(d, hn::Eq(best, hn::LoadU(d, values + i)));
    if (found >= 0) {
      top.index = static_cast<std::uint32_t>(i + static_cast<std::size_t>(found));
      return top;
    }
  }
  for (; i < n && values[i] != top.first; ++i) {
  }
  top.index = static_cast<std::uint32_t>(i < n ? i : 0);
  return top;
}

std::size_t FindAbove(const float* values, std::size_t n, std::size_t from, float bound) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto least = hn::Set(d, bound);
  std::size_t i = from;
  for (; i + lanes <= n; i += lanes) {
    const auto found = hn::FindFirstTrue(d, hn::Gt(hn::LoadU(d, values + i), least));
    if (found >= 0) {
      return i + static_cast<std::size_t>(found);
    }
  }
  for (; i < n && !(values[i] > bound); ++i) {
  }
  return i;
}

Moments SumMoments(const float* values, std::size_t n) {
  const hn::ScalableTag<double> d;
  const hn::Rebind<float, decltype(d)> f;
  const std::size_t lanes = hn::Lanes(d);
  auto sum0 = hn::Zero(d);
  auto sum1 = sum0;
  auto squares0 = sum0;
  auto squares1 = sum0;
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const auto x0 = hn::PromoteTo(d, hn::LoadU(f, values + i));
    const auto x1 = hn::PromoteTo(d, hn::LoadU(f, values + i + lanes));
    sum0 = hn::Add(x0, sum0);
    sum1 = hn::Add(x1, sum1);
    squares0 = hn::MulAdd(x0, x0, squares0);
    squares1 = hn::MulAdd(x1, x1, squares1);
  }
  Moments moments{hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1))),
                  hn::GetLane(hn::SumOfLanes(d, hn::Add(squares0, squares1)))};
  for (; i < n; ++i) {
    const auto x = static_cast<double>(values[i]);
    moments.sum += x;
    moments.squares += x * x;
  }
  return moments;
}

}  // namespace HWY_NAMESPACE
}  // namespace bookreco
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bookreco {

HWY_EXPORT(Dot);
HWY_EXPORT(Axpy);
HWY_EXPORT(Scale);
HWY_EXPORT(GatherRows);
HWY_EXPORT(ScatterRows);
HWY_EXPORT(FindTopTwo);
HWY_EXPORT(FindAbove);
HWY_EXPORT(SumMoments);

float dot(std::span<const float> a, std::span<const float> b) {
  return HWY_DYNAMIC_DISPATCH(Dot)(a.data(), b.data(), a.size());
}

void axpy(float alpha, std::span<const float> x, std::span<float> y) {
  HWY_DYNAMIC_DISPATCH(Axpy)(alpha, x.data(), y.data(), x.size());
}

void scale(float alpha, std::span<float> x) {
  HWY_DYNAMIC_DISPATCH(Scale)(alpha, x.data(), x.size());
}

float normalise(std::span<float> x) {
  const float length = std::sqrt(dot(x, x));
  const float inverse = 1 / length;
  if (std::isfinite(length) && std::isfinite(inverse)) {
    scale(inverse, x);
  } else {
    std::fill(x.begin(), x.end(), 0.0F);
  }
  return length;
}

void gather_rows(const float* matrix,
                 std::span<const std::uint32_t> rows,
                 std::span<const float> weights,
                 std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(GatherRows)
  (matrix, out.size(), rows.data(), weights.data(), rows.size(), out.data());
}

void scatter_rows(float* matrix,
                  std::span<const std::uint32_t> rows,
                  std::span<const float> weights,
                  std::span<const float> x) {
  HWY_DYNAMIC_DISPATCH(ScatterRows)
  (matrix, x.size(), rows.data(), weights.data(), rows.size(), x.data());
}

TopTwo top_two(std::span<const float> values) {
  return HWY_DYNAMIC_DISPATCH(FindTopTwo)(values.data(), values.size());
}

std::size_t find_above(std::span<const float> values, std::size_t from, float bound) {
  return HWY_DYNAMIC_DISPATCH(FindAbove)(values.data(), values.size(), from, bound);
}

Moments moments(std::span<const float> values) {
  return HWY_DYNAMIC_DISPATCH(SumMoments)(values.data(), values.size());
}

}  // namespace bookreco
#endif  // HWY_ONCE
