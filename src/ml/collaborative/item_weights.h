#pragma once

#include <functional>

#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// Every model whose score is linear in the history: score(j) = Σ history weight(i) · weight(i, j).
/// `weights` holds item × item, by source i. Reasons are the summands themselves.
std::unique_ptr<CollaborativeModel> make_item_weights_model(ModelInfo info,
                                                            InteractionMatrix weights);

ModelResult read_item_weights_model(const SectionFile& file,
                                    std::string_view prefix,
                                    ModelInfo info);

/// Collects the heaviest incoming weights of each target and turns them about. Rows of different
/// targets may be put from different threads.
class IncomingWeights {
 public:
  IncomingWeights(std::size_t items, std::size_t per_item);

  /// Keeps the `per_item` largest in absolute value of weights.size() == items() candidates, of
  /// equals the lower source; zeros and what is not finite are dropped.
  void put_dense(std::size_t target, std::span<const float> weights);
  /// The same from a list of distinct sources, which is spoilt.
  void put(std::size_t target, std::span<ScoredItem> candidates);
  /// By source, ascending targets. Empty afterwards.
  InteractionMatrix take();

  static std::uint64_t bytes(std::size_t items, std::size_t per_item);

 private:
  std::size_t items_;
  std::size_t per_item_;
  std::vector<std::uint32_t> counts_;
  std::vector<ScoredItem> kept_;  ///< items × per_item
};

}  // namespace bookreco
