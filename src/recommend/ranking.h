#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ml/collaborative/hybrid_weights.h"
#include "recommend/content_score.h"
#include "recommend/pool.h"
#include "recommend/readers_say.h"
#include "recommend/rotation.h"

namespace bookreco {

/// A candidate and what its place is owed to.
struct Ranked {
  Candidate candidate;
  ContentScore::Value content;
  std::optional<std::uint32_t> item;  ///< of the reader model
  Voices voices{};  ///< what makes the score; zero where readers have nothing to say
};

/// The candidates for a history (recommend/pool.h), at most `size`, each in the edition to show,
/// best first. Without a reader model the score is that of content. With one it is how likely the
/// reader takes the book beside the best of the list, which has 1: exp of the difference of
/// Σ weight · score over the voices, the weights (ReaderModel::weight) learnt on readers that the
/// model had not seen. Then it is cooled (recommend/rotation.h).
std::vector<Ranked> rank(const PoolRequest& request,
                         const ReadersSay& readers,
                         std::size_t size,
                         const Editions& editions,
                         const Rotation& rotation);

/// The parts of the score that content and readers have given, at most 1 together.
struct Shares {
  double content = 0;
  double readers = 0;
};
Shares shares_of(const ReadersSay& readers, const Ranked& ranked);

/// What the weights of the voices are learnt from: what each says of the candidates for a history,
/// and which of them are of the works `wanted` (ascending). The snapshot has a reader model that
/// has not seen the reader. Empty when nothing can be ranked.
HybridCase blend_case(const Snapshot& snapshot,
                      std::vector<WeightedBook> books,
                      std::span<const std::uint64_t> wanted);

}  // namespace bookreco
