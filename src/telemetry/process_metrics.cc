#include <memory>

#include "base/clock.h"
#include "telemetry/metrics.h"

namespace bookreco {

void add_process_metrics(Metrics& metrics) {
  using Kind = Metrics::Kind;
  metrics.callback("process_resident_memory_bytes", "Resident memory in bytes.", Kind::kGauge, [] {
    return static_cast<double>(resident_bytes());
  });
  metrics.callback(
      "process_cpu_seconds_total", "User and system CPU time in seconds.", Kind::kCounter, [] {
        return process_cpu_seconds();
      });
  const auto start = std::chrono::duration<double>(system_clock().now().time_since_epoch()).count();
  metrics.callback("process_start_time_seconds",
                   "When the process started, in seconds since 1970.",
                   Kind::kGauge,
                   [start] { return start; });
  metrics.callback("bookreco_uptime_seconds",
                   "Seconds since the process started.",
                   Kind::kGauge,
                   [watch = Stopwatch()] { return watch.seconds(); });
}

}  // namespace bookreco
