#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ml/collaborative/factors.h"

namespace bookreco {

/// Half of an alternating step: the row w that minimises
///   Σ |weight| (w · f − [weight > 0])² + Σ_c diagonal_c w_c² + ridge |w|²
/// over the observed rows f of fixed factors F in their own eigenbasis, where the loss of
/// unobserved pairs, unobserved · wᵀFᵀF w, is that diagonal. There a system of n observed rows is
/// solved exactly by the matrix inversion lemma in n² d + n³, and conjugate gradients need no d²
/// per step: neither pays the d³ per row that blocks of dimensions (Rendle et al., iALS++, 2021)
/// avoid. One thread.
class IalsSolver {
 public:
  /// `unobserved` is the weight of each pair that nobody observed. Both outlive the solver.
  IalsSolver(const Factors& fixed, const Basis& basis, float unobserved);

  struct Row {
    std::span<const std::uint32_t> ids;
    std::span<const float> weights;
    float ridge = 0;  ///< above zero
  };

  /// The exact minimum; quick while there are few observed rows.
  void solve(const Row& row, std::span<float> out);
  /// Betters `row` by preconditioned conjugate gradients (Takács, Pilászy, Tikk, "Applications of
  /// the conjugate gradient method for implicit feedback", RecSys 2011). Weights are above zero.
  void improve(const Row& row, std::size_t steps, std::span<float> w);

  /// Up to as many, solve() costs no more than improve().
  static constexpr std::size_t kFew = 32;

 private:
  void solve_few(const Row& row, std::span<float> out);
  void solve_many(const Row& row, std::span<float> out);

  const Factors& fixed_;
  const Basis& basis_;
  std::vector<float> diagonal_;
  std::vector<float> scaled_;
  std::vector<float> small_;
  std::vector<float> roots_;
  std::vector<float> solution_;
  std::vector<float> scales_;
  std::vector<float> residual_;
  std::vector<float> direction_;
  std::vector<float> product_;
  std::vector<float> conditioned_;
};

}  // namespace bookreco
