#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bookreco {

/// Only grows. Any thread.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Any thread.
class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double delta) { value_.fetch_add(delta, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// Counts observations by upper bound. Any thread; a scrape during observe() may see the bucket
/// before the sum.
class Histogram {
 public:
  /// Bounds increase strictly; the +Inf bucket is added here.
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);

  const std::vector<double>& bounds() const { return bounds_; }
  /// Not cumulative; bucket(bounds().size()) is what lies above the last bound.
  std::uint64_t bucket(std::size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;
  std::atomic<double> sum_{0};
};

/// 50 µs to 10 s: the handling times of requests.
std::vector<double> latency_bounds();

using Labels = std::vector<std::pair<std::string, std::string>>;

/// The metrics of one process, shown as Prometheus text. Looking a metric up takes a lock: callers
/// keep the reference, which lives as long as this object. The same name and labels answer the same
/// object; one name with two types, or a name or label that Prometheus would refuse, is a bug and
/// aborts.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  Histogram& histogram(std::string_view name,
                       std::string_view help,
                       const std::vector<double>& bounds,
                       const Labels& labels = {});

  /// A value read at each scrape, on the scraping thread; `read` must not call this object.
  enum class Kind { kCounter, kGauge, kHistogram };
  void callback(std::string_view name,
                std::string_view help,
                Kind kind,
                std::function<double()> read,
                const Labels& labels = {});

  /// Text exposition format 0.0.4.
  std::string exposition() const;

 private:
  struct Series;
  struct Family;
  Series& series(std::string_view name, std::string_view help, Kind kind, const Labels& labels);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Family>> families_;  // in order of registration
};

/// The Content-Type of exposition().
inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

/// Resident memory, CPU, start time and uptime, under the names that Prometheus clients agree on.
void add_process_metrics(Metrics& metrics);

}  // namespace bookreco
