#include "recommend/scope.h"

namespace bookreco {

Scope::Scope(const Snapshot& snapshot, const BookFilter& filter, Availability unless_asked) {
  const Availability available = filter.available.value_or(unless_asked);
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    rows_[in_delta] = segment.filter(filter);
    const RowSet& unavailable = segment.attributes().unavailable();
    if (available == Availability::kUnavailable) {
      keep(in_delta, unavailable.rows() != 0 ? unavailable : RowSet(segment.rows()));
    } else if (available == Availability::kAvailable && unavailable.rows() != 0) {
      narrow(segment, in_delta).subtract(unavailable);
    }
  });
  if (snapshot.gone.rows() != 0) {
    narrow(*snapshot.base, false).subtract(snapshot.gone);
  }
  drop_works(snapshot, filter.exclude_ids);
}

void Scope::keep(bool in_delta, const RowSet& rows) {
  if (rows_[in_delta]) {
    rows_[in_delta]->intersect(rows);
  } else {
    rows_[in_delta] = rows;
  }
}

RowSet& Scope::narrow(const Segment& segment, bool in_delta) {
  if (!rows_[in_delta]) {
    rows_[in_delta] = RowSet(segment.rows(), true);
  }
  return *rows_[in_delta];
}

void Scope::drop_works(const Snapshot& snapshot, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto named = snapshot.find(id);
    if (!named) {
      continue;
    }
    const std::uint64_t work = snapshot.segment(*named).work_key(named->row);
    for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
      for (const std::uint32_t row : segment.editions(work)) {
        narrow(segment, in_delta).erase(row);
      }
    });
  }
}

}  // namespace bookreco
