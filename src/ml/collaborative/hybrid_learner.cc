#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/threads.h"
#include "ml/collaborative/hybrid_weights.h"
#include "ml/collaborative_model.h"
#include "ml/lbfgs.h"

namespace bookreco {
namespace {

constexpr std::size_t kCasesPerTask = 32;
constexpr std::size_t kIterations = 80;
constexpr std::size_t kFewExamples = 50;  // a group of books with fewer targets is like the others
constexpr std::size_t kDepth = 20;        // of the lists by which ways are compared
constexpr std::size_t kAllHistories = HybridWeights::kHistoryGroups;
constexpr double kPull = 1;  // in cases: of what a group has of its own towards zero

bool in_history_group(const HybridCase& one, std::size_t history_group) {
  return history_group == kAllHistories || one.history_group == history_group;
}

class Learner {
 public:
  Learner(std::span<const HybridCase> cases,
          std::span<const std::uint8_t> knows_cold,
          std::size_t threads);
  bool any() const { return !cases_.empty(); }
  HybridFit learn();

 private:
  // A weight is the sum of what all, its history group and its reader group give the part.
  static constexpr std::size_t kShares =
      1 + HybridWeights::kHistoryGroups + HybridWeights::kReaderGroups;
  std::size_t share(std::size_t which, std::size_t part) const { return which * parts_ + part; }
  double weight(std::span<const double> x, std::size_t h, std::size_t r, std::size_t part) const {
    return x[share(0, part)] + x[share(1 + h, part)] +
           x[share(1 + HybridWeights::kHistoryGroups + r, part)];
  }

  double loss(std::span<const double> x, std::span<double> gradient) const;
  double add_loss(const HybridCase& one,
                  std::span<const double> x,
                  std::span<double> gradient) const;
  HybridWeights likeliest() const;
  void scale(HybridWeights& weights, std::size_t history_group) const;
  double quality(const HybridCase& one, const HybridWeights& weights) const;
  std::vector<double> qualities(std::size_t history_group, const HybridWeights& weights) const;
  void keep_cold_books(HybridWeights& weights, std::size_t history_group) const;
  void prefer(HybridWeights& weights, const HybridWeights& other, std::size_t history_group) const;

  std::vector<const HybridCase*> cases_;
  std::span<const std::uint8_t> knows_cold_;
  std::size_t parts_;
  std::size_t threads_;
  std::array<bool, HybridWeights::kReaderGroups> frozen_{};
};

Learner::Learner(std::span<const HybridCase> cases,
                 std::span<const std::uint8_t> knows_cold,
                 std::size_t threads)
    : knows_cold_(knows_cold), parts_(knows_cold.size()), threads_(threads) {
  std::array<std::size_t, HybridWeights::kReaderGroups> examples{};
  for (const HybridCase& one : cases) {
    if (one.targets == 0 || one.size() == 0) {
      continue;
    }
    cases_.push_back(&one);
    for (std::size_t i = 0; i < one.size(); ++i) {
      examples[one.groups[i]] += one.learnt_on ? one.wanted[i] : 0;
    }
  }
  for (std::size_t group = 0; group < examples.size(); ++group) {
    frozen_[group] = examples[group] < kFewExamples;
  }
}

/// −log of the share that the targets take of Σ exp(score), and its gradient.
double Learner::add_loss(const HybridCase& one,
                         std::span<const double> x,
                         std::span<double> gradient) const {
  const auto wanted = std::accumulate(one.wanted.begin(), one.wanted.end(), 0.0);
  if (wanted == 0) {
    return 0;
  }
  const std::size_t parts = parts_;
  std::vector<double> sums(one.size(), 0.0);
  for (std::size_t i = 0; i < one.size(); ++i) {
    for (std::size_t p = 0; p < parts; ++p) {
      sums[i] += weight(x, one.history_group, one.groups[i], p) *
                 static_cast<double>(one.scores[i * parts + p]);
    }
  }
  const double most = std::ranges::max(sums);
  double total = 0;
  for (const double sum : sums) {
    total += std::exp(sum - most);
  }
  const double level = most + std::log(total);
  double loss = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double share_of_targets = one.wanted[i] / wanted;
    loss -= share_of_targets * (sums[i] - level);
    const double slope = std::exp(sums[i] - level) - share_of_targets;
    for (std::size_t p = 0; p < parts; ++p) {
      const double part = slope * static_cast<double>(one.scores[i * parts + p]);
      gradient[share(0, p)] += part;
      gradient[share(1 + one.history_group, p)] += part;
      if (!frozen_[one.groups[i]]) {
        gradient[share(1 + HybridWeights::kHistoryGroups + one.groups[i], p)] += part;
      }
    }
  }
  return loss;
}

double Learner::loss(std::span<const double> x, std::span<double> gradient) const {
  const std::size_t tasks = (cases_.size() + kCasesPerTask - 1) / kCasesPerTask;
  std::vector<std::vector<double>> partials(tasks);
  std::vector<double> losses(tasks, 0.0);
  parallel_blocks(cases_.size(), kCasesPerTask, threads_, [&](Range range, std::size_t t) {
    partials[t].assign(x.size(), 0.0);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      losses[t] += cases_[i]->learnt_on ? add_loss(*cases_[i], x, partials[t]) : 0;
    }
  });
  const auto n = static_cast<double>(cases_.size());
  double total = 0;
  std::ranges::fill(gradient, 0.0);
  for (std::size_t t = 0; t < tasks; ++t) {
    total += losses[t] / n;
    for (std::size_t i = 0; i < x.size(); ++i) {
      gradient[i] += partials[t][i] / n;
    }
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double pull = (i < parts_ ? kPull / 10 : kPull) / n;
    total += pull * x[i] * x[i];
    gradient[i] += 2 * pull * x[i];
  }
  return total;
}

