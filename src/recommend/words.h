#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "ports/recommender.h"
#include "recommend/candidates.h"

namespace bookreco {

/// The best k rows in scope by their words, ranked as if both segments were one.
std::vector<Candidate> by_words(const Snapshot& snapshot,
                                std::string_view query,
                                std::size_t k,
                                const Scope& scope);

/// Adds to each hit the indexed words that it was found by (kMatchedTerm, weighed by their part of
/// the score). `rows` are the rows of the hits. The answer then owns the words too.
void explain_words(const Snapshot& snapshot,
                   std::string_view query,
                   const std::vector<Candidate>& rows,
                   Hits& answer);

}  // namespace bookreco
