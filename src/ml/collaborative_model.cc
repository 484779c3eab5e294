#include "ml/collaborative_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/linear.h"

namespace bookreco {
namespace {

bool better(const ScoredItem& a, const ScoredItem& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

}  // namespace

std::vector<ScoredItem> top_items(std::span<const float> scores,
                                  std::size_t n,
                                  std::span<const std::uint32_t> excluded) {
  n = std::min(n, scores.size());
  std::vector<ScoredItem> best;  // the n best of those seen are among them
  if (n == 0) {
    return best;
  }
  best.reserve(2 * n);
  float bound = -std::numeric_limits<float>::infinity();  // what is not above it is not of the best
  const auto keep_best = [&] {
    std::ranges::nth_element(best, best.begin() + static_cast<std::ptrdiff_t>(n) - 1, better);
    best.resize(n);
    bound = best.back().score;
  };
  auto next = excluded.begin();
  for (std::size_t i = find_above(scores, 0, bound); i < scores.size();
       i = find_above(scores, i + 1, bound)) {
    next = std::find_if(next, excluded.end(), [&](std::uint32_t item) { return item >= i; });
    if ((next != excluded.end() && *next == i) || std::isinf(scores[i])) {
      continue;
    }
    best.push_back({static_cast<std::uint32_t>(i), scores[i]});
    if (best.size() == 2 * n) {
      keep_best();
    }
  }
  if (best.size() > n) {
    keep_best();
  }
  std::ranges::sort(best, better);
  return best;
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
