#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>

#include "base/threads.h"
#include "ml/collaborative/score_scale.h"
#include "ml/evaluation/blend.h"

namespace bookreco {
namespace {

constexpr std::size_t kMostReaders = 6'000;
constexpr std::size_t kProposed = 150;  // by each part for each reader
constexpr std::size_t kLeastReadersOfGroup = 400;
constexpr std::array<std::size_t, 6> kLongest = {2, 4, 8, 16, 32, SIZE_MAX};
constexpr int kRounds = 4;

/// What the parts propose to one reader: candidates × parts scores, and which are relevant.
struct Proposals {
  std::size_t history = 0;
  bool learnt_on = false;
  std::vector<float> scores;
  std::vector<float> gains;
  std::vector<std::uint32_t> items;
  std::vector<float> ideal;
};

class Learner {
 public:
  Learner(std::span<const CollaborativeModel* const> parts,
          const EvaluationSet& set,
          const TuneContext& context)
      : parts_(parts), context_(context) {
    for (const MetricAtK& metric : context.objective) {
      depth_ = std::max(depth_, metric.k);
    }
    gather(set);
  }

  Result<LearntBlend> run();

 private:
  using Weights = std::vector<float>;

  void gather(const EvaluationSet& set);
  Proposals propose(const EvaluationSet& set, std::size_t index) const;
  double objective_of(const Proposals& reader, const Weights& weights) const;
  double objective(std::span<const std::size_t> readers, const Weights& weights) const;
  Weights climb(std::span<const std::size_t> readers, Weights weights) const;
  Weights alone(std::size_t part) const;

  std::span<const CollaborativeModel* const> parts_;
  const TuneContext& context_;
  std::size_t depth_ = 1;
  std::vector<Proposals> readers_;
};

void Learner::gather(const EvaluationSet& set) {
  const std::size_t all = set.readers().size();
  const std::size_t taken = std::min(all, kMostReaders);
  readers_.resize(taken);
  parallel_blocks(taken, 16, context_.threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      readers_[i] = propose(set, i * all / taken);
      readers_[i].learnt_on = i % 2 == 0;
    }
  });
}

Proposals Learner::propose(const EvaluationSet& set, std::size_t index) const {
  const EvaluationSet::Reader& reader = set.readers()[index];
  Proposals out;
  out.history = reader.history.size();
  std::vector<std::uint32_t> known;
  known.reserve(reader.history.size());
  for (const HistoryItem& item : reader.history) {
    known.push_back(item.item);
  }
  std::vector<std::vector<float>> scores(parts_.size(), std::vector<float>(set.items()));
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    parts_[part]->score(reader.history, scores[part]);
    const float scale = inverse_deviation(scores[part]);
    for (const ScoredItem& item : top_items(scores[part], std::max(kProposed, depth_), known)) {
      out.items.push_back(item.item);
    }
    for (float& score : scores[part]) {
      score *= scale;
    }
  }
  std::ranges::sort(out.items);
  const auto twice = std::ranges::unique(out.items);
  out.items.erase(twice.begin(), twice.end());
  for (const std::uint32_t item : out.items) {
    for (const auto& own : scores) {
      out.scores.push_back(own[item]);
    }
    const auto found = std::ranges::lower_bound(reader.relevant, item, {}, &HistoryItem::item);
    const bool relevant = found != reader.relevant.end() && found->item == item;
    out.gains.push_back(relevant ? found->weight : 0.0F);
  }
  for (const HistoryItem& item : reader.relevant) {
    out.ideal.push_back(item.weight);
  }
  std::ranges::sort(out.ideal, std::greater<>());
  return out;
}

