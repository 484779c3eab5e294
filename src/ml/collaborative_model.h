#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"

namespace bookreco {

/// One item of a reader's history and how much it was liked: 1 for a plain yes, below zero for a
/// dislike. A history names an item once; weights are finite.
struct HistoryItem {
  std::uint32_t item = 0;
  float weight = 1;
};
using ItemHistory = std::span<const HistoryItem>;

struct ScoredItem {
  std::uint32_t item = 0;
  float score = 0;
  bool operator==(const ScoredItem&) const = default;
};

/// What a model is, told by itself and kept in its file.
struct ModelInfo {
  std::string kind;                          ///< "ease", "ials", … (see collaborative/models.h)
  std::map<std::string, double> parameters;  ///< as fitted, every one
  std::map<std::string, double> metrics;  ///< of the fit: readers, items, entries, epochs, loss …
  std::uint64_t data = 0;                 ///< InteractionMatrix::fingerprint of what it learnt from
  std::string space;  ///< version of the vector space it was fitted in; empty when it uses none
};

/// A fitted recommender over items 0 … items() − 1, which knows no reader: each call folds a
/// history in. Immutable; safe from any thread.
///
/// Histories may name items that the model does not have: they count for nothing. An empty history
/// gets what the model knows without one, which is zero everywhere but for popularity.
class CollaborativeModel {
 public:
  virtual ~CollaborativeModel() = default;
  CollaborativeModel(const CollaborativeModel&) = delete;
  CollaborativeModel& operator=(const CollaborativeModel&) = delete;

  const ModelInfo& info() const { return info_; }
  virtual std::size_t items() const = 0;
  /// Bytes held in memory.
  virtual std::size_t bytes() const = 0;

  /// Scores of all items, out.size() == items(), larger is better, comparable within one call only.
  /// Items of the history are scored like the others: the caller leaves them out.
  virtual void score(ItemHistory history, std::span<float> out) const = 0;

  /// By item of `items`: what each item of the history adds to its score, in the order of the
  /// history. They add up to the score but for the rounding of fp32 and what the model says without
  /// a history.
  virtual std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t> items,
                                                            ItemHistory history) const = 0;
  /// The same of one item.
  std::vector<ScoredItem> explain(std::uint32_t item, ItemHistory history) const {
    return std::move(explain_each({&item, 1}, history).front());
  }

  /// Its sections, each named `prefix` and a name of its own. The same model writes the same bytes.
  /// save_model makes a file of them.
  virtual Status write(SectionWriter& writer, std::string_view prefix) const = 0;

 protected:
  explicit CollaborativeModel(ModelInfo info) : info_(std::move(info)) {}

 private:
  ModelInfo info_;
};

/// The n best of `scores` that `excluded` (ascending) does not name, best first, of equals the
/// lower item first. Items without a finite score are left out.
std::vector<ScoredItem> top_items(std::span<const float> scores,
                                  std::size_t n,
                                  std::span<const std::uint32_t> excluded = {});

/// kFailedPrecondition unless the model was fitted in `space` or uses no vectors.
Status check_space(const CollaborativeModel& model, std::string_view space);

}  // namespace bookreco
