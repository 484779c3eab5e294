#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bookreco {

struct Interval {
  double low = 0;
  double high = 0;
};

/// How much column `a` exceeds column `b`, read on the same readers.
struct PairedDifference {
  double mean = 0;
  Interval interval;
  double p = 1;  ///< two-sided: twice the share of resamples on the other side of zero, at most 1
};

/// Percentile bootstrap over readers (Efron 1979). Every column is averaged over the same
/// resamples, so that differences of columns are paired. The same columns and seed give the same
/// numbers, whatever the number of threads.
class Bootstrap {
 public:
  /// A column holds what each reader's list scored by one metric of one model. Columns must be of
  /// one length; `resamples` ≥ 1.
  Bootstrap(std::span<const std::vector<float>> columns,
            std::size_t resamples,
            std::uint64_t seed,
            std::size_t threads);

  double mean(std::size_t column) const { return means_[column]; }
  /// The central `level` (0.95) of the resampled means.
  Interval interval(std::size_t column, double level = 0.95) const;
  PairedDifference difference(std::size_t a, std::size_t b, double level = 0.95) const;

 private:
  std::vector<double> means_;
  std::vector<std::vector<double>> resampled_;  ///< by column, then by resample
};

}  // namespace bookreco
