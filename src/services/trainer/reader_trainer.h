#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/progress.h"
#include "domain/reader_history.h"
#include "ports/active_run.h"
#include "ports/blob_store.h"
#include "ports/stores.h"
#include "services/trainer/reader_fit.h"

namespace bookreco {

struct ReaderTrainerSettings {
  InteractionPolicy interactions;
  /// A kind alone; or "auto": a hybrid of ease, ials and popularity up to `ease_works` works, above
  /// them rp3beta, whose scores cost nothing but what the history touches.
  std::string model = "auto";
  std::size_t ease_works = 20'000;  ///< its time grows with the cube, its memory with the square
  std::uint64_t memory_bytes = std::uint64_t{8} << 30;
  std::size_t least_entries = 50;  ///< books liked by readers, below which nothing can be learnt
  std::size_t threads = 1;
  std::uint64_t seed = 1;
  std::size_t versions_kept = 3;
};

struct ReaderTrainingSummary {
  std::string version;
  std::string model;
  std::int64_t readers = 0;
  std::int64_t works = 0;
  std::int64_t entries = 0;  ///< books liked by readers
};

/// The role `trainer`, as far as readers go: learns a collaborative model of the works of the
/// served snapshot from every stored history and points the champion alias of "readers" at it. One
/// training at a time, by the caller's lock.
class ReaderTrainer {
 public:
  ReaderTrainer(Stores& stores,
                BlobStore& blobs,
                const Clock& clock,
                ReaderTrainerSettings settings);

  /// nullopt when there is too little to learn from, or no snapshot yet: nothing is changed then.
  Result<std::optional<ReaderTrainingSummary>> train(const ProgressFn& progress);

 private:
  std::vector<ReaderModelPart> parts_for(const ReaderLesson& lesson) const;
  Result<ReaderTrainingSummary> publish(ActiveRun& run,
                                        const ReaderLesson& lesson,
                                        const Snapshot& snapshot,
                                        const ProgressFn& progress);
  Status forget_old_versions();

  Stores& stores_;
  BlobStore& blobs_;
  const Clock& clock_;
  const ReaderTrainerSettings settings_;
};

}  // namespace bookreco
