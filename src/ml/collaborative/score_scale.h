#pragma once

#include <cmath>
#include <span>

namespace bookreco {

/// 1 / standard deviation of the scores; 0 when they are all the same or not finite.
float inverse_deviation(std::span<const float> scores);

/// The sign of x · √|x|: a score twice as high is not twice as much of a log-likelihood. The root
/// ranks goodbooks-10k better than the logarithm or the score itself.
inline float damped(float x) {
  return std::copysign(std::sqrt(std::abs(x)), x);
}

}  // namespace bookreco
