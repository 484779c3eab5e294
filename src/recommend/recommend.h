#pragma once

#include <cstddef>
#include <memory>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// What to read next, from the books that the request grades and nothing else.
///
/// Candidates are the nearest books of each liked one and of the reader's taste as a whole, and
/// what their authors and series hold beside. The score of one is
///   0.55 · largest (grade · cosine) to a liked book + 0.25 · cosine to the taste + 0.12 · taste of
///   its labels
///   + 0.08 · taste of its authors − 0.5 · (largest cosine to a disliked book)²
/// with loved 1 and liked 0.6 as grades. The list is then made diverse (recommend/diversify.h) and
/// holds of each series the next volume alone (recommend/series_rule.h), never a work of the
/// history in any edition, each other work in the edition to show (recommend/edition.h), nor books
/// said not to be available unless the filter asks for them. What the reader was shown of late
/// stands lower (recommend/rotation.h). Each answer names the liked book that it owes most to.
/// Strategy "content".
///
/// Without liked books: "tour" (recommend/tour.h), degraded when there were some but nothing could
/// be found from them. kInvalidArgument for unknown ids, a book in two lists, k or diversity out of
/// range. Safe from any thread.
Result<Hits> recommend(const std::shared_ptr<const Snapshot>& snapshot,
                       const RecommendRequest& request,
                       std::size_t threads = 1);

}  // namespace bookreco
