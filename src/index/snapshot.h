#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "index/row_set.h"
#include "index/segment.h"

namespace bookreco {

/// What answers are made from at one moment, never changed: a base segment, the books changed since (`delta`, may be empty), and
/// the rows of the base that they replace or that were deleted. Swapped as a whole by std::atomic<std::shared_ptr>.
struct Snapshot {
  std::string version;
  std::string vectorizer;  ///< model version of the vectors in both segments
  std::int64_t change = 0;
  std::shared_ptr<const Segment> base;
  std::shared_ptr<const Segment> delta;  ///< null when nothing changed since
  RowSet gone;                           ///< rows of `base` not to be answered; empty set when none
  std::vector<std::string> cluster_names;

  std::int64_t books() const;
};

/// A row of one of the two segments.
struct RowRef {
  bool in_delta = false;
  std::uint32_t row = 0;
  bool operator==(const RowRef&) const = default;
};

}  // namespace bookreco
