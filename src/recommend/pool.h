#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "recommend/candidates.h"
#include "recommend/history.h"
#include "recommend/series_rule.h"

namespace bookreco {

/// The books worth scoring for a reader, at most `size`, likely best first: neighbours of each
/// liked book (the precomputed lists, or scans for the heaviest few where there are none or a
/// filter leaves too little of them), of the taste, and other books of the same authors and series.
/// None is of a work in the history; later volumes are replaced by the next one.
std::vector<Candidate> candidate_pool(const Snapshot& snapshot,
                                      const History& history,
                                      std::span<const float> taste,
                                      std::size_t size,
                                      bool filtered,
                                      const Scope& scope,
                                      std::size_t threads);

}  // namespace bookreco
