#include "ml/collaborative/score_scale.h"

#include <algorithm>

#include "kernels/linear.h"

namespace bookreco {

ScoreScale scale_of(std::span<const float> scores) {
  const Moments sums = moments(scores);
  const auto n = static_cast<double>(std::max<std::size_t>(scores.size(), 1));
  const double mean = sums.sum / n;
  const double variance = sums.squares / n - mean * mean;
  const bool differ = variance > 0 && std::isfinite(variance);
  return {static_cast<float>(mean), differ ? static_cast<float>(1 / std::sqrt(variance)) : 0};
}

}  // namespace bookreco
