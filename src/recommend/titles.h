#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "index/snapshot.h"
#include "ports/recommender.h"
#include "recommend/scope.h"

namespace bookreco {

/// Rows whose folded title is `folded`, at most `limit` of each segment, in scope, base first.
std::vector<RowRef> exact_titles(const Snapshot& snapshot,
                                 std::string_view folded,
                                 std::size_t limit,
                                 const Scope& scope);

/// Rows in scope ordered by folded title, then id: `count` of them after the first `offset`.
std::vector<RowRef> by_title(const Snapshot& snapshot,
                             std::size_t offset,
                             std::size_t count,
                             const Scope& scope);

/// Books titled like what was typed, every edition: the exact folded title first (score 1), then by
/// words with typos and a last word begun (scores below 1, as shares of the best). Safe from any
/// thread.
Result<Hits> find_title(const std::shared_ptr<const Snapshot>& snapshot,
                        std::string_view title,
                        std::int64_t k);

}  // namespace bookreco
