#include "ml/collaborative/ials_solver.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <Eigen/Cholesky>

#include "kernels/gathered.h"
#include "kernels/linear.h"

namespace bookreco {

IalsSolver::IalsSolver(const Factors& fixed, const Basis& basis, float unobserved)
    : fixed_(fixed), basis_(basis), diagonal_(basis.eigenvalues) {
  scale(unobserved, diagonal_);
  for (auto* buffer : {&scales_, &residual_, &direction_, &product_, &conditioned_}) {
    buffer->resize(fixed.stride);
  }
}

void IalsSolver::solve(const Row& row, std::span<float> out) {
  if (row.ids.empty()) {
    std::ranges::fill(out, 0.0F);
  } else if (row.ids.size() <= std::max(kFew, fixed_.dimension / 2)) {
    solve_few(row, out);
  } else {
    solve_many(row, out);
  }
}

/// With D the diagonal and R = rows · √weight · D^−½: w = D^−½ Rᵀ (I + R Rᵀ)⁻¹ √weight · target.
void IalsSolver::solve_few(const Row& row, std::span<float> out) {
  const std::size_t n = row.ids.size();
  const std::size_t stride = fixed_.stride;
  const std::size_t square = (n + 15) / 16 * 16;
  for (std::size_t c = 0; c < stride; ++c) {
    scales_[c] = 1 / std::sqrt(diagonal_[c] + row.ridge);
  }
  roots_.resize(n);
  solution_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    roots_[i] = std::sqrt(std::abs(row.weights[i]));
    solution_[i] = row.weights[i] > 0 ? roots_[i] : 0.0F;
  }
  scaled_.resize(n * stride);
  small_.assign(n * square, 0.0F);
  gather_scaled(
      fixed_.values.data(), stride, row.ids, roots_.data(), scales_.data(), scaled_.data());
  lower_products(scaled_.data(), n, stride, small_.data(), square);
  for (std::size_t i = 0; i < n; ++i) {
    small_[i * square + i] += 1;
  }
  solve_small(small_.data(), n, square, solution_.data());
  std::ranges::fill(out, 0.0F);
  for (std::size_t i = 0; i < n; ++i) {
    axpy(solution_[i], {scaled_.data() + i * stride, stride}, out);
  }
  std::ranges::transform(out, scales_, out.begin(), std::multiplies<>());
}

void IalsSolver::solve_many(const Row& row, std::span<float> out) {
  const auto d = static_cast<Eigen::Index>(fixed_.dimension);
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(d, d);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(d);
  for (Eigen::Index c = 0; c < d; ++c) {
    system(c, c) = static_cast<double>(diagonal_[static_cast<std::size_t>(c)]) + row.ridge;
  }
  for (std::size_t i = 0; i < row.ids.size(); ++i) {
    const Eigen::VectorXd f =
        Eigen::Map<const Eigen::VectorXf>(fixed_.row(row.ids[i]), d).cast<double>();
    const double weight = row.weights[i];
    system.selfadjointView<Eigen::Lower>().rankUpdate(f, std::abs(weight));
    if (weight > 0) {
      right += weight * f;
    }
  }
  const Eigen::VectorXd solved = system.selfadjointView<Eigen::Lower>().llt().solve(right);
  std::ranges::fill(out, 0.0F);
  Eigen::Map<Eigen::VectorXf>(out.data(), d) = solved.cast<float>();
}

void IalsSolver::improve(const Row& row, std::size_t steps, std::span<float> w) {
  const std::size_t stride = fixed_.stride;
  float observed = 0;
  for (const float weight : row.weights) {
    observed += weight;
  }
  // An eigenvalue is the sum of squares of its column: over a share of the rows, that share of it.
  const float share = observed / static_cast<float>(fixed_.rows);
  for (std::size_t c = 0; c < stride; ++c) {
    const float d = diagonal_[c] + row.ridge;
    scales_[c] = 1 / (d + share * basis_.eigenvalues[c]);
    residual_[c] = -d * w[c];
  }
  add_residual(fixed_.values.data(), stride, row.ids, row.weights, 1, w.data(), residual_.data());
  std::ranges::transform(residual_, scales_, direction_.begin(), std::multiplies<>());
  float energy = dot(residual_, direction_);
  for (std::size_t step = 0; step < steps && energy > 1e-12F; ++step) {
    for (std::size_t c = 0; c < stride; ++c) {
      product_[c] = -(diagonal_[c] + row.ridge) * direction_[c];
    }
    add_residual(fixed_.values.data(),
                 stride,
                 row.ids,
                 row.weights,
                 0,
                 direction_.data(),
                 product_.data());  // the product with the system, its sign turned
    const float length = energy / -dot(direction_, product_);
    if (!std::isfinite(length)) {
      return;
    }
    axpy(length, direction_, w);
    axpy(length, product_, residual_);
    std::ranges::transform(residual_, scales_, conditioned_.begin(), std::multiplies<>());
    const float next = dot(residual_, conditioned_);
    scale(next / energy, direction_);
    axpy(1, conditioned_, direction_);
    energy = next;
  }
}

}  // namespace bookreco
