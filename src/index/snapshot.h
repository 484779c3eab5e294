#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/reader_model.h"
#include "index/row_set.h"
#include "index/segment.h"

namespace bookreco {

/// A row of one of the two segments.
struct RowRef {
  bool in_delta = false;
  std::uint32_t row = 0;
  bool operator==(const RowRef&) const = default;
};

/// What answers are made from at one moment, never changed: a base segment, the books changed since
/// (`delta`, may be empty), and the rows of the base that they replace or that were deleted.
/// Swapped as a whole by std::atomic<std::shared_ptr>.
struct Snapshot {
  std::string version;
  std::string vectorizer;         ///< model version of the vectors in both segments
  std::int64_t change = 0;        ///< the store's change number that `base` reflects
  std::int64_t delta_change = 0;  ///< the one that answers reflect, not below `change`
  std::shared_ptr<const Segment> base;
  std::shared_ptr<const Segment> delta;  ///< null when nothing changed since
  RowSet gone;                           ///< rows of `base` not to be answered; empty set when none
  std::vector<std::string> cluster_names;
  std::shared_ptr<const Readers> readers;  ///< what readers taught; null when nothing did

  std::int64_t books() const;

  const Segment& segment(RowRef ref) const { return ref.in_delta ? *delta : *base; }
  /// False for rows of the base that were replaced or deleted.
  bool alive(RowRef ref) const {
    return ref.in_delta || gone.rows() == 0 || !gone.contains(ref.row);
  }
  /// By id, EAN, ISBN-13 or ISBN-10, hyphens and spaces passed over.
  std::optional<RowRef> find(std::string_view id) const;
};

/// Writes "snapshot.json" beside the files of the base segment in `folder`: its versions, change,
/// cluster names, and the size and the digest of the header of each file. Call it last: a folder
/// without it is not a snapshot. The files count as verified from here on.
Status write_manifest(const Path& folder, const Snapshot& snapshot);

/// Whether the checksums of all sections are read. kUnlessSeen trusts files that are, by inode,
/// size and times, the very ones that were verified before; the file "verified" beside them
/// remembers it.
enum class SnapshotCheck { kAlways, kUnlessSeen };

/// Maps the snapshot in `folder`, without a delta. kNotFound when there is none, kDataLoss when a
/// file is damaged or is not the one that the manifest names, kFailedPrecondition for a newer
/// format.
Result<Snapshot> open_snapshot(const Path& folder, SnapshotCheck check = SnapshotCheck::kAlways);

}  // namespace bookreco
