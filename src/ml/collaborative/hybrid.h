#pragma once

#include <memory>
#include <span>
#include <vector>

#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// How much each part of a hybrid counts, by the length of the history and by how many readers a
/// book has: a blend fixed for all fails on cold books and on short histories.
struct HybridWeights {
  /// Upper ends of the groups, the last open.
  static constexpr std::size_t kHistoryEnds[] = {1, 2, 4, 8, 16, 32};
  static constexpr std::uint32_t kReaderEnds[] = {0, 2, 5, 10, 20, 50, 100};
  static constexpr std::size_t kHistoryGroups = std::size(kHistoryEnds) + 1;
  static constexpr std::size_t kReaderGroups = std::size(kReaderEnds) + 1;

  std::size_t parts = 0;
  std::vector<float> values;  ///< history groups × reader groups × parts

  explicit HybridWeights(std::size_t count = 0)
      : parts(count), values(kHistoryGroups * kReaderGroups * count) {}
  std::span<float> at(std::size_t history_group, std::size_t reader_group) {
    return std::span(values).subspan((history_group * kReaderGroups + reader_group) * parts, parts);
  }
  std::span<const float> at(std::size_t history_group, std::size_t reader_group) const {
    return std::span(values).subspan((history_group * kReaderGroups + reader_group) * parts, parts);
  }

  static std::size_t history_group(std::size_t length);
  static std::size_t reader_group(std::uint32_t readers);
};

using HybridParts = std::vector<std::shared_ptr<const CollaborativeModel>>;

/// The weighted sum of the parts' scores, each over its standard deviation, so that a part says as
/// much for a long history as for a short one, and damped to the logarithm, as likelihoods add up.
/// Reasons share out what each part gave in proportion to the part's own reasons. `readers`: how
/// many each item has in the data of the parts. kInvalidArgument when parts differ in their items
/// or vector spaces.
Result<std::unique_ptr<CollaborativeModel>> make_hybrid(HybridParts parts,
                                                        HybridWeights weights,
                                                        std::span<const std::uint32_t> readers);

ModelRecipe hybrid_recipe();

/// A reader that the parts have not learnt from.
struct HeldOutReader {
  std::vector<HistoryItem> history;
  std::vector<std::uint32_t> targets;
};

struct HybridFit {
  HybridWeights weights;
  double quality = 0;                ///< nDCG@20 on the readers that were only checked on
  std::vector<double> part_quality;  ///< of each part alone, on the same
};

/// Stacking (Wolpert 1992): the weights under which the targets are likeliest among what the parts
/// propose (multinomial logistic regression on half of the readers, each also with the history cut
/// to 1, 2, 4 and 8), the same for all groups but for what a group has examples for. A group of
/// histories in which a part alone does clearly better on the other half of the readers gets it.
Result<HybridFit> learn_hybrid(std::span<const CollaborativeModel* const> parts,
                               std::span<const std::uint32_t> readers,
                               std::span<const HeldOutReader> held_out,
                               const FitContext& context);

}  // namespace bookreco
