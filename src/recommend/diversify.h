#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "index/snapshot.h"
#include "recommend/candidates.h"

namespace bookreco {

/// Most books of one author in an answer.
inline constexpr std::size_t kMaxPerAuthor = 3;

/// Chooses up to k of the candidates, one after the other, by maximal marginal relevance (Carbonell
/// & Goldstein 1998) as a weighted geometric mean: relevance^(1 − diversity) · (1 − largest cosine
/// to what is chosen)^diversity, relevance being score / best score. As a product, a book that is
/// unlike the others but of little relevance stays behind, however fast scores fall. An answer
/// holds one edition of a work, one volume of a series and at most kMaxPerAuthor books of an
/// author. Answers indices of `candidates`, in the order chosen. `candidates` come in rank order.
std::vector<std::size_t> diversify(const Snapshot& snapshot,
                                   std::span<const Candidate> candidates,
                                   std::size_t k,
                                   double diversity);

}  // namespace bookreco
