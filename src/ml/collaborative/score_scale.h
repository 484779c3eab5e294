#pragma once

#include <span>

namespace bookreco {

/// 1 / standard deviation of the scores; 0 when they are all the same or not finite.
float inverse_deviation(std::span<const float> scores);

}  // namespace bookreco
