#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "recommend/candidates.h"
#include "recommend/history.h"
#include "recommend/series_rule.h"

namespace bookreco {

/// For whom, among which books. What it refers to outlives it.
struct PoolRequest {
  const Snapshot& snapshot;
  const History& history;
  const Scope& scope;
  bool filtered = false;  ///< the scope may leave too little of the precomputed lists
  std::size_t threads = 1;
};

/// The books worth scoring for a reader, at most `size`, in no order: neighbours of each liked book
/// (the precomputed lists, or scans for the heaviest few where there are none or a filter leaves
/// too little of them), of the taste, other books of the same authors and series, and what is
/// suggested from elsewhere, which is never left out.
/// None is of a work in the history; later volumes are replaced by the next one.
std::vector<Candidate> candidate_pool(const PoolRequest& request,
                                      std::span<const float> taste,
                                      std::size_t size,
                                      std::span<const Candidate> suggested);

}  // namespace bookreco
