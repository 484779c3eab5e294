#pragma once

#include <set>
#include <string>

#include "base/clock.h"
#include "base/progress.h"
#include "index/segment.h"
#include "ports/active_run.h"
#include "ports/blob_store.h"
#include "ports/stores.h"
#include "ports/vectorizer.h"

namespace bookreco {

struct SnapshotSettings {
  SegmentOptions segment;
  std::size_t batch_books = 2'000;
  std::size_t versions_kept = 3;  ///< published snapshots that stay for a way back
};

struct SnapshotSummary {
  std::string version;
  std::string vectorizer;  ///< the model version of its vectors
  std::int64_t books = 0;
  std::int64_t change = 0;
};

/// The role `trainer`, as far as snapshots go: writes everything that answers need into one
/// immutable folder and points the champion alias of "snapshot" at it. One build at a time, by the
/// caller's lock.
class SnapshotBuilder {
 public:
  SnapshotBuilder(Stores& stores,
                  BlobStore& blobs,
                  Vectorizer& vectorizer,
                  const Clock& clock,
                  SnapshotSettings settings);

  /// kFailedPrecondition before the first fit or on an empty catalogue.
  Result<SnapshotSummary> build(const ProgressFn& progress);

 private:
  class Rows;
  Status write(const Path& folder,
               const std::string& version,
               SnapshotSummary& summary,
               const ProgressFn& progress);
  Result<SnapshotSummary> publish(ActiveRun& run, const ProgressFn& progress);
  /// What no published snapshot, no active space and no alias needs goes: versions with their
  /// files, spaces, and files that a run which died left without a version.
  Status forget_old_versions();

  Stores& stores_;
  BlobStore& blobs_;
  Vectorizer& vectorizer_;
  const Clock& clock_;
  const SnapshotSettings settings_;
};

}  // namespace bookreco
