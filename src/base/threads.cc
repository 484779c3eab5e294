#include "base/threads.h"

#include <algorithm>
#include <atomic>
#include <exception>

namespace bookreco {

ThreadPool::ThreadPool(std::size_t threads, std::size_t capacity) : capacity_(capacity) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    workers_.emplace_back([this] { work(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) {
    worker.join();
  }
}

bool ThreadPool::try_submit(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || queue_.size() >= capacity_) {
      return false;
    }
    queue_.push_back(std::move(task));
  }
  changed_.notify_all();
  return true;
}

void ThreadPool::submit(std::function<void()> task) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.size() < capacity_; });
    queue_.push_back(std::move(task));
  }
  changed_.notify_all();
}

void ThreadPool::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;
    }
    std::function<void()> task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    --running_;
    changed_.notify_all();
  }
}

std::size_t hardware_threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

void parallel_for(std::size_t blocks,
                  std::size_t threads,
                  const std::function<void(std::size_t)>& body) {
  threads = std::min(std::max<std::size_t>(threads, 1), blocks);
  if (threads <= 1) {
    for (std::size_t block = 0; block < blocks; ++block) {
      body(block);
    }
    return;
  }
  std::atomic<std::size_t> next{0};
  std::exception_ptr first;
  std::mutex mutex;
  auto run = [&] {
    for (;;) {
      const std::size_t block = next.fetch_add(1);
      if (block >= blocks) {
        return;
      }
      try {
        body(block);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first) {
          first = std::current_exception();
        }
        next.store(blocks);
      }
    }
  };
  std::vector<std::thread> workers;
  for (std::size_t i = 1; i < threads; ++i) {
    workers.emplace_back(run);
  }
  run();
  for (std::thread& worker : workers) {
    worker.join();
  }
  if (first) {
    std::rethrow_exception(first);
  }
}

void parallel_blocks(std::size_t n,
                     std::size_t size,
                     std::size_t threads,
                     const std::function<void(Range, std::size_t)>& body) {
  const std::size_t blocks = (n + size - 1) / size;
  parallel_for(blocks, threads, [&](std::size_t block) {
    body({block * size, std::min(n, (block + 1) * size)}, block);
  });
}

}  // namespace bookreco
