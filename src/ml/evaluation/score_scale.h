#pragma once

#include <span>

namespace bookreco {

/// 1 / standard deviation of the finite scores, 0 when they are all the same.
float inverse_deviation(std::span<const float> scores);

}  // namespace bookreco
