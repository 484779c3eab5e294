#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace bookreco {

struct SqliteOptions {
  /// How long a writer waits for the writers before it.
  std::chrono::milliseconds busy_timeout{10'000};
  /// Page caches are ceilings: a small database never fills them.
  std::int64_t writer_cache_bytes = std::int64_t{256} << 20;
  std::int64_t reader_cache_bytes = std::int64_t{4} << 20;
  /// Connections kept open for readers; more are opened when more read at once, and closed after.
  std::size_t idle_readers = 4;
  /// The database may not grow beyond; 0 leaves it to the disk.
  std::int64_t max_bytes = 0;
};

}  // namespace bookreco
