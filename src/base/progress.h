#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace bookreco {

/// How far long work has got. `total` is 0 when it is not known. Called often, from one thread at a
/// time; whoever draws it limits its own rate.
struct Progress {
  std::string_view step;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  bool bytes = false;  ///< what is counted
};

using ProgressFn = std::function<void(const Progress&)>;

inline void report(const ProgressFn& progress,
                   std::string_view step,
                   std::uint64_t done,
                   std::uint64_t total) {
  if (progress) {
    progress({step, done, total});
  }
}

inline void report_bytes(const ProgressFn& progress,
                         std::string_view step,
                         std::uint64_t done,
                         std::uint64_t total) {
  if (progress) {
    progress({step, done, total, true});
  }
}

}  // namespace bookreco
