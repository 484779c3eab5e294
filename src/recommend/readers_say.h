#pragma once

#include <optional>
#include <span>
#include <vector>

#include "recommend/edition.h"
#include "recommend/history.h"

namespace bookreco {

/// The item of the snapshot's reader model that the book is, in any edition; nullopt without a
/// model or when nobody read it.
std::optional<std::uint32_t> find_item(const Snapshot& snapshot, RowRef ref);

/// How many readers of the model the book has, in any edition; 0 without a model.
std::uint32_t readers_of(const Snapshot& snapshot, RowRef ref);

/// What the collaborative model of a snapshot says to one history: scores of works, and the part
/// that each book of the history has in them. Empty without a model or when
/// it knows no book that the reader liked. For one request; refers to the snapshot and the history.
class ReadersSay {
 public:
  ReadersSay(const Snapshot& snapshot, const History& history);

  bool empty() const { return history_.empty(); }
  /// The best `size` works that the reader does not know, each by the edition to show. Best first.
  std::vector<Candidate> best(std::size_t size, const Editions& editions) const;

  /// Books of the history that the model knows.
  std::size_t length() const { return history_.size(); }
  /// What every voice says of a work, by its item of the model if it has one, of which content says
  /// `content`.
  Voices voices(std::optional<std::uint32_t> item, double content) const;
  /// Of the voices, for this history and that work. Not when empty().
  std::span<const float> weights(std::optional<std::uint32_t> item) const;

  struct Cause {
    const Past* past = nullptr;
    double share = 0;  ///< of what speaks for the work, above 0, at most 1
  };
  /// The liked books that the score of each work comes from, by place in `items`, the heaviest
  /// first, at most `most` of each.
  std::vector<std::vector<Cause>> causes(std::span<const std::optional<std::uint32_t>> items,
                                         std::size_t most) const;

 private:
  const Snapshot& snapshot_;
  std::vector<HistoryItem> history_;  ///< by item, as the model reads it
  std::vector<const Past*> past_;     ///< of the same places
  std::vector<float> scores_;         ///< by item
  std::vector<std::uint32_t> known_;  ///< items of the history and of `works`, ascending
  float mean_ = 0;                    ///< of scores_
  float best_ = 0;                    ///< of scores_, but for known_
  float scale_ = 0;                   ///< 1 / standard deviation of scores_
};

}  // namespace bookreco
