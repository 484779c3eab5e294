#pragma once

#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "ports/stores.h"

namespace bookreco {

/// What is known of a piece of work before it begins.
struct RunStart {
  std::string kind;  ///< "convert", "fit", "cluster", "snapshot", …
  std::map<std::string, std::string> parameters{};
  std::string id{};  ///< empty: a new one, sortable by time
};

/// A run under way. Notes cost nothing and cannot fail: they are stored when the run ends, values
/// over steps at most a second after they were noted. One thread at a time; the store and the clock
/// outlive it.
class ActiveRun {
 public:
  /// Stores the run as "running".
  static Result<ActiveRun> start(RunStore& runs, const Clock& clock, RunStart start);
  /// A run that nobody ended has failed.
  ~ActiveRun();
  ActiveRun(ActiveRun&& other) noexcept;
  ActiveRun& operator=(ActiveRun&&) = delete;
  ActiveRun(const ActiveRun&) = delete;
  ActiveRun& operator=(const ActiveRun&) = delete;

  const std::string& id() const { return run_.id; }
  const std::map<std::string, std::string>& parameters() const { return run_.parameters; }

  /// A digest of what the work reads.
  void input(std::string fingerprint) { run_.input_fingerprint = std::move(fingerprint); }
  /// A path below the data folder, or a location of the BlobStore.
  void artifact(std::string path) { run_.artifacts.push_back(std::move(path)); }
  void metric(const std::string& name, double value) { run_.metrics[name] = value; }
  void metrics(const std::map<std::string, double>& values);
  /// The value at one step (an epoch, a round); the metric of this name is the last one noted.
  void metric_at(std::int64_t step, const std::string& name, double value);

  /// Stores the run as "finished", or as "failed" with the error's message, with its seconds and
  /// CPU seconds. Answers `outcome` when it is an error, else whether the run could be stored.
  Status end(const Status& outcome);

 private:
  ActiveRun(RunStore& runs, const Clock& clock, Run run);
  void store_points();

  RunStore* runs_;  ///< null once ended
  const Clock* clock_;
  Run run_;
  std::vector<MetricPoint> points_;  ///< not stored yet
  Stopwatch time_;
  double stored_at_ = 0;  ///< seconds of time_
  double cpu_at_start_;
};

/// Does `work(ActiveRun&)`, which answers a Result, as a recorded run: the one way to record one.
template <class Work>
std::invoke_result_t<Work&, ActiveRun&> record_run(RunStore& runs,
                                                   const Clock& clock,
                                                   RunStart start,
                                                   Work&& work) {
  BOOKRECO_TRY(ActiveRun run, ActiveRun::start(runs, clock, std::move(start)));
  std::invoke_result_t<Work&, ActiveRun&> answer = work(run);
  BOOKRECO_TRY_VOID(run.end(answer ? Status() : std::unexpected(answer.error())));
  return answer;
}

}  // namespace bookreco
