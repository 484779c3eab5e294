#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace bookreco {

/// The value of a smooth function at x; fills its gradient.
using SmoothFunction = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// Goes downhill from x by L-BFGS (Nocedal 1980) with halving steps until the gradient is small, no
/// step helps, or `iterations` are done. Answers the value reached. One thread.
double minimise(const SmoothFunction& function, std::vector<double>& x, std::size_t iterations);

}  // namespace bookreco
