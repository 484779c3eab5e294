#include "ports/active_run.h"

#include <random>

#include "base/utf8.h"

namespace bookreco {
namespace {

constexpr double kStoreEverySeconds = 1;

/// Two runs may begin in one millisecond, in two processes.
std::string new_id(Timestamp now) {
  return fmt::format("{}-{:08x}", to_file_stamp(now), std::random_device()());
}

}  // namespace

Result<ActiveRun> ActiveRun::start(RunStore& runs, const Clock& clock, RunStart start) {
  Run run;
  run.started_at = clock.now();
  run.id = start.id.empty() ? new_id(run.started_at) : std::move(start.id);
  run.kind = std::move(start.kind);
  run.status = "running";
  run.parameters = std::move(start.parameters);
  BOOKRECO_TRY_VOID(runs.save(run));
  return ActiveRun(runs, clock, std::move(run));
}

ActiveRun::ActiveRun(RunStore& runs, const Clock& clock, Run run)
    : runs_(&runs), clock_(&clock), run_(std::move(run)), cpu_at_start_(process_cpu_seconds()) {}

ActiveRun::ActiveRun(ActiveRun&& other) noexcept
    : runs_(std::exchange(other.runs_, nullptr)),
      clock_(other.clock_),
      run_(std::move(other.run_)),
      points_(std::move(other.points_)),
      time_(other.time_),
      stored_at_(other.stored_at_),
      cpu_at_start_(other.cpu_at_start_) {}

ActiveRun::~ActiveRun() {
  if (runs_ != nullptr) {
    static_cast<void>(end(fail(Code::kUnknown, "it was given up")));
  }
}

void ActiveRun::metrics(const std::map<std::string, double>& values) {
  for (const auto& [name, value] : values) {
    metric(name, value);
  }
}

void ActiveRun::metric_at(std::int64_t step, const std::string& name, double value) {
  metric(name, value);
  points_.push_back({name, step, value, clock_->now()});
  if (time_.seconds() - stored_at_ >= kStoreEverySeconds) {
    store_points();
  }
}

void ActiveRun::store_points() {
  stored_at_ = time_.seconds();
  if (runs_->append(run_.id, points_)) {
    points_.clear();  // those of a store that is busy wait for the next time
  }
}

Status ActiveRun::end(const Status& outcome) {
  RunStore& runs = *std::exchange(runs_, nullptr);
  run_.ended_at = clock_->now();
  run_.status = outcome ? "finished" : "failed";
  run_.message = outcome ? "" : to_valid_utf8(outcome.error().message);
  metric("seconds", time_.seconds());
  metric("cpu_seconds", process_cpu_seconds() - cpu_at_start_);
  Status stored = points_.empty() ? Status() : runs.append(run_.id, points_);
  const Status saved = runs.save(run_);
  if (!outcome) {
    return outcome;
  }
  return stored ? saved : stored;
}

}  // namespace bookreco
