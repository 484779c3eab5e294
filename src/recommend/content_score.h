#pragma once

#include <span>

#include "recommend/history.h"

namespace bookreco {

/// What the content of books says to one history:
///   0.55 · largest (grade · cosine) to a liked book + 0.25 · cosine to the taste + 0.12 · taste of
///   its labels + 0.08 · taste of its authors − 0.5 · (largest cosine to a disliked book)²
/// with loved 1 and liked 0.6 as grades; at most 1. For one request; refers to the snapshot, the
/// history and the taste.
class ContentScore {
 public:
  ContentScore(const Snapshot& snapshot, const History& history, std::span<const float> taste)
      : snapshot_(snapshot),
        history_(history),
        taste_(taste),
        labels_(snapshot, history, FacetKind::kLabel),
        authors_(snapshot, history, FacetKind::kAuthor) {}

  struct Value {
    double score = 0;
    const Past* nearest = nullptr;  ///< of the liked books; nullptr when none is near
    double nearest_part = 0;        ///< what it gives to the score
  };
  Value operator()(RowRef ref) const;

 private:
  const Snapshot& snapshot_;
  const History& history_;
  std::span<const float> taste_;
  TasteOf labels_;
  TasteOf authors_;
};

}  // namespace bookreco
