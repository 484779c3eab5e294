#pragma once

#include <cmath>
#include <span>

namespace bookreco {

struct ScoreScale {
  float mean = 0;
  float inverse_deviation = 0;  ///< 1 / standard deviation; 0 when all are the same or not finite
};

ScoreScale scale_of(std::span<const float> scores);

inline float inverse_deviation(std::span<const float> scores) {
  return scale_of(scores).inverse_deviation;
}

/// The sign of x · √|x|: a score twice as high is not twice as much of a log-likelihood. The root
/// ranks goodbooks-10k better than the logarithm or the score itself.
inline float damped(float x) {
  return std::copysign(std::sqrt(std::abs(x)), x);
}

}  // namespace bookreco
