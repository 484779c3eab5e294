#include "recommend/scope.h"

#include <utility>

namespace bookreco {

Scope::Scope(const Snapshot& snapshot, const BookFilter& filter) {
  if (!filter.empty()) {
    for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
      rows_[in_delta] = segment.filter(filter);
    });
  }
  if (snapshot.gone.rows() != 0) {
    if (!rows_[false]) {
      rows_[false] = RowSet(snapshot.base->rows(), true);
    }
    rows_[false]->subtract(snapshot.gone);
  }
}

void Scope::keep(bool in_delta, const RowSet& rows) {
  if (rows_[in_delta]) {
    rows_[in_delta]->intersect(rows);
  } else {
    rows_[in_delta] = rows;
  }
}

}  // namespace bookreco
