#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// Cools the works that a reader was shown and did nothing with, so that lists vary between visits
/// (impression discounting: Lee, Lakshmanan, Tiwari & Shah, KDD 2014): a score counts
///   1 / (1 + strength · times)
/// of itself, where `times` is how often any edition of the work was shown of late, as faded. Works
/// that were never shown keep theirs. For one request; refers to the snapshot.
class Rotation {
 public:
  /// `strength` from 0, which turns it off, to 1, where a book once shown counts half.
  Rotation(const Snapshot& snapshot, std::span<const SeenBook> seen, double strength);

  bool empty() const { return times_.empty(); }
  /// From 0 to 1, 1 for what was not seen.
  double factor(RowRef ref) const;
  /// A score above 0 after cooling; others are low enough.
  double cooled(RowRef ref, double score) const { return score > 0 ? score * factor(ref) : score; }

 private:
  const Snapshot& snapshot_;
  const double strength_;
  std::unordered_map<std::uint64_t, double> times_;  ///< by work key
};

}  // namespace bookreco
