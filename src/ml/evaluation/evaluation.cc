#include "ml/evaluation/evaluation.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "base/threads.h"
#include "ml/evaluation/list_statistics.h"

namespace bookreco {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kMostForDiversity = 5'000;

/// Items that the relevant ones, and for some the candidates, are restricted to.
enum ItemSegment : std::uint8_t { kAll, kWarm, kCold, kColdAmongCold, kItemSegments };
constexpr std::array<const char*, kItemSegments> kItemSegmentNames = {
    "all", "warm books", "cold books", "cold books among themselves"};

/// Upper ends of the groups by length of history; the last is open.
constexpr std::array<std::size_t, 7> kHistories = {0, 2, 5, 10, 20, 50, SIZE_MAX};

std::string history_name(std::size_t group) {
  const std::size_t from = group == 0 ? 0 : kHistories[group - 1] + 1;
  if (group + 1 == kHistories.size()) {
    return fmt::format("history {}+", from);
  }
  return from == kHistories[group] ? fmt::format("history {}", from)
                                   : fmt::format("history {}-{}", from, kHistories[group]);
}

/// What the threads write: each reader's own places, and counts that are added atomically.
struct Tables {
  /// By item segment, then by metric of a reader's list, then by reader; a reader without a
  /// relevant item in the segment has NaN.
  std::array<std::vector<std::vector<float>>, kItemSegments> scores;
  std::vector<std::optional<ShownCounts>> shown;  ///< by metric
  std::vector<std::vector<float>> columns;        ///< by metric, novelty and diversity only
};

class Evaluator {
 public:
  Evaluator(const CollaborativeModel& model,
            const EvaluationSet& set,
            const EvaluationOptions& options)
      : model_(model), set_(set), options_(options), scored_(segment_metrics(options.metrics)) {
    for (const MetricAtK& metric : options.metrics) {
      depth_ = std::max(depth_, metric.k);
    }
    const std::size_t readers = set.readers().size();
    stride_ = std::max<std::size_t>(1, (readers + kMostForDiversity - 1) / kMostForDiversity);
    for (std::size_t segment = 0; segment < segments(); ++segment) {
      tables_.scores[segment].assign(scored_.size(), std::vector<float>(readers, 0.0F));
    }
    tables_.columns.resize(options.metrics.size());
    tables_.shown.resize(options.metrics.size());
    for (std::size_t i = 0; i < options.metrics.size(); ++i) {
      const MetricAtK& metric = options.metrics[i];
      if (!is_mean_over_readers(metric.metric)) {
        tables_.shown[i].emplace(set.items(), metric.k);
      } else if (metric.metric > ListMetric::kHit) {
        tables_.columns[i].assign(readers, 0.0F);
      }
    }
  }

  Result<EvaluationScores> run();

 private:
  struct Scratch {
    explicit Scratch(const EvaluationSet& set)
        : scores(set.items()), diversity(set.readers_of_items()) {}
    std::vector<float> scores;
    std::vector<std::uint32_t> excluded;
    ListDiversity diversity;
  };

  std::size_t segments() const {
    return options_.segments && set_.cold_entries() > 0 ? kItemSegments : 1;
  }
  void score_reader(std::size_t index, Scratch& scratch);
  void score_segment(std::size_t index, ItemSegment segment, std::span<const ScoredItem> list);
  void describe_list(std::size_t index, std::span<const ScoredItem> list, Scratch& scratch);
  EvaluationScores gather();
  void add_item_segments(EvaluationScores& out);
  void add_history_segments(EvaluationScores& out);