double Learner::objective_of(const Proposals& reader, const Weights& weights) const {
  std::vector<std::pair<float, std::uint32_t>> ranked(reader.items.size());
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    float score = 0;
    for (std::size_t part = 0; part < weights.size(); ++part) {
      score += weights[part] * reader.scores[(i * weights.size()) + part];
    }
    ranked[i] = {-score, static_cast<std::uint32_t>(i)};
  }
  const std::size_t shown = std::min(depth_, ranked.size());
  std::partial_sort(
      ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown), ranked.end());
  std::vector<float> gains(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    gains[i] = reader.gains[ranked[i].second];
  }
  double sum = 0;
  for (const MetricAtK& metric : context_.objective) {
    sum += score_list(metric.metric, metric.k, {gains, reader.ideal});
  }
  return sum / static_cast<double>(context_.objective.size());
}

double Learner::objective(std::span<const std::size_t> readers, const Weights& weights) const {
  std::vector<double> scores(readers.size());
  parallel_blocks(readers.size(), 64, context_.threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      scores[i] = objective_of(readers_[readers[i]], weights);
    }
  });
  return std::accumulate(scores.begin(), scores.end(), 0.0) /
         static_cast<double>(std::max<std::size_t>(scores.size(), 1));
}

/// Coordinate ascent with steps that shrink; a part may fall to zero and come back.
Learner::Weights Learner::climb(std::span<const std::size_t> readers, Weights weights) const {
  double best = objective(readers, weights);
  float factor = 2.0F;
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t part = 0; part < weights.size(); ++part) {
      const float own = weights[part];
      const std::array<float, 4> steps = {own * factor, own / factor, 0.0F, 0.1F * factor};
      for (const float step : steps) {
        Weights tried = weights;
        tried[part] = step;
        const bool something = std::ranges::any_of(tried, [](float weight) { return weight > 0; });
        if (!something || tried == weights) {
          continue;
        }
        if (const double score = objective(readers, tried); score > best) {
          best = score;
          weights = std::move(tried);
        }
      }
    }
    factor = std::sqrt(factor);
  }
  const float most = *std::ranges::max_element(weights);
  for (float& weight : weights) {
    weight /= most;
  }
  return weights;
}

Learner::Weights Learner::alone(std::size_t part) const {
  Weights weights(parts_.size(), 0.0F);
  weights[part] = 1;
  return weights;
}

Result<LearntBlend> Learner::run() {
  if (parts_.empty() || readers_.empty()) {
    return fail(Code::kInvalidArgument, "a blend is learnt from models and readers");
  }
  std::vector<std::size_t> learning;
  std::vector<std::size_t> checking;
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    (readers_[i].learnt_on ? learning : checking).push_back(i);
  }
  if (checking.empty()) {
    checking = learning;
  }
  LearntBlend out;
  double best = -1;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (const double score = objective(learning, alone(part)); score > best) {
      best = score;
      out.best_part = part;
    }
  }
  const Weights shared = climb(learning, alone(out.best_part));
  std::size_t shortest = 0;
  for (const std::size_t longest : kLongest) {
    std::vector<std::size_t> group;
    std::ranges::copy_if(learning, std::back_inserter(group), [&](std::size_t reader) {
      return readers_[reader].history >= shortest && readers_[reader].history <= longest;
    });
    if (group.size() < kLeastReadersOfGroup && longest != SIZE_MAX) {
      continue;  // joins the next
    }
    out.weights.longest.push_back(longest);
    out.weights.weights.push_back(group.size() < kLeastReadersOfGroup ? shared
                                                                      : climb(group, shared));
    shortest = longest + 1;
  }
  double sum = 0;
  for (const std::size_t reader : checking) {
    const auto weights = out.weights.of(readers_[reader].history);
    sum += objective_of(readers_[reader], Weights(weights.begin(), weights.end()));
  }
  out.score = sum / static_cast<double>(checking.size());
  out.best_single = objective(checking, alone(out.best_part));
  return out;
}

}  // namespace

Result<LearntBlend> learn_blend(std::span<const CollaborativeModel* const> parts,
                                const EvaluationSet& set,
                                const TuneContext& context) {
  return Learner(parts, set, context).run();
}

}  // namespace bookreco