/// The score of each candidate.
std::vector<float> blend(const HybridCase& one, const HybridWeights& weights) {
  std::vector<float> sums(one.size(), 0.0F);
  for (std::size_t i = 0; i < one.size(); ++i) {
    const auto own = weights.at(one.history_group, one.groups[i]);
    for (std::size_t p = 0; p < own.size(); ++p) {
      sums[i] += own[p] * one.scores[i * own.size() + p];
    }
  }
  return sums;
}

/// nDCG@20 of the case's candidates in the order of their scores.
double Learner::quality(const HybridCase& one, const HybridWeights& weights) const {
  double gain = 0;
  double ideal = 0;
  const auto ranked = top_items(blend(one, weights), kDepth);
  for (std::size_t i = 0; i < kDepth; ++i) {
    const double discount = 1 / std::log2(static_cast<double>(i) + 2);
    gain += i < ranked.size() && one.wanted[ranked[i].item] != 0 ? discount : 0;
    ideal += i < one.targets ? discount : 0;
  }
  return gain / ideal;
}

/// Σ over cases of −log of the share that the targets take of Σ exp(times · score), and its slope.
double scaled_loss(std::span<const HybridCase* const> cases,
                   std::span<const std::vector<float>> scores,
                   double times,
                   double& slope) {
  double loss = 0;
  slope = 0;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    const auto most = static_cast<double>(std::ranges::max(scores[c]));
    double total = 0;
    double expected = 0;
    double wanted = 0;
    double of_wanted = 0;
    for (std::size_t i = 0; i < scores[c].size(); ++i) {
      const double below = static_cast<double>(scores[c][i]) - most;
      const double share = std::exp(times * below);
      total += share;
      expected += share * below;
      wanted += cases[c]->wanted[i];
      of_wanted += cases[c]->wanted[i] * below;
    }
    loss += std::log(total) - times * of_wanted / wanted;
    slope += expected / total - of_wanted / wanted;
  }
  return loss;
}

