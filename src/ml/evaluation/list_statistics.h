#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "ml/collaborative_model.h"
#include "ml/interaction_matrix.h"

namespace bookreco {

/// How often each item stands among the first k of the lists. `add` is safe from any thread.
class ShownCounts {
 public:
  ShownCounts(std::size_t items, std::size_t k) : k_(k), counts_(items, 0) {}

  void add(std::span<const ScoredItem> list);
  double coverage() const;
  double gini() const;

 private:
  std::size_t k_;
  std::vector<std::uint64_t> counts_;
};

/// Mean of -log2((readers of the item + 1) / (readers + 1)) over a list; 0 for an empty one.
double novelty(std::span<const ScoredItem> list,
               std::span<const std::uint32_t> item_counts,
               std::size_t readers);

/// Intra-list diversity by who read the items. One thread each.
class ListDiversity {
 public:
  /// `readers_of_items` outlives this.
  explicit ListDiversity(const InteractionMatrix& readers_of_items)
      : readers_of_items_(readers_of_items), sums_(readers_of_items.columns(), 0.0F) {}

  /// 1 - mean cosine over the pairs of a list; 0 for fewer than two items. An item that nobody read
  /// is like no other.
  double of(std::span<const ScoredItem> list);

 private:
  const InteractionMatrix& readers_of_items_;
  std::vector<float> sums_;  ///< zero between calls
};

}  // namespace bookreco