  const CollaborativeModel& model_;
  const EvaluationSet& set_;
  const EvaluationOptions& options_;
  std::vector<std::size_t> scored_;
  std::size_t depth_ = 0;
  std::size_t stride_ = 1;
  Tables tables_;
};

Result<EvaluationScores> Evaluator::run() {
  const Stopwatch time;
  const std::size_t readers = set_.readers().size();
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stopped = false;
  const std::size_t threads = std::max<std::size_t>(1, options_.threads);
  parallel_for(threads, threads, [&](std::size_t worker) {
    Scratch scratch(set_);
    for (;;) {
      const std::size_t begin = next.fetch_add(kBlock);
      if (begin >= readers || stopped) {
        return;
      }
      for (std::size_t i = begin; i < std::min(begin + kBlock, readers); ++i) {
        score_reader(i, scratch);
      }
      if (worker == 0) {
        report(options_.progress, "evaluate", begin, readers);
        stopped = stopped || (options_.cancelled && options_.cancelled());
      }
    }
  });
  // The first worker may have had no block of its own to ask after.
  if (stopped || (options_.cancelled && options_.cancelled())) {
    return fail(Code::kCancelled, "the evaluation was stopped");
  }
  report(options_.progress, "evaluate", readers, readers);
  EvaluationScores out = gather();
  out.seconds = time.seconds();
  return out;
}

void Evaluator::score_reader(std::size_t index, Scratch& scratch) {
  const EvaluationSet::Reader& reader = set_.readers()[index];
  scratch.excluded.clear();
  for (const HistoryItem& item : reader.history) {
    scratch.excluded.push_back(item.item);
  }
  model_.score(reader.history, scratch.scores);
  const std::vector<ScoredItem> list = top_items(scratch.scores, depth_, scratch.excluded);
  if (options_.lists) {
    options_.lists(reader.row, list);
  }
  score_segment(index, kAll, list);
  describe_list(index, list, scratch);
  if (segments() == 1) {
    return;
  }
  score_segment(index, kWarm, list);
  score_segment(index, kCold, list);
  const auto counts = set_.item_counts();
  for (std::size_t item = 0; item < counts.size(); ++item) {
    if (counts[item] > 0) {
      scratch.scores[item] = -std::numeric_limits<float>::infinity();
    }
  }
  score_segment(index, kColdAmongCold, top_items(scratch.scores, depth_, scratch.excluded));
}

void Evaluator::score_segment(std::size_t index,
                              ItemSegment segment,
                              std::span<const ScoredItem> list) {
  const auto belongs = [&](std::uint32_t item) {
    return segment == kAll || (set_.item_counts()[item] == 0) == (segment != kWarm);
  };
  std::vector<HistoryItem> relevant;
  std::ranges::copy_if(set_.readers()[index].relevant,
                       std::back_inserter(relevant),
                       [&](const HistoryItem& item) { return belongs(item.item); });
  std::vector<float> gains(list.size(), 0.0F);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto found = std::ranges::lower_bound(relevant, list[i].item, {}, &HistoryItem::item);
    if (found != relevant.end() && found->item == list[i].item) {
      gains[i] = found->weight;
    }
  }
  std::vector<float> ideal;
  ideal.reserve(relevant.size());
  for (const HistoryItem& item : relevant) {
    ideal.push_back(item.weight);
  }
  std::ranges::sort(ideal, std::greater<>());
  for (std::size_t i = 0; i < scored_.size(); ++i) {
    const MetricAtK& metric = options_.metrics[scored_[i]];
    tables_.scores[segment][i][index] =
        ideal.empty() ? std::numeric_limits<float>::quiet_NaN()
                      : static_cast<float>(score_list(metric.metric, metric.k, {gains, ideal}));
  }
}

void Evaluator::describe_list(std::size_t index,
                              std::span<const ScoredItem> list,
                              Scratch& scratch) {
  for (std::size_t i = 0; i < options_.metrics.size(); ++i) {
    const MetricAtK& metric = options_.metrics[i];
    const auto first = list.first(std::min(metric.k, list.size()));
    if (tables_.shown[i]) {
      tables_.shown[i]->add(list);
    } else if (metric.metric == ListMetric::kNovelty) {
      tables_.columns[i][index] =
          static_cast<float>(novelty(first, set_.item_counts(), set_.train_readers()));
    } else if (metric.metric == ListMetric::kDiversity && index % stride_ == 0) {
      tables_.columns[i][index] = static_cast<float>(scratch.diversity.of(first));
    }
  }
}

