#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "app/platform.h"
#include "telemetry/log.h"

namespace bookreco {

/// Keeps a running platform fresh: takes in changed books within a fraction of a second (whichever
/// process wrote them), and in a second thread fits a first model, rebuilds the snapshot when much
/// has changed, and refits when the catalogue has doubled. Failures are logged and tried again.
class Upkeep {
 public:
  Upkeep(Platform& platform, const Log& log);
  /// Waits for the work under way.
  ~Upkeep();
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

 private:
  enum class Need { kNothing, kSnapshot, kFit };

  void follow();
  void maintain();
  Need need() const;
  Status carry_out(Need what);

  Platform& platform_;
  const Log log_;
  std::atomic<bool> stopping_{false};
  std::thread follower_;
  std::thread maintainer_;
};

}  // namespace bookreco
