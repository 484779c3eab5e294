#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "ports/stores.h"

namespace bookreco {

/// Impressions on their way into the store: they wait in memory, a bounded number of them, so that
/// no request waits for a write. Safe from any thread.
class ImpressionLog {
 public:
  /// About 100 bytes each.
  static constexpr std::size_t kMostWaiting = 100'000;

  ImpressionLog(ImpressionStore& store, double half_life_days, std::size_t most = kMostWaiting)
      : store_(store), half_life_days_(half_life_days), most_(most) {}

  /// False when too many wait: it is lost.
  bool add(Impression impression);
  /// Forgets what waits of a reader.
  void forget(std::string_view reader);
  /// Writes what waits. What cannot be written waits on, as far as there is room.
  Status flush();
  /// Impressions lost so far.
  std::int64_t lost() const { return lost_.load(); }

 private:
  ImpressionStore& store_;
  const double half_life_days_;
  const std::size_t most_;
  std::atomic<std::int64_t> lost_{0};
  std::mutex flushing_;  ///< held while a batch is written: forget() waits for it
  std::mutex mutex_;     ///< of waiting_
  std::vector<Impression> waiting_;
};

}  // namespace bookreco
