#pragma once

#include <memory>
#include <span>
#include <vector>

#include "ml/collaborative/hybrid_weights.h"
#include "ml/collaborative/model_recipe.h"

namespace bookreco {

using HybridParts = std::vector<std::shared_ptr<const CollaborativeModel>>;

/// The weighted sum of the parts' scores, each over its standard deviation, so that a part says as
/// much for a long history as for a short one, and damped to its root. Reasons share out what each
/// part gave in proportion to the part's own reasons. `readers`: how many each item has in the data
/// of the parts. kInvalidArgument when parts differ in their items or vector spaces.
Result<std::unique_ptr<CollaborativeModel>> make_hybrid(HybridParts parts,
                                                        HybridWeights weights,
                                                        std::span<const std::uint32_t> readers);

ModelRecipe hybrid_recipe();

/// A reader that the parts have not learnt from.
struct HeldOutReader {
  std::vector<HistoryItem> history;
  std::vector<std::uint32_t> targets;
};

/// The weights (learn_weights) under which the parts find the targets: from what the parts propose
/// for each held-out reader, and for the history cut to 1, 2, 4 and 8.
Result<HybridFit> learn_hybrid(std::span<const CollaborativeModel* const> parts,
                               std::span<const std::uint32_t> readers,
                               std::span<const HeldOutReader> held_out,
                               const FitContext& context);

}  // namespace bookreco
