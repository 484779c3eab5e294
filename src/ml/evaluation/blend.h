#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ml/evaluation/evaluation.h"
#include "ml/evaluation/tuner.h"

namespace bookreco {

/// How much each part of a blend counts, by the length of the history.
struct BlendWeights {
  std::vector<std::size_t> longest;  ///< of each group of histories, ascending; the last open
  std::vector<std::vector<float>> weights;  ///< by group, then by part; ≥ 0

  std::span<const float> of(std::size_t history) const;
};

/// The weighted sum of several models' scores, each divided by its standard deviation over the
/// items, so that a part says as much for a long history as for a short one.
class BlendModel : public CollaborativeModel {
 public:
  /// Parts have the same items; as many weights as parts in each group.
  BlendModel(std::vector<std::shared_ptr<const CollaborativeModel>> parts, BlendWeights weights);

  std::size_t items() const override { return parts_.front()->items(); }
  std::size_t bytes() const override;
  void score(ItemHistory history, std::span<float> out) const override;
  std::vector<ScoredItem> explain(std::uint32_t item, ItemHistory history) const override;
  Status write(SectionWriter& writer, std::string_view prefix) const override;

  std::span<const std::shared_ptr<const CollaborativeModel>> parts() const { return parts_; }
  const BlendWeights& weights() const { return weights_; }

 private:
  std::vector<std::shared_ptr<const CollaborativeModel>> parts_;
  BlendWeights weights_;
};

struct LearntBlend {
  BlendWeights weights;
  double score = 0;        ///< on the readers that the weights were not learnt on
  double best_single = 0;  ///< of the best part alone, on the same readers
  std::size_t best_part = 0;
};

/// Stacking (Wolpert 1992): weights that do best on one half of the validation readers, found by
/// coordinate ascent over lists that each part proposes, and checked on the other half. A group of
/// histories with few readers shares its neighbour's weights.
Result<LearntBlend> learn_blend(std::span<const CollaborativeModel* const> parts,
                                const EvaluationSet& set,
                                const TuneContext& context);

}  // namespace bookreco
