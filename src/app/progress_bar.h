#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/progress.h"

namespace bookreco {

/// Draws progress on standard error: a bar that moves on a terminal, one line per finished step
/// elsewhere, nothing when quiet. One thread.
class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  ProgressFn callback();
  /// Ends the step under way, if any.
  void finish();

 private:
  void show(const Progress& progress);
  void draw(const Progress& progress);
  std::string amount(double count) const;

  const bool quiet_;
  const bool terminal_;
  std::string step_;
  std::uint64_t done_ = 0;
  bool bytes_ = false;
  Stopwatch step_time_;
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace bookreco
