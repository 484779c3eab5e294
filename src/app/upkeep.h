#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "app/platform.h"
#include "telemetry/log.h"

namespace bookreco {

/// Keeps a running platform fresh: takes in changed books within a fraction of a second (whichever
/// process wrote them), writes down what readers were shown, and in a second thread fits a first
/// model, rebuilds the snapshot when much has changed, refits when the catalogue has doubled, and
/// learns from readers again when a fifth more is known of them. Failures are logged and tried
/// again.
class Upkeep {
 public:
  Upkeep(Platform& platform, const Log& log);
  /// Waits for the work under way.
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

 private:
  enum class Need { kNothing, kSnapshot, kFit, kReaders };

  static std::string_view name_of(Need what);
  void follow();
  void write_impressions();
  void maintain();
  Need need();
  bool readers_need();
  Status carry_out(Need what);

  Platform& platform_;
  const Log log_;
  std::atomic<bool> stopping_{false};
  std::chrono::steady_clock::time_point impressions_written_{};  ///< the follower's alone
  std::chrono::steady_clock::time_point count_readers_at_{};     ///< the maintainer's alone
  std::int64_t interactions_tried_ = 0;                          ///< likewise
  std::thread follower_;
  std::thread maintainer_;
};

}  // namespace bookreco
