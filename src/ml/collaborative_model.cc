#include "ml/collaborative_model.h"

#include <algorithm>
#include <cmath>

namespace bookreco {
namespace {

bool better(const ScoredItem& a, const ScoredItem& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

}  // namespace

std::vector<std::vector<ScoredItem>> CollaborativeModel::explain_each(
    std::span<const std::uint32_t> items, ItemHistory history) const {
  std::vector<std::vector<ScoredItem>> reasons;
  for (const std::uint32_t item : items) {
    reasons.push_back(explain(item, history));
  }
  return reasons;
}

std::vector<ScoredItem> top_items(std::span<const float> scores,
                                  std::size_t n,
                                  std::span<const std::uint32_t> excluded) {
  std::vector<ScoredItem> heap;  // the worst of the best on top
  if (n == 0) {
    return heap;
  }
  heap.reserve(std::min(n, scores.size()));
  auto next = excluded.begin();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    while (next != excluded.end() && *next < i) {
      ++next;
    }
    const bool full = heap.size() == n;
    if (!std::isfinite(scores[i]) || (full && !(scores[i] > heap.front().score)) ||
        (next != excluded.end() && *next == i)) {
      continue;
    }
    if (full) {
      std::ranges::pop_heap(heap, better);
      heap.pop_back();
    }
    heap.push_back({static_cast<std::uint32_t>(i), scores[i]});
    std::ranges::push_heap(heap, better);
  }
  std::ranges::sort_heap(heap, better);
  return heap;
}

Status check_space(const CollaborativeModel& model, std::string_view space) {
  const std::string& fitted = model.info().space;
  if (!fitted.empty() && fitted != space) {
    return fail(Code::kFailedPrecondition,
                "the {} model was fitted in vector space {}, the books are in {}: train it again",
                model.info().kind,
                fitted,
                space);
  }
  return {};
}

}  // namespace bookreco
