#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/exact_index.h"

namespace bookreco {

/// How rows become signed bytes for the graph: (value − centre) / step, rounded, cut off at ±127.
/// One step for every place, so that integer distances between codes are distances between rows.
/// Immutable.
class HnswFrame {
 public:
  HnswFrame() = default;
  HnswFrame(std::span<const float> centre, float step, bool unit);

  /// Centre: the mean row; step: the one of least squared error. Both of at most 65,536 rows,
  /// evenly spread. `unit`: rows and queries are brought to unit length first, all-zero rows passed
  /// over.
  static HnswFrame fit(const ExactIndex& vectors, bool unit);

  std::span<const float> centre() const { return centre_; }
  float step() const { return step_; }

  /// Fills `out` (at least as long as `row`, zeros beyond) and answers `shift`: the codes are of
  /// (value − centre) / (step · 2^shift), the smallest shift that needs no cutting off within
  /// `max_shift`. A row of finite values; not all zero where rows are brought to unit length.
  int encode(std::span<const float> row, std::span<std::int8_t> out, int max_shift) const;

 private:
  double length_of(std::span<const float> row) const;

  std::vector<float> centre_;
  std::vector<double> offsets_;  ///< centre / step
  float step_ = 1;
  bool unit_ = false;
};

}  // namespace bookreco
