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

/// The sign of x · log(1 + |x|): a score twice as high is not twice as likely.
inline float damped(float x) {
  return std::copysign(std::log1p(std::abs(x)), x);
}

}  // namespace bookreco
