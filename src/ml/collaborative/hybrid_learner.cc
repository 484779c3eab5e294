#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/threads.h"
#include "ml/collaborative/hybrid.h"
#include "ml/collaborative/score_scale.h"
#include "ml/lbfgs.h"

namespace bookreco {
namespace {

constexpr std::size_t kMostReaders = 6'000;
constexpr std::size_t kProposed = 150;  // by each part
constexpr std::size_t kDepth = 20;      // of the quality that is checked
constexpr std::array<std::size_t, 4> kCuts = {1, 2, 4, 8};
constexpr std::size_t kCasesPerTask = 32;
constexpr std::size_t kIterations = 80;
constexpr std::size_t kFewExamples = 50;  // a group of books with fewer targets is like the others
constexpr double kPull = 1e-3;            // of what a group has of its own towards zero

/// What the parts propose for one history.
struct Case {
  std::size_t history_group = 0;
  bool learnt_on = false;
  std::size_t targets = 0;
  std::vector<float> scores;         ///< candidates × parts
  std::vector<std::uint8_t> groups;  ///< of each candidate's readers
  std::vector<std::uint8_t> wanted;  ///< is it a target?

  std::size_t size() const { return groups.size(); }
};

class Learner {
 public:
  Learner(std::span<const CollaborativeModel* const> parts,
          std::span<const std::uint32_t> readers,
          const FitContext& context)
      : parts_(parts), readers_(readers), context_(context) {}

  void propose(std::span<const HeldOutReader> held_out);
  bool any() const { return !cases_.empty(); }
  HybridFit learn();

 private:
  // A weight is the sum of what all, its history group and its reader group give the part.
  static constexpr std::size_t kShares =
      1 + HybridWeights::kHistoryGroups + HybridWeights::kReaderGroups;
  std::size_t share(std::size_t which, std::size_t part) const {
    return which * parts_.size() + part;
  }
  double weight(std::span<const double> x, std::size_t h, std::size_t r, std::size_t part) const {
    return x[share(0, part)] + x[share(1 + h, part)] +
           x[share(1 + HybridWeights::kHistoryGroups + r, part)];
  }

  Case propose_one(const HeldOutReader& reader, ItemHistory history) const;
  double loss(std::span<const double> x, std::span<double> gradient) const;
  double add_loss(const Case& one, std::span<const double> x, std::span<double> gradient) const;
  double quality(const Case& one, const HybridWeights& weights) const;
  double quality(std::size_t history_group, const HybridWeights& weights) const;

  std::span<const CollaborativeModel* const> parts_;
  std::span<const std::uint32_t> readers_;
  const FitContext& context_;
  std::vector<Case> cases_;
  std::array<bool, HybridWeights::kReaderGroups> frozen_{};
};

Case Learner::propose_one(const HeldOutReader& reader, ItemHistory history) const {
  Case out;
  out.history_group = HybridWeights::history_group(history.size());
  std::vector<std::uint32_t> known;
  for (const HistoryItem& entry : history) {
    known.push_back(entry.item);
  }
  std::ranges::sort(known);
  std::vector<std::uint32_t> candidates;
  std::vector<std::vector<float>> scores(parts_.size(), std::vector<float>(readers_.size()));
  std::vector<float> scales;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    parts_[p]->score(history, scores[p]);
    scales.push_back(inverse_deviation(scores[p]));
    for (const ScoredItem& best : top_items(scores[p], kProposed, known)) {
      candidates.push_back(best.item);
    }
  }
  std::ranges::sort(candidates);
  candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
  out.targets = reader.targets.size();
  for (const std::uint32_t item : candidates) {
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      out.scores.push_back(scales[p] * scores[p][item]);
    }
    out.groups.push_back(static_cast<std::uint8_t>(HybridWeights::reader_group(readers_[item])));
    out.wanted.push_back(std::ranges::find(reader.targets, item) != reader.targets.end() ? 1 : 0);
  }
  return out;
}

void Learner::propose(std::span<const HeldOutReader> held_out) {
  const std::size_t taken = std::min(held_out.size(), kMostReaders);
  cases_.resize(2 * taken);
  parallel_blocks(taken, kCasesPerTask, context_.threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end && !context_.stop(); ++i) {
      const HeldOutReader& reader = held_out[i * held_out.size() / taken];
      const ItemHistory whole = reader.history;
      cases_[2 * i] = propose_one(reader, whole);
      const std::size_t cut = kCuts[i / 2 % kCuts.size()];
      if (cut < whole.size()) {
        cases_[2 * i + 1] = propose_one(reader, whole.first(cut));
      }
      cases_[2 * i].learnt_on = cases_[2 * i + 1].learnt_on = i % 2 == 0;
    }
  });
  std::erase_if(cases_, [](const Case& one) { return one.targets == 0 || one.size() == 0; });
  std::array<std::size_t, HybridWeights::kReaderGroups> examples{};
  for (const Case& one : cases_) {
    for (std::size_t i = 0; i < one.size(); ++i) {
      examples[one.groups[i]] += one.learnt_on ? one.wanted[i] : 0;
    }
  }
  for (std::size_t group = 0; group < examples.size(); ++group) {
    frozen_[group] = examples[group] < kFewExamples;
  }
}

