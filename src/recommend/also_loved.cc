#include "recommend/also_loved.h"

#include <algorithm>
#include <cmath>

#include "recommend/diversify.h"
#include "recommend/edition.h"
#include "recommend/explain.h"
#include "recommend/readers_say.h"
#include "recommend/series_rule.h"
#include "recommend/similar.h"

namespace bookreco {
namespace {

constexpr std::size_t kFewestRanked = 500;  ///< works that are ranked anew
/// Up to about so many readers a work is not held back. Of ten books shown, other readers loved as
/// many with it as without; the book shown most stands under 2 % of books instead of 6 %.
constexpr double kFewReaders = 50;

double held_back(const Snapshot& snapshot, const Candidate& said) {
  const auto readers = static_cast<double>(readers_of(snapshot, said.ref));
  return said.score / std::sqrt(kFewReaders + readers);
}

std::vector<Candidate> rank(const Snapshot& snapshot,
                            RowRef source,
                            const History& history,
                            const ReadersSay& readers,
                            std::size_t k,
                            const Scope& scope) {
  SeriesRule series(snapshot, history.refs(), scope);
  const Editions editions(snapshot, {}, {&source, 1}, scope);
  std::vector<Candidate> ranked;
  for (const Candidate& said : readers.best(std::max(kFewestRanked, 4 * k), editions)) {
    const auto ref = series.stand_in(said.ref);
    if (ref && !history.works.contains(snapshot.segment(*ref).work_key(ref->row))) {
      ranked.push_back({editions.in_place_of(*ref), held_back(snapshot, said)});
    }
  }
  std::ranges::sort(ranked, [&](const Candidate& a, const Candidate& b) {
    return ranks_before(snapshot, Metric::kCosine, a, b);
  });
  std::vector<Candidate> chosen;
  for (const std::size_t index : diversify(snapshot, ranked, k, 0)) {
    chosen.push_back(ranked[index]);
    chosen.back().score /= ranked.front().score;
  }
  return chosen;
}

Result<Hits> by_content(const std::shared_ptr<const Snapshot>& snapshot,
                        const AlsoLovedRequest& request,
                        std::size_t threads) {
  SimilarRequest like;
  like.id = request.id;
  like.k = request.k;
  like.filter = request.filter;
  BOOKRECO_TRY(Hits answer, similar(snapshot, like, threads));
  answer.strategy = "content";
  answer.degraded = true;
  return answer;
}

}  // namespace

Result<Hits> also_loved(const std::shared_ptr<const Snapshot>& snapshot,
                        const AlsoLovedRequest& request,
                        std::size_t threads) {
  BOOKRECO_TRY_VOID(check_k(request.k));
  const auto source = snapshot->find(request.id);
  if (!source) {
    return fail(Code::kNotFound, "no book has the id, EAN or ISBN \"{}\"", request.id);
  }
  RecommendRequest reader;
  reader.loved = {request.id};
  BOOKRECO_TRY(const History history, find_history(*snapshot, reader));
  const ReadersSay readers(*snapshot, history);
  if (readers.empty()) {
    return by_content(snapshot, request, threads);
  }
  Hits answer = start_answer(snapshot, "readers");
  const Scope scope(*snapshot, request.filter, Availability::kAvailable);
  Explainer explainer(*snapshot, *source);
  for (const Candidate& each :
       rank(*snapshot, *source, history, readers, static_cast<std::size_t>(request.k), scope)) {
    Hit hit = make_hit(*snapshot, each);
    hit.readers = readers_of(*snapshot, each.ref);
    hit.reasons = explainer.reasons(each.ref);
    answer.hits.push_back(std::move(hit));
  }
  return answer;
}

}  // namespace bookreco
