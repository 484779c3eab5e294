#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// The attribute values of one book, as numbers of the dictionaries of either segment. Not for
/// several threads.
class BookValues {
 public:
  BookValues(const Snapshot& snapshot, RowRef ref) : snapshot_(snapshot), ref_(ref) {}
  /// Ascending; values that the segment does not know are left out.
  std::span<const std::uint32_t> in(bool in_delta, std::size_t column);

 private:
  const Snapshot& snapshot_;
  RowRef ref_;
  std::array<std::optional<std::vector<std::uint32_t>>, kColumns> translated_;
};

/// How many rows of the snapshot have a value, replaced rows of the base included.
std::size_t frequency(const Snapshot& snapshot,
                      bool in_delta,
                      std::size_t column,
                      std::uint32_t value);

/// Says what a book shares with others. Views point into the snapshot. Not for several threads.
class Explainer {
 public:
  Explainer(const Snapshot& snapshot, RowRef source)
      : snapshot_(snapshot), source_(source), values_(snapshot, source) {}

  /// What kSharedColumns say, the rarest first; when there is nothing, the cluster if it is the
  /// same.
  std::vector<Reason> reasons(RowRef hit);
  /// The same of a neighbour of the source, by its place in the precomputed list: for a snapshot
  /// without a delta and a place below the base's explained().
  std::vector<Reason> reasons_of_place(std::size_t place) const;

 private:
  const Snapshot& snapshot_;
  RowRef source_;
  BookValues values_;
};

}  // namespace bookreco
