#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// Largest offset of a search, for what a page costs grows with it.
inline constexpr std::int64_t kMaxOffset = 10'000;

/// Books for a query, every edition. `query_vector` is the query in the snapshot's vector space;
/// empty, all zero or of another dimension means that there is none. Strategies:
///   "lexical"   BM25, both segments as one;
///   "semantic"  cosine to the query vector;
///   "hybrid"    0.6 · BM25 / best BM25 + 0.4 · cosine / best cosine (a convex combination of
///   scores with their theoretical
///               minimum 0, after Bruch, Gai & Ingber 2023), + 1 when the title is what was typed,
///               + 0.5 when an author or the series is;
///   "titles"    an empty query: what passes the filter, by title, with score 0.
/// A mode that needs a vector and has none answers "lexical" and degraded. Pages of one query fit
/// together: the blend looks at the best 1,000 of each kind (or as many as offset + k). Safe from
/// any thread.
Result<Hits> search(const std::shared_ptr<const Snapshot>& snapshot,
                    const SearchRequest& request,
                    std::span<const float> query_vector,
                    std::size_t threads = 1);

}  // namespace bookreco