/// Weights that only rank, on the scale of likelihoods: what makes an answer of scores takes their
/// differences for those of log-likelihoods, and rows of two origins must mean the same.
void Learner::scale(HybridWeights& weights, std::size_t history_group) const {
  std::vector<const HybridCase*> cases;
  std::vector<std::vector<float>> scores;
  for (const HybridCase* one : cases_) {
    if (one->learnt_on && in_history_group(*one, history_group) &&
        std::ranges::count(one->wanted, 1) > 0) {
      cases.push_back(one);
      scores.push_back(blend(*one, weights));
    }
  }
  std::vector<double> log_times = {0};
  const auto loss = [&](std::span<const double> at, std::span<double> gradient) {
    const double times = std::exp(at[0]);
    const double sum = scaled_loss(cases, scores, times, gradient[0]);
    gradient[0] *= times;
    return sum;
  };
  minimise(loss, log_times, kIterations);
  const auto times = static_cast<float>(std::exp(log_times[0]));
  for (std::size_t r = 0; r < HybridWeights::kReaderGroups; ++r) {
    std::ranges::for_each(weights.at(history_group, r), [&](float& weight) { weight *= times; });
  }
}

/// Of the cases of a history group that were not learnt on; of all groups for kAllHistories.
std::vector<double> Learner::qualities(std::size_t history_group,
                                       const HybridWeights& weights) const {
  std::vector<double> out;
  for (const HybridCase* one : cases_) {
    if (!one->learnt_on && in_history_group(*one, history_group)) {
      out.push_back(quality(*one, weights));
    }
  }
  return out;
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(std::max<std::size_t>(values.size(), 1));
}

/// Is the mean of a above that of b by more than two standard errors of the paired difference?
bool clearly_better(std::span<const double> a, std::span<const double> b) {
  std::vector<double> difference(a.size());
  std::ranges::transform(a, b, difference.begin(), std::minus<>());
  const double gain = mean(difference);
  double squares = 0;
  for (const double value : difference) {
    squares += (value - gain) * (value - gain);
  }
  const auto n = static_cast<double>(difference.size());
  return n > 1 && gain > 2 * std::sqrt(squares / (n - 1) / n);
}

/// Books that nobody read are ranked by what their content says, however little that weighs.
void Learner::keep_cold_books(HybridWeights& weights, std::size_t history_group) const {
  constexpr float kLeast = 0.01F;
  const auto cold = weights.at(history_group, 0);
  for (std::size_t p = 0; p < parts_; ++p) {
    if (knows_cold_[p] != 0) {
      cold[p] = std::max(cold[p], kLeast);
    }
  }
}

/// Where other weights clearly do better they are what counts for books that have readers.
void Learner::prefer(HybridWeights& weights,
                     const HybridWeights& other,
                     std::size_t history_group) const {
  if (clearly_better(qualities(history_group, other), qualities(history_group, weights))) {
    for (std::size_t r = 1; r < HybridWeights::kReaderGroups; ++r) {
      std::ranges::copy(other.at(history_group, r), weights.at(history_group, r).begin());
    }
  }
}

/// The weights of the logistic regression.
HybridWeights Learner::likeliest() const {
  std::vector<double> x(kShares * parts_, 0.0);
  std::fill_n(x.begin(), parts_, 0.1);
  minimise([this](auto at, auto gradient) { return loss(at, gradient); }, x, kIterations);
  HybridWeights out(parts_);
  for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
    for (std::size_t r = 0; r < HybridWeights::kReaderGroups; ++r) {
      for (std::size_t p = 0; p < parts_; ++p) {
        out.at(h, r)[p] = static_cast<float>(weight(x, h, r, p));
      }
    }
  }
  return out;
}

HybridFit Learner::learn() {
  HybridFit fit;
  fit.weights = likeliest();
  for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
    keep_cold_books(fit.weights, h);
  }
  for (std::size_t p = 0; p < parts_; ++p) {
    HybridWeights alone(parts_);
    for (std::size_t i = p; i < alone.values.size(); i += parts_) {
      alone.values[i] = 1;
    }
    fit.part_quality.push_back(mean(qualities(kAllHistories, alone)));
    for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
      scale(alone, h);
      prefer(fit.weights, alone, h);
    }
  }
  fit.quality = mean(qualities(kAllHistories, fit.weights));
  return fit;
}

}  // namespace

Result<HybridFit> learn_weights(std::span<const HybridCase> cases,
                                std::span<const std::uint8_t> knows_cold,
                                std::size_t threads) {
  Learner learner(cases, knows_cold, threads);
  if (!learner.any()) {
    return fail(Code::kInvalidArgument,
                "no held-out reader has a history and a target: there is nothing to learn from");
  }
  return learner.learn();
}

}  // namespace bookreco
