#include "recommend/rotation.h"

namespace bookreco {

Rotation::Rotation(const Snapshot& snapshot, std::span<const SeenBook> seen, double strength)
    : snapshot_(snapshot), strength_(strength) {
  if (strength == 0) {
    return;
  }
  for (const SeenBook& book : seen) {
    if (const auto ref = snapshot.find(book.book_id)) {
      times_[snapshot.segment(*ref).work_key(ref->row)] += book.times;
    }
  }
}

double Rotation::factor(RowRef ref) const {
  if (times_.empty()) {
    return 1;
  }
  const auto found = times_.find(snapshot_.segment(ref).work_key(ref.row));
  return found == times_.end() ? 1 : 1 / (1 + strength_ * found->second);
}

}  // namespace bookreco