double mean_of(std::span<const float> values, std::size_t stride) {
  double sum = 0;
  std::size_t counted = 0;
  for (std::size_t i = 0; i < values.size(); i += stride) {
    if (!std::isnan(values[i])) {
      sum += static_cast<double>(values[i]);
      ++counted;
    }
  }
  return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

EvaluationScores Evaluator::gather() {
  EvaluationScores out;
  out.values.resize(options_.metrics.size(), 0);
  if (options_.segments) {
    add_item_segments(out);
    add_history_segments(out);
  }
  for (std::size_t i = 0; i < scored_.size(); ++i) {
    tables_.columns[scored_[i]] = std::move(tables_.scores[kAll][i]);
  }
  for (std::size_t i = 0; i < options_.metrics.size(); ++i) {
    const bool sampled = options_.metrics[i].metric == ListMetric::kDiversity;
    if (tables_.shown[i]) {
      out.values[i] = options_.metrics[i].metric == ListMetric::kGini
                          ? tables_.shown[i]->gini()
                          : tables_.shown[i]->coverage();
    } else {
      out.values[i] = mean_of(tables_.columns[i], sampled ? stride_ : 1);
    }
    if (sampled && stride_ > 1) {
      tables_.columns[i].clear();
    }
  }
  out.columns = std::move(tables_.columns);
  return out;
}

void Evaluator::add_item_segments(EvaluationScores& out) {
  for (std::size_t segment = kWarm; segment < segments(); ++segment) {
    SegmentScores scores;
    scores.name = kItemSegmentNames[segment];
    for (std::size_t i = 0; i < scored_.size(); ++i) {
      const auto& column = tables_.scores[segment][i];
      scores.readers = static_cast<std::size_t>(
          std::ranges::count_if(column, [](float score) { return !std::isnan(score); }));
      scores.values.push_back(mean_of(column, 1));
    }
    out.segments.push_back(std::move(scores));
  }
}

void Evaluator::add_history_segments(EvaluationScores& out) {
  for (std::size_t group = 0; group < kHistories.size(); ++group) {
    SegmentScores scores;
    scores.name = history_name(group);
    scores.values.assign(scored_.size(), 0);
    for (std::size_t reader = 0; reader < set_.readers().size(); ++reader) {
      const std::size_t length = set_.readers()[reader].history.size();
      if (length > kHistories[group] || (group > 0 && length <= kHistories[group - 1])) {
        continue;
      }
      ++scores.readers;
      for (std::size_t i = 0; i < scored_.size(); ++i) {
        scores.values[i] += static_cast<double>(tables_.scores[kAll][i][reader]);
      }
    }
    if (scores.readers > 0) {
      for (double& value : scores.values) {
        value /= static_cast<double>(scores.readers);
      }
      out.segments.push_back(std::move(scores));
    }
  }
}

}  // namespace

std::vector<std::size_t> segment_metrics(std::span<const MetricAtK> metrics) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].metric <= ListMetric::kHit) {
      out.push_back(i);
    }
  }
  return out;
}

Result<EvaluationScores> evaluate(const CollaborativeModel& model,
                                  const EvaluationSet& set,
                                  const EvaluationOptions& options) {
  if (model.items() != set.items()) {
    return fail(Code::kInvalidArgument,
                "the model has {} items and the data to evaluate it on {}: give it the training, "
                "fold-in and test files of the split that it was learnt on",
                model.items(),
                set.items());
  }
  if (set.readers().empty()) {
    return fail(Code::kInvalidArgument,
                "no reader has an item to find: the test data holds nothing that the training data "
                "does not");
  }
  return Evaluator(model, set, options).run();
}

}  // namespace bookreco
