#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace bookreco {

/// A fixed number of threads over one bounded queue. `submit` is safe from any thread; the
/// destructor finishes what is queued. Tasks must not throw.
class ThreadPool {
 public:
  /// threads ≥ 1. At most `capacity` tasks wait.
  explicit ThreadPool(std::size_t threads, std::size_t capacity = 1024);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// False when the queue is full or closing: the caller sheds the work and says so.
  [[nodiscard]] bool try_submit(std::function<void()> task);
  /// Waits for a place.
  void submit(std::function<void()> task);
  /// Returns when everything submitted so far has run.
  void wait();
  std::size_t threads() const { return workers_.size(); }

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  const std::size_t capacity_;
  std::size_t running_ = 0;
  bool closing_ = false;
  std::vector<std::thread> workers_;
};

/// Hardware threads, at least 1; `BOOKRECO_THREADS` never enters here, callers pass what the
/// configuration says.
std::size_t hardware_threads();

/// Runs body(block) for block in [0, blocks) on up to `threads` threads and waits. Which thread
/// takes which block is not fixed, so results must depend on the block alone: that is what makes
/// fits reproducible for any number of threads. The first exception is rethrown here.
void parallel_for(std::size_t blocks,
                  std::size_t threads,
                  const std::function<void(std::size_t)>& body);

/// A half-open range of rows.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Cuts [0, n) into blocks of `size` rows (the last may be shorter) and runs body(range, block) on
/// each.
void parallel_blocks(std::size_t n,
                     std::size_t size,
                     std::size_t threads,
                     const std::function<void(Range, std::size_t)>& body);

}  // namespace bookreco
