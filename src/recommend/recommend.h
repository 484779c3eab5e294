#pragma once

#include <cstddef>
#include <memory>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// What to read next, from the books that the request grades and nothing else.
///
/// Candidates (recommend/pool.h) are ranked by content and by what readers say
/// (recommend/ranking.h); what the reader was shown of late stands lower (recommend/rotation.h).
/// The list is made diverse (recommend/diversify.h) and holds of each series the next volume alone
/// (recommend/series_rule.h), never a work of the history in any edition, each other work in the
/// edition to show (recommend/edition.h), nor books said not to be available unless the filter asks
/// for them. Each answer names the liked books that it owes most to. Strategy "hybrid", or
/// "content" where readers have nothing to say.
///
/// Without liked books: "tour" (recommend/tour.h), degraded when there were some but nothing could
/// be found from them. kInvalidArgument for unknown ids, a book in two lists, k or diversity out of
/// range. Safe from any thread.
Result<Hits> recommend(const std::shared_ptr<const Snapshot>& snapshot,
                       const RecommendRequest& request,
                       std::size_t threads = 1);

}  // namespace bookreco
