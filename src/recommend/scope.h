#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/filter.h"
#include "index/snapshot.h"

namespace bookreco {

/// The rows of both segments that may be in an answer: those that are alive and pass the filter.
/// An excluded id takes every edition of its work along. Refers to the snapshot.
class Scope {
 public:
  /// `unless_asked` is what the filter means when it says nothing of availability.
  Scope(const Snapshot& snapshot,
        const BookFilter& filter,
        Availability unless_asked = Availability::kAny);

  /// nullptr when every row may be.
  const RowSet* of(bool in_delta) const { return rows_[in_delta] ? &*rows_[in_delta] : nullptr; }
  bool allows(RowRef ref) const {
    return !rows_[ref.in_delta] || rows_[ref.in_delta]->contains(ref.row);
  }
  /// Keeps only rows of `rows`, which belong to one segment.
  void keep(bool in_delta, const RowSet& rows);

 private:
  RowSet& narrow(const Segment& segment, bool in_delta);
  void drop_works(const Snapshot& snapshot, const std::vector<std::string>& ids);

  std::array<std::optional<RowSet>, 2> rows_;
};

/// Calls visit(segment, in_delta) for the base, then for the delta when there is one.
template <class Visit>
void for_each_segment(const Snapshot& snapshot, const Visit& visit) {
  visit(*snapshot.base, false);
  if (snapshot.delta) {
    visit(*snapshot.delta, true);
  }
}

}  // namespace bookreco
