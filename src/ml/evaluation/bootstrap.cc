#include "ml/evaluation/bootstrap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/random.h"
#include "base/threads.h"

namespace bookreco {
namespace {

double weighted_sum(std::span<const float> values, std::span<const float> weights) {
  constexpr std::size_t kLanes = 16;
  std::array<double, kLanes> sums{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sums[lane] += static_cast<double>(values[i + lane] * weights[i + lane]);
    }
  }
  for (; i < values.size(); ++i) {
    sums[0] += static_cast<double>(values[i] * weights[i]);
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// Linear interpolation between the order statistics.
Interval central(std::vector<double> values, double level) {
  std::ranges::sort(values);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return std::lerp(values[below], values[above], place - std::floor(place));
  };
  return {at((1 - level) / 2), at((1 + level) / 2)};
}

}  // namespace

Bootstrap::Bootstrap(std::span<const std::vector<float>> columns,
                     std::size_t resamples,
                     std::uint64_t seed,
                     std::size_t threads)
    : means_(columns.size(), 0), resampled_(columns.size(), std::vector<double>(resamples, 0)) {
  const std::size_t readers = columns.empty() ? 0 : columns[0].size();
  if (readers == 0) {
    return;
  }
  const auto n = static_cast<double>(readers);
  const std::vector<float> once(readers, 1.0F);
  for (std::size_t column = 0; column < columns.size(); ++column) {
    means_[column] = weighted_sum(columns[column], once) / n;
  }
  parallel_for(resamples, threads, [&](std::size_t resample) {
    // A seed that steps like the generator itself would give every resample the same stream,
    // shifted.
    Random mixer(seed ^ (0x9e3779b97f4a7c15ULL * (resample + 1)));
    Random random(mixer.next());
    std::vector<float> times(readers, 0.0F);
    for (std::size_t i = 0; i < readers; ++i) {
      times[random.below(readers)] += 1;
    }
    for (std::size_t column = 0; column < columns.size(); ++column) {
      resampled_[column][resample] = weighted_sum(columns[column], times) / n;
    }
  });
}

Interval Bootstrap::interval(std::size_t column, double level) const {
  return central(resampled_[column], level);
}

PairedDifference Bootstrap::difference(std::size_t a, std::size_t b, double level) const {
  std::vector<double> differences(resampled_[a].size());
  std::size_t at_most_zero = 0;
  std::size_t at_least_zero = 0;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    differences[i] = resampled_[a][i] - resampled_[b][i];
    at_most_zero += differences[i] <= 0 ? 1 : 0;
    at_least_zero += differences[i] >= 0 ? 1 : 0;
  }
  const double tail = static_cast<double>(std::min(at_most_zero, at_least_zero)) /
                      static_cast<double>(differences.size());
  return {means_[a] - means_[b], central(std::move(differences), level), std::min(1.0, 2 * tail)};
}

}  // namespace bookreco
