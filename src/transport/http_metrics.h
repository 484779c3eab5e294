#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "telemetry/metrics.h"
#include "transport/router.h"

namespace bookreco {

/// What the server counts of its requests, per route. record() is wait-free but for the first
/// answer of each (route, method, status).
class HttpMetrics {
 public:
  HttpMetrics(Metrics& metrics, const Router& router);

  /// `route` is a place in router.routes(), or its size for requests that matched none.
  void record(std::size_t route, HttpMethod method, int status, double seconds);

  Gauge& in_flight;
  Gauge& connections;
  Counter& shed;  ///< requests and connections refused because something was full

 private:
  // Filled in order, once: a reader stops at the first empty slot.
  struct Slot {
    std::atomic<std::uint32_t> key{0};  // method and status
    Counter* counter = nullptr;         // set before key
  };
  struct PerRoute {
    std::string path;
    Histogram* seconds = nullptr;
    std::array<Slot, 24> slots;
  };
  Counter& counter(PerRoute& route, HttpMethod method, int status);

  Metrics& metrics_;
  std::mutex filling_;
  std::vector<std::unique_ptr<PerRoute>> routes_;
};

}  // namespace bookreco
