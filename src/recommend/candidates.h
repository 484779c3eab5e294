#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "index/snapshot.h"
#include "ports/recommender.h"
#include "recommend/scope.h"

namespace bookreco {

struct Candidate {
  RowRef ref;
  double score = 0;
};

/// True when `a` ranks before `b`: by score, and between equals of two segments by id, of one
/// segment by row. When rows are in the order of their ids this is one order, whatever the
/// segments.
bool ranks_before(const Snapshot& snapshot, Metric metric, const Candidate& a, const Candidate& b);

/// Rows of the segments, each nearest first, as one list.
std::vector<Candidate> merge_ranked(const Snapshot& snapshot,
                                    Metric metric,
                                    std::span<const Neighbour> base,
                                    std::span<const Neighbour> delta);

/// The k nearest rows in scope by an exact scan of both segments. Empty for a vector that is zero,
/// not finite or of another dimension. `guesses` are rows of the base that may be in the answer.
std::vector<Candidate> nearest(const Snapshot& snapshot,
                               std::span<const float> vector,
                               Metric metric,
                               std::size_t k,
                               const Scope& scope,
                               std::size_t threads,
                               std::span<const Neighbour> guesses = {});

/// Vectors of books without words are all zero and like nothing.
bool is_zero(std::span<const float> vector);

inline std::span<const float> vector_of(const Snapshot& snapshot, RowRef ref) {
  return snapshot.segment(ref).vectors().vector(ref.row);
}

/// Keys of works seen so far. Holds any number; sized for a few.
class WorkSet {
 public:
  explicit WorkSet(std::size_t expected = 16);
  /// False when it was there already.
  bool insert(std::uint64_t key);
  bool contains(std::uint64_t key) const;
  /// In no order.
  std::vector<std::uint64_t> keys() const;

 private:
  std::size_t place(std::uint64_t key) const;

  std::vector<std::uint64_t> slots_;  ///< 0 is empty; a key of 0 is kept as 1
  std::size_t count_ = 0;
};

/// An answer without hits yet, which keeps the snapshot alive.
Hits start_answer(const std::shared_ptr<const Snapshot>& snapshot, std::string strategy);
Hit make_hit(const Snapshot& snapshot, const Candidate& candidate);

/// kInvalidArgument unless 0 ≤ k ≤ kMaxK.
Status check_k(std::int64_t k);

}  // namespace bookreco
