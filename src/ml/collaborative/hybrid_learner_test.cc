#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "ml/collaborative/hybrid_weights.h"

namespace bookreco {
namespace {

constexpr std::size_t kCandidates = 40;
constexpr std::size_t kTarget = 17;

/// The first part finds the target, but now and then is far off; the second hardly knows it.
std::vector<HybridCase> cases_with_outliers() {
  std::vector<HybridCase> cases;
  Random random(3);
  for (std::size_t c = 0; c < 400; ++c) {
    HybridCase one;
    one.history_group = 2;
    one.learnt_on = c % 2 == 0;
    one.targets = 1;
    for (std::size_t i = 0; i < kCandidates; ++i) {
      const bool wanted = i == kTarget;
      const bool outlier = wanted && c % 20 < 2;
      const double first = wanted ? 3.0 + random.normal() : random.normal();
      const double second = (wanted ? 0.8 : 0.0) + random.normal();
      one.scores.push_back(outlier ? -20.0F : static_cast<float>(first));
      one.scores.push_back(static_cast<float>(second));
      one.groups.push_back(3);
      one.wanted.push_back(wanted ? 1 : 0);
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

/// −log of what the target takes of Σ exp(times · score), over the cases learnt on.
double loss(std::span<const HybridCase> cases, std::span<const float> weights, double times) {
  double sum = 0;
  for (const HybridCase& one : cases) {
    std::vector<double> scores(one.size());
    double total = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
      for (std::size_t p = 0; p < weights.size(); ++p) {
        scores[i] += static_cast<double>(weights[p] * one.scores[i * weights.size() + p]);
      }
      total += std::exp(times * scores[i]);
    }
    sum += one.learnt_on ? std::log(total) - times * scores[kTarget] : 0;
  }
  return sum;
}

TEST(HybridLearner, WeightsThatRankBestAreOnTheScaleOfLikelihoods) {
  const auto cases = cases_with_outliers();
  const std::vector<std::uint8_t> knows_cold = {0, 0};
  const auto fit = learn_weights(cases, knows_cold, 2);
  ASSERT_TRUE(fit);
  const auto weights = fit->weights.at(2, 3);
  // Outliers make the first part unlikely, yet it ranks best.
  EXPECT_GT(weights[0], 2 * weights[1]);
  EXPECT_LT(loss(cases, weights, 1), loss(cases, weights, 0.8));
  EXPECT_LT(loss(cases, weights, 1), loss(cases, weights, 1.25));
}

}  // namespace
}  // namespace bookreco
