#pragma once

#include <cstddef>
#include <memory>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// The books most like one book, nearest first: never itself nor another edition of its work, and
/// each other work once, where its best-ranked edition is and by the edition to show
/// (recommend/edition.h). Answers equal an exact scan; the precomputed
/// lists are used when they prove the answer (strategy "neighbours"), else both segments are
/// scanned ("scan"). A book without words is compared by what it shares with others
/// ("attributes", degraded). kNotFound for an unknown book. Safe from any thread.
Result<Hits> similar(const std::shared_ptr<const Snapshot>& snapshot,
                     const SimilarRequest& request,
                     std::size_t threads = 1);

}  // namespace bookreco
