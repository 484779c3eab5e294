#include "ml/evaluation/list_statistics.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "ml/evaluation/metrics_ranking.h"

namespace bookreco {

void ShownCounts::add(std::span<const ScoredItem> list) {
  for (const ScoredItem& shown : list.first(std::min(k_, list.size()))) {
    std::atomic_ref(counts_[shown.item]).fetch_add(1, std::memory_order_relaxed);
  }
}

double ShownCounts::coverage() const {
  const auto shown = std::ranges::count_if(counts_, [](std::uint64_t count) { return count > 0; });
  return counts_.empty() ? 0 : static_cast<double>(shown) / static_cast<double>(counts_.size());
}

double ShownCounts::gini() const {
  return bookreco::gini(counts_);
}

double novelty(std::span<const ScoredItem> list,
               std::span<const std::uint32_t> item_counts,
               std::size_t readers) {
  if (list.empty()) {
    return 0;
  }
  double sum = 0;
  for (const ScoredItem& shown : list) {
    sum -= std::log2((static_cast<double>(item_counts[shown.item]) + 1) /
                     (static_cast<double>(readers) + 1));
  }
  return sum / static_cast<double>(list.size());
}

/// Of unit vectors, |Σ x|² is their number and twice the sum of the pairs' cosines.
double ListDiversity::of(std::span<const ScoredItem> list) {
  if (list.size() < 2) {
    return 0;
  }
  double read = 0;
  for (const ScoredItem& shown : list) {
    const auto readers = readers_of_items_.row(shown.item).columns;
    read += readers.empty() ? 0 : 1;
    for (const std::uint32_t reader : readers) {
      sums_[reader] += 1 / std::sqrt(static_cast<float>(readers.size()));
    }
  }
  double squares = 0;
  for (const ScoredItem& shown : list) {
    for (const std::uint32_t reader : readers_of_items_.row(shown.item).columns) {
      squares += static_cast<double>(sums_[reader]) * static_cast<double>(sums_[reader]);
      sums_[reader] = 0;
    }
  }
  const auto n = static_cast<double>(list.size());
  return 1 - ((squares - read) / (n * (n - 1)));
}

}  // namespace bookreco
