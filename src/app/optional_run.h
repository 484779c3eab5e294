#pragma once

#include <memory>
#include <optional>

#include "app/settings.h"
#include "ports/active_run.h"

namespace bookreco {

/// A run for a command that also works without a data folder: recorded when one was named, else
/// nothing. One thread.
class OptionalRun {
 public:
  static Result<OptionalRun> start(const Settings& settings, RunStart start);

  /// nullptr when nothing is recorded.
  ActiveRun* active() { return run_ ? &*run_ : nullptr; }
  /// Answers `outcome` when it is an error, else whether the run could be stored.
  Status end(const Status& outcome) { return run_ ? run_->end(outcome) : outcome; }

 private:
  OptionalRun() = default;

  std::unique_ptr<Stores> stores_;
  std::optional<ActiveRun> run_;
};

}  // namespace bookreco
