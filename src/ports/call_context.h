#pragma once

#include <chrono>
#include <string>

namespace bookreco {

/// What travels with every call of a service: how long the caller waits, which trace it belongs to,
/// who asks.
struct CallContext {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::string trace_id;  ///< 32 hex digits (W3C trace context), empty when not traced
  std::string identity;  ///< who asks, empty when anonymous

  bool expired() const { return std::chrono::steady_clock::now() >= deadline; }
};

}  // namespace bookreco
