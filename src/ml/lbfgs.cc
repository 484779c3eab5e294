#include "ml/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace bookreco {
namespace {

constexpr std::size_t kMemory = 10;
constexpr double kEnough = 1e-4;  // of the decrease that the gradient promises (Armijo 1966)
constexpr int kHalvings = 30;

using Vector = std::vector<double>;

double inner(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add(double factor, const Vector& from, Vector& to) {
  std::ranges::transform(
      from, to, to.begin(), [factor](double a, double b) { return factor * a + b; });
}

struct Step {
  Vector moved;
  Vector turned;  ///< of the gradient
  double product = 0;
};

/// −H · gradient by the two loops over the last steps.
Vector descent(const std::deque<Step>& steps, const Vector& gradient) {
  Vector direction = gradient;
  Vector factors(steps.size());
  for (std::size_t i = steps.size(); i-- > 0;) {
    factors[i] = inner(steps[i].moved, direction) / steps[i].product;
    add(-factors[i], steps[i].turned, direction);
  }
  const double scale = steps.empty()
                           ? 1 / std::max(std::sqrt(inner(gradient, gradient)), 1e-12)
                           : steps.back().product / inner(steps.back().turned, steps.back().turned);
  for (double& value : direction) {
    value *= scale;
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double back = inner(steps[i].turned, direction) / steps[i].product;
    add(factors[i] - back, steps[i].moved, direction);
  }
  for (double& value : direction) {
    value = -value;
  }
  return direction;
}

}  // namespace

double minimise(const SmoothFunction& function, std::vector<double>& x, std::size_t iterations) {
  Vector gradient(x.size());
  double value = function(x, gradient);
  std::deque<Step> steps;
  for (std::size_t iteration = 0; iteration < iterations; ++iteration) {
    const Vector direction = descent(steps, gradient);
    const double slope = inner(direction, gradient);
    if (!(slope < -1e-12 * (1 + std::abs(value)))) {
      break;
    }
    Vector next(x.size());
    Vector next_gradient(x.size());
    double length = 1;
    double next_value = value;
    int halvings = 0;
    for (; halvings < kHalvings; ++halvings, length /= 2) {
      next = x;
      add(length, direction, next);
      next_value = function(next, next_gradient);
      if (next_value <= value + kEnough * length * slope) {
        break;
      }
    }
    if (halvings == kHalvings) {
      break;
    }
    Step step{next, next_gradient, 0};
    add(-1, x, step.moved);
    add(-1, gradient, step.turned);
    step.product = inner(step.moved, step.turned);
    if (step.product > 1e-14) {
      steps.push_back(std::move(step));
      if (steps.size() > kMemory) {
        steps.pop_front();
      }
    }
    x = std::move(next);
    gradient = std::move(next_gradient);
    value = next_value;
  }
  return value;
}

}  // namespace bookreco
