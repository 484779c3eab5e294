#include "ml/collaborative/hybrid_climb.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/threads.h"
#include "ml/collaborative_model.h"

namespace bookreco {
namespace {

constexpr std::size_t kDepth = 20;
constexpr std::size_t kCasesPerTask = 32;
constexpr std::size_t kFewCases = 200;  // a history group with fewer is climbed with the others
constexpr int kRounds = 4;
constexpr std::array<float, 1> kOne = {1};

class Climber {
 public:
  Climber(std::span<const HybridCase* const> cases, std::size_t parts, std::size_t threads)
      : cases_(cases), parts_(parts), threads_(threads) {}

  HybridWeights climbed() const;

 private:
  std::vector<float> climb(std::size_t history_group, std::vector<float> from) const;
  std::vector<double> climbed_to(std::size_t history_group,
                                 std::span<const float> from,
                                 std::size_t part,
                                 std::span<const float> steps) const;

  std::span<const HybridCase* const> cases_;
  std::size_t parts_;
  std::size_t threads_;
};

/// The quality on what is learnt from when `part` weighs each of `steps`, the others as in `from`.
std::vector<double> Climber::climbed_to(std::size_t history_group,
                                        std::span<const float> from,
                                        std::size_t part,
                                        std::span<const float> steps) const {
  std::vector<double> found(cases_.size() * steps.size(), 0.0);
  parallel_blocks(cases_.size(), kCasesPerTask, threads_, [&](Range range, std::size_t) {
    std::vector<float> others;
    std::vector<float> sums;
    for (std::size_t c = range.begin; c < range.end; ++c) {
      const HybridCase& one = *cases_[c];
      if (!one.learnt_on || !in_history_group(one, history_group)) {
        continue;
      }
      others.assign(one.size(), 0.0F);
      sums.resize(one.size());
      for (std::size_t i = 0; i < one.size(); ++i) {
        for (std::size_t p = 0; p < parts_; ++p) {
          others[i] += p == part ? 0 : from[p] * one.scores[i * parts_ + p];
        }
      }
      for (std::size_t step = 0; step < steps.size(); ++step) {
        for (std::size_t i = 0; i < one.size(); ++i) {
          sums[i] = others[i] + steps[step] * one.scores[i * parts_ + part];
        }
        found[c * steps.size() + step] = ranking_quality(one, sums);
      }
    }
  });
  std::vector<double> sums(steps.size(), 0.0);
  for (std::size_t i = 0; i < found.size(); ++i) {
    sums[i % steps.size()] += found[i];
  }
  return sums;
}

/// Coordinate ascent with steps that shrink; a part may fall to zero and come back.
std::vector<float> Climber::climb(std::size_t history_group, std::vector<float> from) const {
  float factor = 2.0F;
  for (int round = 0; round < kRounds; ++round, factor = std::sqrt(factor)) {
    for (std::size_t p = 0; p < parts_; ++p) {
      const std::array<float, 5> steps = {
          from[p], from[p] * factor, from[p] / factor, 0.0F, 0.1F * factor};
      const auto found = climbed_to(history_group, from, p, steps);
      from[p] = steps[static_cast<std::size_t>(std::ranges::max_element(found) - found.begin())];
    }
  }
  return from;
}

HybridWeights Climber::climbed() const {
  std::vector<float> best;
  double most = -1;
  for (std::size_t p = 0; p < parts_; ++p) {
    std::vector<float> alone(parts_, 0.0F);
    alone[p] = 1;
    if (const double own = climbed_to(kAllHistories, alone, p, kOne).front(); own > most) {
      most = own;
      best = std::move(alone);
    }
  }
  best = climb(kAllHistories, std::move(best));
  HybridWeights out(parts_);
  for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
    const auto examples = std::ranges::count_if(
        cases_, [&](const HybridCase* one) { return one->learnt_on && in_history_group(*one, h); });
    const bool few = static_cast<std::size_t>(examples) < kFewCases;
    const std::vector<float> own = few ? best : climb(h, best);
    for (std::size_t r = 0; r < HybridWeights::kReaderGroups; ++r) {
      std::ranges::copy(own, out.at(h, r).begin());
    }
  }
  return out;
}

}  // namespace

double ranking_quality(const HybridCase& one, std::span<const float> sums) {
  double gain = 0;
  double ideal = 0;
  const auto ranked = top_items(sums, kDepth);
  for (std::size_t i = 0; i < kDepth; ++i) {
    const double discount = 1 / std::log2(static_cast<double>(i) + 2);
    gain += i < ranked.size() && one.wanted[ranked[i].item] != 0 ? discount : 0;
    ideal += i < one.targets ? discount : 0;
  }
  return gain / ideal;
}

HybridWeights climb_weights(std::span<const HybridCase* const> cases,
                            std::size_t parts,
                            std::size_t threads) {
  return Climber(cases, parts, threads).climbed();
}

}  // namespace bookreco
