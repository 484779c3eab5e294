#include "recommend/similar.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "recommend/candidates.h"
#include "recommend/edition.h"
#include "recommend/explain.h"

namespace bookreco {
namespace {

/// Rows asked for beyond k, for the editions that will be dropped; more are asked for when they
/// were not enough.
constexpr std::size_t kSpareRows = 6;
/// A value that more rows have says too little to look at each of them.
constexpr std::size_t kMaxRowsOfValue = 50'000;

/// One request on its way.
struct Search {
  const Snapshot& snapshot;
  const SimilarRequest& request;
  RowRef source;
  std::size_t k;
  std::size_t threads;
  Scope scope;
};

void keep_same(Search& search) {
  const Snapshot& snapshot = search.snapshot;
  BookValues values(snapshot, search.source);
  for (const FacetKind kind : search.request.same) {
    for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
      RowSet sharing(segment.rows());
      for (const std::uint32_t value : values.in(in_delta, column_of(kind))) {
        for (const std::uint32_t row : segment.attributes().rows_with(column_of(kind), value)) {
          sharing.insert(row);
        }
      }
      search.scope.keep(in_delta, sharing);
    });
  }
  if (search.request.within_cluster) {
    const std::uint32_t cluster = snapshot.segment(search.source).cluster(search.source.row);
    for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
      RowSet members(segment.rows());
      for (const std::uint32_t row : segment.clusters().rows_of(cluster)) {
        members.insert(row);
      }
      search.scope.keep(in_delta, members);
    });
  }
}

/// Keeps candidates that come in rank order, one per work, until there are k.
class Picker {
 public:
  explicit Picker(const Search& search) : search_(search), works_(search.k + 1) {
    works_.insert(work_of(search.source));
    picked_.reserve(search.k);
  }
  /// True when the answer is full.
  bool offer(const Candidate& candidate) {
    if (search_.scope.allows(candidate.ref) && works_.insert(work_of(candidate.ref))) {
      picked_.push_back(candidate);
    }
    return picked_.size() == search_.k;
  }
  std::vector<Candidate> take() { return std::move(picked_); }

 private:
  std::uint64_t work_of(RowRef ref) const {
    return search_.snapshot.segment(ref).work_key(ref.row);
  }

  const Search& search_;
  WorkSet works_;
  std::vector<Candidate> picked_;
};

/// The answer from the precomputed list and a scan of the delta; nullopt when they do not prove it.
std::optional<std::vector<Candidate>> from_lists(const Search& search) {
  const Snapshot& snapshot = search.snapshot;
  if (search.request.metric != Metric::kCosine || search.source.in_delta) {
    return std::nullopt;
  }
  auto base = snapshot.base->neighbours(search.source.row);
  if (base.empty()) {
    return std::nullopt;
  }
  const bool base_is_whole = base.size() + 1 >= snapshot.base->rows();
  std::vector<Neighbour> found;
  bool delta_is_whole = true;
  if (snapshot.delta) {
    const std::size_t wanted = search.k + kSpareRows;
    found = snapshot.delta->nearest(
        vector_of(snapshot, search.source), Metric::kCosine, wanted, search.scope.of(true));
    delta_is_whole = found.size() < wanted;
  }
  std::span<const Neighbour> delta = found;
  Picker picker(search);
  while ((!base.empty() || base_is_whole) && (!delta.empty() || delta_is_whole)) {
    if (base.empty() && delta.empty()) {
      return picker.take();
    }
    const Candidate first =
        base.empty() ? Candidate() : Candidate{{false, base.front().row}, base.front().score};
    const Candidate second =
        delta.empty() ? Candidate() : Candidate{{true, delta.front().row}, delta.front().score};
    const bool take_base =
        delta.empty() || (!base.empty() && ranks_before(snapshot, Metric::kCosine, first, second));
    if (picker.offer(take_base ? first : second)) {
      return picker.take();
    }
    (take_base ? base : delta) = (take_base ? base : delta).subspan(1);
  }
  return std::nullopt;
}

std::vector<Candidate> from_scan(const Search& search) {
  const auto vector = vector_of(search.snapshot, search.source);
  const auto guesses = search.source.in_delta ? std::span<const Neighbour>()
                                              : search.snapshot.base->neighbours(search.source.row);
  for (std::size_t wanted = search.k + kSpareRows;; wanted *= 4) {
    const std::vector<Candidate> ranked = nearest(search.snapshot,
                                                  vector,
                                                  search.request.metric,
                                                  wanted,
                                                  search.scope,
                                                  search.threads,
                                                  guesses);
    Picker picker(search);
    const bool full = std::any_of(
        ranked.begin(), ranked.end(), [&](const Candidate& next) { return picker.offer(next); });
    if (full || ranked.size() < wanted) {
      return picker.take();
    }
  }
}

