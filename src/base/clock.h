#pragma once

#include <chrono>
#include <string>

namespace bookreco {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Wall time, injected so that tests choose it. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The machine's clock.
const Clock& system_clock();

/// "2026-01-31T12:00:00.000Z"
std::string to_iso8601(Timestamp time);

/// "20260131T120000Z", sortable and safe in a file name.
std::string to_file_stamp(Timestamp time);

/// Wall seconds since construction.
class Stopwatch {
 public:
  Stopwatch() : start_(std::chrono::steady_clock::now()) {}
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_;
};

/// CPU seconds of the whole process so far, every thread, user and system.
double process_cpu_seconds();

/// Resident bytes of this process, now; 0 where the system does not tell.
std::int64_t resident_bytes();

}  // namespace bookreco
