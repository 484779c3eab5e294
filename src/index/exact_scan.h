#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "index/exact_index.h"

namespace bookreco {

/// The code of a value, within ±127; a scale of 0 codes everything as 0.
double code_of(double value, double scale);

/// The smallest float not below the value, with room for the roundings of the sums that led to it.
float rounded_up(double value);

/// A query made ready for the codes, and rigorous bounds of every row's true score. Scores are
/// turned so that larger is nearer: distances are negated. The bounds hold for the fp64 score, fp32
/// rounding included; where fp32 overflows they are infinite. Immutable; `columns` must outlive it.
class CodeBounds {
 public:
  static constexpr std::size_t kBlock = 64;  ///< rows of one call, one word of a RowSet

  struct Block {
    alignas(64) float lower[kBlock];
    alignas(64) float upper[kBlock];
  };

  /// A finite query; not all zero for kCosine.
  CodeBounds(const ExactColumns& columns, std::span<const float> query, Metric metric);

  /// Fills the first `rows` places for rows [first, first + rows), at most kBlock. A bound may be
  /// NaN: it bounds nothing.
  void compute(std::size_t first, std::size_t rows, Block& out) const;

 private:
  void code_for_dot(std::span<const float> query);
  void code_for_distance(std::span<const float> query);

  const ExactColumns& columns_;
  Metric metric_;
  std::vector<std::int16_t> weights_;  ///< kCosine: the query at unit length × scale / unit_
  std::vector<std::int8_t> codes_;     ///< the distances: the query's own codes
  float unit_ = 0;                     ///< what a sum of 1 stands for
  float slack_ = 0;                    ///< at least what coding the query may shift a score
};

struct Candidate {
  float upper = 0;
  std::uint32_t row = 0;
};

/// Keeps the rows whose upper bound reaches the k-th best lower bound seen so far. One thread.
class CandidateBuffer {
 public:
  explicit CandidateBuffer(std::size_t k);

  float threshold() const { return threshold_; }
  /// Another buffer of the same search has k rows at least this good.
  void raise(float threshold) { threshold_ = std::max(threshold_, threshold); }
  void offer(std::uint32_t row, float lower, float upper);
  std::span<const Candidate> finish();

 private:
  void prune();

  std::size_t k_;
  std::size_t prune_at_;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<float> best_;  ///< heap of the k best lower bounds, the worst in front
  std::vector<Candidate> found_;
};

/// Every row that may be among the k nearest, unordered; `reached` is a score that k rows are known
/// to reach, minus infinity when none are.
std::vector<Candidate> scan_codes(const ExactColumns& columns,
                                  const CodeBounds& bounds,
                                  std::size_t k,
                                  float reached,
                                  const RowSet* allowed,
                                  std::size_t threads);

}  // namespace bookreco
