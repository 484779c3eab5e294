#pragma once

#include <cmath>
#include <span>

namespace bookreco {

/// 1 / standard deviation of the scores; 0 when they are all the same or not finite.
float inverse_deviation(std::span<const float> scores);

/// The sign of x · log(1 + |x|): a score twice as high is not twice as likely.
inline float damped(float x) {
  return std::copysign(std::log1p(std::abs(x)), x);
}

}  // namespace bookreco
