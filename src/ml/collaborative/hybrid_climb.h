#pragma once

#include "ml/collaborative/hybrid_weights.h"

namespace bookreco {

/// Stands for all history groups together.
inline constexpr std::size_t kAllHistories = HybridWeights::kHistoryGroups;

inline bool in_history_group(const HybridCase& one, std::size_t history_group) {
  return history_group == kAllHistories || one.history_group == history_group;
}

/// nDCG@20 of the case's candidates in the order of their sums.
double ranking_quality(const HybridCase& one, std::span<const float> sums);

/// The weights that rank the cases learnt on best, by coordinate ascent from where the best part
/// alone stands; the same for all books, others for each history group that has cases enough.
HybridWeights climb_weights(std::span<const HybridCase* const> cases,
                            std::size_t parts,
                            std::size_t threads);

}  // namespace bookreco
