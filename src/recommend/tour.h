#pragma once

#include <cstddef>
#include <vector>

#include "recommend/candidates.h"
#include "recommend/edition.h"
#include "recommend/history.h"
#include "recommend/rotation.h"

namespace bookreco {

/// For a reader of whom nothing is known: books nearest to the centre of each of the largest
/// clusters, largest first, in turns, so that the answer walks through the catalogue. Leaves out
/// the works of the history, and books nearer than cosine 0.5 to a disliked one. Scores are cosines
/// to the centre. Where no cluster has a book with words, books by title, with score 0. At most k,
/// one edition of a work, one volume of a series; what the reader was shown of late comes later.
std::vector<Candidate> tour(const Snapshot& snapshot,
                            const History& history,
                            const Editions& editions,
                            const Rotation& rotation,
                            std::size_t k,
                            const Scope& scope,
                            std::size_t threads);

}  // namespace bookreco
