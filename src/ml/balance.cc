#include "ml/balance.h"

#include <algorithm>
#include <cmath>

#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr std::size_t kRounds = 3;
constexpr std::size_t kPriceSteps = 60;
constexpr std::size_t kCandidates = 8;
constexpr float kFirstStep = 0.05F;  // of cosine, for a cluster e times too large
constexpr std::size_t kPriceRows = 4096;

/// Each row's nearest clusters, best first.
struct Candidates {
  std::size_t per_row = 0;
  std::vector<std::uint32_t> cluster;
  std::vector<float> score;
};

Candidates nearest_few(const RowsView& rows,
                       std::span<const float> centroids,
                       std::size_t threads) {
  const std::size_t k = centroids.size() / rows.dimension;
  Candidates out;
  out.per_row = std::min(kCandidates, k);
  out.cluster.resize(rows.size() * out.per_row);
  out.score.resize(rows.size() * out.per_row);
  score_blocks(rows, centroids, threads, [&](Range range, std::span<float> scores) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const std::span<float> row = scores.subspan((i - range.begin) * k, k);
      for (std::size_t j = 0; j < out.per_row; ++j) {
        const TopTwo top = top_two(row);
        out.cluster[i * out.per_row + j] = top.index;
        out.score[i * out.per_row + j] = top.first;
        row[top.index] = -2;  // below any cosine
      }
    }
  });
  return out;
}

/// Each row to the candidate of best cosine − price. Answers the sizes.
std::vector<std::size_t> assign_priced(const Candidates& candidates,
                                       std::span<const float> prices,
                                       std::size_t threads,
                                       std::vector<std::uint32_t>& cluster) {
  parallel_blocks(cluster.size(), kPriceRows, threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const std::size_t first = i * candidates.per_row;
      std::size_t best = first;
      float best_value = candidates.score[first] - prices[candidates.cluster[first]];
      for (std::size_t j = first + 1; j < first + candidates.per_row; ++j) {
        const float value = candidates.score[j] - prices[candidates.cluster[j]];
        if (value > best_value) {
          best = j;
          best_value = value;
        }
      }
      cluster[i] = candidates.cluster[best];
    }
  });
  std::vector<std::size_t> sizes(prices.size(), 0);
  for (const std::uint32_t c : cluster) {
    ++sizes[c];
  }
  return sizes;
}

/// Moves a price up when the cluster is too large and down when it is too small; towards zero while
/// neither bound holds it.
float next_price(float price, std::size_t size, const SizeBounds& bounds, float step) {
  const auto log_ratio = [&](std::size_t bound) {
    return std::log((static_cast<float>(size) + 0.5F) / (static_cast<float>(bound) + 0.5F));
  };
  if (size > bounds.most || price > 0) {
    return std::max(0.0F, price + step * log_ratio(bounds.most));
  }
  if (size < bounds.least || price < 0) {
    return std::min(0.0F, price + step * log_ratio(bounds.least));
  }
  return 0;
}

/// Finds prices under which the sizes come near the bounds.
void raise_prices(const Candidates& candidates,
                  const SizeBounds& bounds,
                  std::size_t threads,
                  std::vector<float>& prices,
                  std::vector<std::uint32_t>& cluster) {
  for (std::size_t step = 0; step < kPriceSteps; ++step) {
    const auto sizes = assign_priced(candidates, prices, threads, cluster);
    const auto [least, most] = std::ranges::minmax(sizes);
    if (least >= bounds.least && most <= bounds.most) {
      return;
    }
    const float length = kFirstStep / std::sqrt(1 + static_cast<float>(step) / 8);
    for (std::size_t c = 0; c < prices.size(); ++c) {
      prices[c] = next_price(prices[c], sizes[c], bounds, length);
    }
  }
}

struct Move {
  float regret = 0;
  std::uint32_t row = 0;
  std::uint32_t target = 0;
};

