#include "recommend/pool.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "kernels/linear.h"
#include "recommend/explain.h"

namespace bookreco {
namespace {

constexpr std::size_t kNeighbours = 50;     // of each liked book
constexpr std::size_t kMaxScans = 8;        // of the whole catalogue, for one request
constexpr std::size_t kMaxSameFacet = 100;  // books of one author or series

std::uint64_t key_of(const Candidate& candidate) {
  return (std::uint64_t{candidate.ref.row} << 1) |
         static_cast<std::uint64_t>(candidate.ref.in_delta);
}

/// Leaves each book once, with its best score, in the order of the rows.
void keep_once(std::vector<Candidate>& candidates) {
  std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
    return key_of(a) != key_of(b) ? key_of(a) < key_of(b) : a.score > b.score;
  });
  const auto repeated = std::ranges::unique(candidates, {}, key_of);
  candidates.erase(repeated.begin(), repeated.end());
}

class Pool {
 public:
  Pool(const Snapshot& snapshot, const History& history, const Scope& scope)
      : snapshot_(snapshot),
        history_(history),
        scope_(scope),
        series_(snapshot, history.refs(), scope) {}

  void add(RowRef found, double score) {
    if (scope_.allows(found)) {
      candidates_.push_back({found, score});
    }
  }

  /// Keeps the best `size` of what may be recommended.
  void keep_best(std::size_t size) {
    keep_once(candidates_);
    std::erase_if(candidates_, [&](Candidate& candidate) {
      const auto ref = series_.stand_in(candidate.ref);
      candidate.ref = ref.value_or(candidate.ref);
      return !ref || history_.works.contains(snapshot_.segment(*ref).work_key(ref->row));
    });
    keep_once(candidates_);
    if (candidates_.size() < size) {
      return;
    }
    const auto worst = candidates_.begin() + static_cast<std::ptrdiff_t>(size) - 1;
    std::ranges::nth_element(candidates_, worst, [this](const Candidate& a, const Candidate& b) {
      return ranks_before(snapshot_, Metric::kCosine, a, b);
    });
    candidates_.resize(size);
    worst_ = candidates_.back().score;
  }
  /// Books that score less are not kept; as of the last keep_best().
  double worst() const { return worst_; }

  std::vector<Candidate> take() { return std::move(candidates_); }

 private:
  const Snapshot& snapshot_;
  const History& history_;
  const Scope& scope_;
  SeriesRule series_;
  std::vector<Candidate> candidates_;
  double worst_ = -HUGE_VAL;
};

void add_same_facet(const Snapshot& snapshot, const Past& past, FacetKind kind, Pool& pool) {
  BookValues values(snapshot, past.ref);
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    for (const std::uint32_t value : values.in(in_delta, column_of(kind))) {
      const auto rows = segment.attributes().rows_with(column_of(kind), value);
      for (const std::uint32_t row : rows.first(std::min(rows.size(), kMaxSameFacet))) {
        const auto vector = segment.vectors().vector(row);
        const double cosine =
            past.vector.empty() ? 0 : static_cast<double>(dot(past.vector, vector));
        pool.add({in_delta, row}, past.weight * cosine);
      }
    }
  });
}

/// From the precomputed list, else by a scan while some are left.
void add_neighbours(const PoolRequest& request,
                    const Past& past,
                    std::size_t& scans_left,
                    Pool& pool) {
  const Snapshot& snapshot = request.snapshot;
  const auto listed = past.ref.in_delta || request.filtered
                          ? std::span<const Neighbour>()
                          : snapshot.base->neighbours(past.ref.row);
  if (listed.empty() && scans_left > 0) {
    --scans_left;
    for (const Candidate& found : nearest(
             snapshot, past.vector, Metric::kCosine, kNeighbours, request.scope, request.threads)) {
      pool.add(found.ref, past.weight * found.score);
    }
    return;
  }
  for (const Neighbour& neighbour : listed) {
    pool.add({false, neighbour.row}, past.weight * neighbour.score);
  }
  if (snapshot.delta) {
    for (const Neighbour& neighbour : snapshot.delta->nearest(
             past.vector, Metric::kCosine, kNeighbours, request.scope.of(true))) {
      pool.add({true, neighbour.row}, past.weight * neighbour.score);
    }
  }
}

}  // namespace

std::vector<Candidate> candidate_pool(const PoolRequest& request,
                                      std::span<const float> taste,
                                      std::size_t size,
                                      std::span<const Candidate> suggested) {
  const Snapshot& snapshot = request.snapshot;
  Pool pool(snapshot, request.history, request.scope);
  // Above any cosine, so that none of them falls to the limit.
  for (const Candidate& found : suggested) {
    pool.add(found.ref, 2 + found.score);
  }
  /// Answers what a book that was not found scores at most.
  const auto add_near_taste = [&](std::size_t wanted) {
    const auto found =
        nearest(snapshot, taste, Metric::kCosine, wanted, request.scope, request.threads);
    for (const Candidate& each : found) {
      pool.add(each.ref, each.score);
    }
    return found.size() < wanted ? -HUGE_VAL : found.back().score;
  };
  // So many have a place beside what is suggested; some are known, suggested too or later volumes.
  const std::size_t places = size - std::min(size, suggested.size()) + size / 8;
  const double unseen = add_near_taste(std::min(places, size));
  pool.keep_best(size);
  std::size_t scans_left = kMaxScans;
  for (const Past& past : request.history.liked) {
    if (past.weight < pool.worst()) {
      continue;  // what is near it scores no more than it weighs
    }
    add_same_facet(snapshot, past, FacetKind::kAuthor, pool);
    add_same_facet(snapshot, past, FacetKind::kSeries, pool);
    if (!past.vector.empty()) {
      add_neighbours(request, past, scans_left, pool);
    }
  }
  pool.keep_best(size);
  if (pool.worst() < unseen) {
    add_near_taste(size);
    pool.keep_best(size);
  }
  return pool.take();
}

}  // namespace bookreco