/// Ranks books by the values they share with the source: each counts its weight × log(1 + books /
/// books that have it), as idf does for words; the score is the share of the source's own sum.
std::vector<Candidate> from_attributes(const Search& search) {
  static constexpr std::pair<FacetKind, double> kWeights[] = {{FacetKind::kSeries, 4},
                                                              {FacetKind::kAuthor, 3},
                                                              {FacetKind::kLabel, 1},
                                                              {FacetKind::kCollection, 0.5}};
  const Snapshot& snapshot = search.snapshot;
  const auto books = static_cast<double>(snapshot.books());
  BookValues values(snapshot, search.source);
  std::vector<Candidate> ranked;
  double whole = 0;
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    const bool own = in_delta == search.source.in_delta;
    std::unordered_map<std::uint32_t, double> scores;
    for (const auto& [kind, weight] : kWeights) {
      const std::size_t column = column_of(kind);
      for (const std::uint32_t value : values.in(in_delta, column)) {
        const std::size_t sharing = frequency(snapshot, in_delta, column, value);
        const double worth = weight * std::log1p(books / static_cast<double>(sharing));
        whole += own ? worth : 0;
        if (sharing <= kMaxRowsOfValue) {
          for (const std::uint32_t row : segment.attributes().rows_with(column, value)) {
            scores[row] += worth;
          }
        }
      }
    }
    for (const auto& [row, score] : scores) {
      ranked.push_back({{in_delta, row}, score});
    }
  });
  for (Candidate& candidate : ranked) {
    candidate.score /= whole;
  }
  std::sort(ranked.begin(), ranked.end(), [&](const Candidate& a, const Candidate& b) {
    return ranks_before(snapshot, Metric::kCosine, a, b);
  });
  Picker picker(search);
  for (const Candidate& candidate : ranked) {
    if (picker.offer(candidate)) {
      break;
    }
  }
  return picker.take();
}

/// The precomputed list holds what the first neighbours share, as long as nothing was added that
/// would change how rare it is.
void explain(const Search& search, const std::vector<Candidate>& picked, Hits& answer) {
  const Snapshot& snapshot = search.snapshot;
  Explainer explainer(snapshot, search.source);
  std::span<const Neighbour> list;
  if (!snapshot.delta) {
    list = snapshot.base->neighbours(search.source.row);
    list = list.first(std::min(list.size(), snapshot.base->explained()));
  }
  std::size_t place = 0;
  answer.hits.reserve(picked.size());
  for (const Candidate& candidate : picked) {
    const auto found = std::find_if(
        list.begin() + static_cast<std::ptrdiff_t>(place), list.end(), [&](const Neighbour& one) {
          return one.row == candidate.ref.row;
        });
    if (found != list.end()) {
      place = static_cast<std::size_t>(found - list.begin());
    }
    answer.hits.push_back(make_hit(snapshot, candidate));
    answer.hits.back().reasons =
        found != list.end() ? explainer.reasons_of_place(place) : explainer.reasons(candidate.ref);
  }
}

}  // namespace

Result<Hits> similar(const std::shared_ptr<const Snapshot>& snapshot,
                     const SimilarRequest& request,
                     std::size_t threads) {
  BOOKRECO_TRY_VOID(check_k(request.k));
  const std::optional<RowRef> source = snapshot->find(request.id);
  if (!source) {
    return fail(Code::kNotFound, "no book has the id, EAN or ISBN \"{}\"", request.id);
  }
  Hits answer = start_answer(snapshot, "neighbours");
  if (request.k == 0) {
    return answer;
  }
  Search search{*snapshot,
                request,
                *source,
                static_cast<std::size_t>(request.k),
                threads,
                Scope(*snapshot, request.filter, Availability::kAvailable)};
  keep_same(search);
  std::vector<Candidate> picked;
  if (is_zero(vector_of(*snapshot, *source))) {
    picked = from_attributes(search);
    answer.strategy = "attributes";
    answer.degraded = true;
  } else if (auto listed = from_lists(search)) {
    picked = std::move(*listed);
  } else {
    picked = from_scan(search);
    answer.strategy = "scan";
  }
  const Editions editions(*snapshot, request.prefer, {&search.source, 1}, search.scope);
  for (Candidate& candidate : picked) {
    candidate.ref = editions.in_place_of(candidate.ref);
  }
  explain(search, picked, answer);
  return answer;
}

}  // namespace bookreco