/// −log of the share that the targets take of Σ exp(score), and its gradient.
double Learner::add_loss(const Case& one,
                         std::span<const double> x,
                         std::span<double> gradient) const {
  const auto wanted = std::accumulate(one.wanted.begin(), one.wanted.end(), 0.0);
  if (wanted == 0) {
    return 0;
  }
  const std::size_t parts = parts_.size();
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
  parallel_blocks(cases_.size(), kCasesPerTask, context_.threads, [&](Range range, std::size_t t) {
    partials[t].assign(x.size(), 0.0);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      losses[t] += cases_[i].learnt_on ? add_loss(cases_[i], x, partials[t]) : 0;
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
    const double pull = i < parts_.size() ? kPull / 10 : kPull;
    total += pull * x[i] * x[i];
    gradient[i] += 2 * pull * x[i];
  }
  return total;
}

double Learner::quality(const Case& one, const HybridWeights& weights) const {
  std::vector<float> sums(one.size(), 0.0F);
  for (std::size_t i = 0; i < one.size(); ++i) {
    const auto own = weights.at(one.history_group, one.groups[i]);
    for (std::size_t p = 0; p < own.size(); ++p) {
      sums[i] += own[p] * one.scores[i * own.size() + p];
    }
  }
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

/// Of the cases that were not learnt on; of all history groups for kHistoryGroups.
double Learner::quality(std::size_t history_group, const HybridWeights& weights) const {
  double sum = 0;
  std::size_t counted = 0;
  for (const Case& one : cases_) {
    const bool asked =
        history_group == HybridWeights::kHistoryGroups || one.history_group == history_group;
    if (!one.learnt_on && asked) {
      sum += quality(one, weights);
      ++counted;
    }
  }
  return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

HybridFit Learner::learn() {
  const std::size_t parts = parts_.size();
  std::vector<double> x(kShares * parts, 0.0);
  std::fill_n(x.begin(), parts, 0.1);
  minimise([this](auto at, auto gradient) { return loss(at, gradient); }, x, kIterations);
  HybridFit fit;
  fit.weights = HybridWeights(parts);
  std::vector<HybridWeights> alone(parts, HybridWeights(parts));
  for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
    for (std::size_t r = 0; r < HybridWeights::kReaderGroups; ++r) {
      for (std::size_t p = 0; p < parts; ++p) {
        fit.weights.at(h, r)[p] = static_cast<float>(weight(x, h, r, p));
        alone[p].at(h, r)[p] = 1;
      }
    }
  }
  for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
    double best = quality(h, fit.weights);
    for (std::size_t p = 0; p < parts; ++p) {
      if (const double own = quality(h, alone[p]); own > best) {
        best = own;
        const auto from = alone[p].at(h, 0).data();
        std::copy_n(from, HybridWeights::kReaderGroups * parts, fit.weights.at(h, 0).data());
      }
    }
  }
  for (const HybridWeights& weights : alone) {
    fit.part_quality.push_back(quality(HybridWeights::kHistoryGroups, weights));
  }
  fit.quality = quality(HybridWeights::kHistoryGroups, fit.weights);
  return fit;
}

}  // namespace

Result<HybridFit> learn_hybrid(std::span<const CollaborativeModel* const> parts,
                               std::span<const std::uint32_t> readers,
                               std::span<const HeldOutReader> held_out,
                               const FitContext& context) {
  const bool alike = std::ranges::all_of(
      parts, [&](const CollaborativeModel* part) { return part->items() == readers.size(); });
  if (parts.empty() || !alike) {
    return fail(Code::kInvalidArgument, "a hybrid is learnt from models of the same books");
  }
  Learner learner(parts, readers, context);
  learner.propose(held_out);
  if (context.stop()) {
    return fail(Code::kCancelled, "the fit was cancelled");
  }
  if (!learner.any()) {
    return fail(Code::kInvalidArgument,
                "no held-out reader has a history and a target: there is nothing to learn from");
  }
  return learner.learn();
}

}  // namespace bookreco