/// For rows of clusters that may `give`, the best cluster that may `take`, least regret first.
std::vector<Move> best_moves(const RowsView& rows,
                             std::span<const float> centroids,
                             const std::vector<std::uint32_t>& cluster,
                             const std::vector<bool>& give,
                             const std::vector<std::uint32_t>& take,
                             std::size_t threads) {
  const std::size_t d = rows.dimension;
  std::vector<std::uint32_t> givers;
  std::vector<float> gathered;
  std::vector<float> targets;
  for (const std::uint32_t c : take) {
    targets.insert(targets.end(), centroids.begin() + c * d, centroids.begin() + (c + 1) * d);
  }
  for (std::uint32_t row = 0; row < cluster.size(); ++row) {
    if (give[cluster[row]]) {
      givers.push_back(row);
    }
  }
  std::vector<Move> moves(givers.size());
  constexpr std::size_t kGathered = 1 << 16;
  for (std::size_t begin = 0; begin < givers.size(); begin += kGathered) {
    const std::size_t count = std::min(kGathered, givers.size() - begin);
    gathered.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const auto row = rows.row(givers[begin + i]);
      gathered.insert(gathered.end(), row.begin(), row.end());
    }
    const Assignment best = assign_nearest({gathered, d}, targets, threads);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t row = givers[begin + i];
      const float own = dot(rows.row(row), centroids.subspan(cluster[row] * d, d));
      moves[begin + i] = {own - best.score[i], row, take[best.cluster[i]]};
    }
  }
  std::ranges::sort(moves, [](const Move& a, const Move& b) {
    return a.regret != b.regret ? a.regret < b.regret : a.row < b.row;
  });
  return moves;
}

/// Moves rows out of clusters above `bounds.most` (or, with `fill`, into clusters below
/// `bounds.least`) until none is left. Each round fills a target or mends a source, so it ends.
void repair(const RowsView& rows,
            std::span<const float> centroids,
            const SizeBounds& bounds,
            bool fill,
            std::size_t threads,
            std::vector<std::uint32_t>& cluster) {
  const std::size_t k = centroids.size() / rows.dimension;
  std::vector<std::size_t> sizes(k, 0);
  for (const std::uint32_t c : cluster) {
    ++sizes[c];
  }
  const auto may_give = [&](std::size_t c) {
    return sizes[c] > (fill ? bounds.least : bounds.most);
  };
  const auto may_take = [&](std::size_t c) {
    return sizes[c] < (fill ? bounds.least : bounds.most);
  };
  for (;;) {
    std::vector<bool> give(k);
    std::vector<std::uint32_t> take;
    bool any_give = false;
    for (std::uint32_t c = 0; c < k; ++c) {
      give[c] = may_give(c);
      any_give = any_give || give[c];
      if (may_take(c)) {
        take.push_back(c);
      }
    }
    if (!any_give || take.empty()) {
      return;
    }
    for (const Move& move : best_moves(rows, centroids, cluster, give, take, threads)) {
      const std::uint32_t source = cluster[move.row];
      if (may_give(source) && may_take(move.target)) {
        --sizes[source];
        ++sizes[move.target];
        cluster[move.row] = move.target;
      }
    }
  }
}

}  // namespace

void balance(const RowsView& rows,
             const SizeBounds& bounds,
             std::size_t threads,
             std::vector<float>& centroids,
             std::vector<std::uint32_t>& cluster) {
  const std::size_t k = centroids.size() / rows.dimension;
  std::vector<float> prices(k, 0.0F);
  for (std::size_t round = 0; round < kRounds; ++round) {
    raise_prices(nearest_few(rows, centroids, threads), bounds, threads, prices, cluster);
    update_centroids(rows, cluster, k, threads, centroids);
  }
  repair(rows, centroids, bounds, false, threads, cluster);
  repair(rows, centroids, bounds, true, threads, cluster);
  update_centroids(rows, cluster, k, threads, centroids);
}

}  // namespace bookreco
