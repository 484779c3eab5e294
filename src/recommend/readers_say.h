#pragma once

#include <vector>

#include "recommend/edition.h"
#include "recommend/history.h"

namespace bookreco {

/// What the collaborative model of a snapshot says to one history: scores of works relative to the
/// best one, and the part that each book of the history has in them. Empty without a model or when
/// it knows no book that the reader liked. For one request; refers to the snapshot and the history.
class ReadersSay {
 public:
  ReadersSay(const Snapshot& snapshot, const History& history);

  bool empty() const { return history_.empty(); }
  /// The best `size` works that the reader does not know, each by the edition to show. Best first.
  std::vector<Candidate> best(std::size_t size, const Editions& editions) const;

  /// At most 1; 0 for a work that the model does not know.
  double score(RowRef ref) const;
  /// From 0 to 1: how much the score is to be trusted beside what the books' content says. It grows
  /// with the readers of the book and with the length of the history.
  double trust(RowRef ref) const;

  struct Cause {
    const Past* past = nullptr;
    double share = 0;  ///< of the score, above 0
  };
  /// The liked books that the score of a work comes from, the heaviest first, at most `most`.
  std::vector<Cause> causes(RowRef ref, std::size_t most) const;

 private:
  std::optional<std::uint32_t> item_of(RowRef ref) const;

  const Snapshot& snapshot_;
  std::vector<HistoryItem> history_;  ///< by item, as the model reads it
  std::vector<const Past*> past_;     ///< of the same places
  std::vector<float> scores_;         ///< by item
  std::vector<std::uint32_t> known_;  ///< items of the history and of `works`, ascending
  double best_ = 0;
  double history_trust_ = 0;
};

}  // namespace bookreco
