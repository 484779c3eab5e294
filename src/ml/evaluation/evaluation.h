#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "ml/collaborative_model.h"
#include "ml/evaluation/metrics_ranking.h"
#include "ml/interaction_matrix.h"

namespace bookreco {

/// Readers to recommend to and what each of them is known to have liked next: all items ranked but
/// those of the reader's history, averaged over the readers with a relevant item. Immutable; safe
/// from any thread.
class EvaluationSet {
 public:
  struct Reader {
    std::uint32_t row = 0;
    std::vector<HistoryItem> history;   ///< ascending items
    std::vector<HistoryItem> relevant;  ///< ascending items, the weight is the gain, above zero
  };

  /// `train` is what models learn from; histories are its rows, together with those of `fold_in`,
  /// which may be empty (0 × 0). Entries of `test` that stand in the history are passed over and
  /// counted, so are those whose value is not above zero. `graded` takes gains from the values of
  /// the test entries, else each is 1.
  EvaluationSet(const InteractionMatrix& train,
                const InteractionMatrix& fold_in,
                const InteractionMatrix& test,
                bool graded);

  /// The same with at most so many readers, evenly chosen: what counts readers and entries stays.
  EvaluationSet sample(std::size_t most) const;

  std::span<const Reader> readers() const { return readers_; }
  std::size_t items() const { return counts_.size(); }
  /// Readers of each item in the training data.
  std::span<const std::uint32_t> item_counts() const { return counts_; }
  std::size_t train_readers() const { return train_readers_; }
  const InteractionMatrix& readers_of_items() const { return transposed_; }
  std::uint64_t already_known() const { return already_known_; }
  std::uint64_t not_liked() const { return not_liked_; }
  std::uint64_t relevant_entries() const { return relevant_entries_; }
  std::uint64_t cold_entries() const { return cold_entries_; }

 private:
  std::vector<Reader> readers_;
  std::vector<std::uint32_t> counts_;
  InteractionMatrix transposed_;
  std::size_t train_readers_ = 0;
  std::uint64_t already_known_ = 0;
  std::uint64_t not_liked_ = 0;
  std::uint64_t relevant_entries_ = 0;
  std::uint64_t cold_entries_ = 0;
};

struct EvaluationOptions {
  std::vector<MetricAtK> metrics;
  std::size_t threads = 1;
  bool segments = true;
  ProgressFn progress;
  std::function<bool()> cancelled;  ///< true ends the evaluation with kCancelled
  /// Gets each reader's row and list, from any thread, in no order; may be empty.
  std::function<void(std::uint32_t, std::span<const ScoredItem>)> lists;
};

/// The metrics over some of the readers, or over all readers and some of the items.
struct SegmentScores {
  std::string name;  ///< "history 3-5", "warm books", "cold books", "cold books among themselves"
  std::size_t readers = 0;
  std::vector<double> values;  ///< one for each metric of a reader's list, in their order
};

struct EvaluationScores {
  std::vector<double> values;               ///< one for each metric asked
  std::vector<std::vector<float>> columns;  ///< one for each metric: by reader, empty for those of
                                            ///< all lists together
  std::vector<SegmentScores> segments;
  double seconds = 0;
};

/// kCancelled; kInvalidArgument when the model has other items than the set, or the set no reader.
Result<EvaluationScores> evaluate(const CollaborativeModel& model,
                                  const EvaluationSet& set,
                                  const EvaluationOptions& options);

/// The indexes, among options.metrics, of those that a SegmentScores has.
std::vector<std::size_t> segment_metrics(std::span<const MetricAtK> metrics);

}  // namespace bookreco
