#include "recommend/recommend.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "kernels/linear.h"
#include "recommend/diversify.h"
#include "recommend/edition.h"
#include "recommend/explain.h"
#include "recommend/pool.h"
#include "recommend/readers_say.h"
#include "recommend/rotation.h"
#include "recommend/tour.h"

namespace bookreco {
namespace {

constexpr double kNearestShare = 0.55;
constexpr double kTasteShare = 0.25;
constexpr double kLabelShare = 0.12;
constexpr double kAuthorShare = 0.08;
constexpr double kDislikeShare = 0.5;
constexpr std::size_t kSmallestPool = 400;
constexpr std::size_t kMostCauses = 2;  ///< liked books named in "because of"

/// A candidate with what its score owes to the history.
struct Scored {
  Candidate candidate;
  const Past* cause = nullptr;  ///< the liked book nearest to it
  double contribution = 0;
  double trust = 0;  ///< the part of the score that is the readers'
};

class Scorer {
 public:
  Scorer(const Snapshot& snapshot, const History& history, std::span<const float> taste)
      : snapshot_(snapshot),
        history_(history),
        taste_(taste),
        labels_(snapshot, history, FacetKind::kLabel),
        authors_(snapshot, history, FacetKind::kAuthor) {}

  Scored operator()(RowRef ref) const {
    const auto vector = vector_of(snapshot_, ref);
    Scored scored;
    double nearest_liked = 0;
    for (const Past& past : history_.liked) {
      const double product = past.weight * cosine(vector, past.vector);
      if (product > nearest_liked) {
        nearest_liked = product;
        scored.cause = &past;
      }
    }
    double nearest_disliked = 0;
    for (const Past& past : history_.disliked) {
      nearest_disliked = std::max(nearest_disliked, cosine(vector, past.vector));
    }
    scored.contribution = kNearestShare * nearest_liked;
    scored.candidate = {ref,
                        scored.contribution + kTasteShare * std::max(0.0, cosine(vector, taste_)) +
                            kLabelShare * labels_(ref) + kAuthorShare * authors_(ref) -
                            kDislikeShare * nearest_disliked * nearest_disliked};
    return scored;
  }

 private:
  static double cosine(std::span<const float> a, std::span<const float> b) {
    return b.empty() ? 0 : static_cast<double>(dot(a, b));
  }

  const Snapshot& snapshot_;
  const History& history_;
  std::span<const float> taste_;
  TasteOf labels_;
  TasteOf authors_;
};

Status check(const RecommendRequest& request) {
  BOOKRECO_TRY_VOID(check_k(request.k));
  if (!(request.diversity >= 0 && request.diversity <= 1)) {
    return fail(
        Code::kInvalidArgument, "diversity is {}: give a number from 0 to 1", request.diversity);
  }
  if (const double rotation = request.rotation.value_or(0); !(rotation >= 0 && rotation <= 1)) {
    return fail(Code::kInvalidArgument, "rotation is {}: give a number from 0 to 1", rotation);
  }
  return {};
}

/// Puts what readers say in place of a part of what content says, each relative to its best.
void blend(const ReadersSay& readers, std::vector<Scored>& scored) {
  double best = 0;
  for (const Scored& each : scored) {
    best = std::max(best, each.candidate.score);
  }
  for (Scored& each : scored) {
    each.trust = readers.trust(each.candidate.ref);
    const double content = best > 0 ? each.candidate.score / best : 0;
    each.candidate.score =
        each.trust * readers.score(each.candidate.ref) + (1 - each.trust) * content;
    each.contribution *= best > 0 ? (1 - each.trust) / best : 0;
  }
}

std::vector<Scored> choose(const Snapshot& snapshot,
                           const RecommendRequest& request,
                           const History& history,
                           const ReadersSay& readers,
                           const Scope& scope,
                           const Editions& editions,
                           const Rotation& rotation,
                           std::size_t threads) {
  const auto k = static_cast<std::size_t>(request.k);
  const std::vector<float> taste = taste_vector(history, snapshot.base->vectors().dimension());
  const Scorer score(snapshot, history, taste);
  const std::size_t size = std::max(kSmallestPool, 4 * k);
  const std::vector<Candidate> suggested = readers.best(size / 2, editions);
  std::vector<Scored> scored;
  for (const Candidate& candidate : candidate_pool(
           snapshot, history, taste, size, !request.filter.empty(), suggested, scope, threads)) {
    scored.push_back(score(candidate.ref));
  }
  if (!readers.empty()) {
    blend(readers, scored);
  }
  for (Scored& each : scored) {
    Candidate& candidate = each.candidate;
    candidate.score = rotation.cooled(candidate.ref, candidate.score);
    candidate.ref = editions.in_place_of(candidate.ref);
  }
  std::sort(scored.begin(), scored.end(), [&](const Scored& a, const Scored& b) {
    return ranks_before(snapshot, Metric::kCosine, a.candidate, b.candidate);
  });
  std::vector<Candidate> ranked;
  ranked.reserve(scored.size());
  for (const Scored& each : scored) {
    ranked.push_back(each.candidate);
  }
  std::vector<Scored> chosen;
  for (const std::size_t index : diversify(snapshot, ranked, k, request.diversity)) {
    chosen.push_back(scored[index]);
  }
  return chosen;
}

/// The liked books that a score comes from, heaviest first, each with its part of it: what readers
/// say by the model's own summands, what content says by the nearest book.
std::vector<ReadersSay::Cause> causes_of(const ReadersSay& readers, const Scored& each) {
  std::vector<ReadersSay::Cause> causes = readers.causes(each.candidate.ref, kMostCauses);
  for (ReadersSay::Cause& cause : causes) {
    cause.share *= each.trust;
  }
  if (each.cause != nullptr) {
    const auto same = std::ranges::find(causes, each.cause, &ReadersSay::Cause::past);
    if (same != causes.end()) {
      same->share += each.contribution;
    } else {
      causes.push_back({each.cause, each.contribution});
    }
  }
  std::ranges::stable_sort(causes, std::greater<>(), &ReadersSay::Cause::share);
  causes.resize(std::min(causes.size(), kMostCauses));
  return causes;
}

/// Explains each answer by the liked books that it comes from, and by what it shares with the first
/// of them, or with the heaviest where it comes from none.
void explain(const Snapshot& snapshot,
             const History& history,
             const ReadersSay& readers,
             const std::vector<Scored>& chosen,
             Hits& answer) {
  std::unordered_map<const Past*, Explainer> explainers;
  for (const Scored& each : chosen) {
    const auto causes = causes_of(readers, each);
    const Past* first = causes.empty() ? &history.liked.front() : causes.front().past;
    Explainer& explainer = explainers.try_emplace(first, snapshot, first->ref).first->second;
    answer.hits.push_back(make_hit(snapshot, each.candidate));
    std::vector<Reason>& reasons = answer.hits.back().reasons;
    for (const ReadersSay::Cause& cause : causes) {
      reasons.push_back({ReasonKind::kBecauseOf,
                         snapshot.segment(cause.past->ref).title(cause.past->ref.row),
                         static_cast<float>(cause.share)});
    }
    const auto shared = explainer.reasons(each.candidate.ref);
    reasons.insert(reasons.end(), shared.begin(), shared.end());
  }
}

void answer_tour(const Snapshot& snapshot, const std::vector<Candidate>& stops, Hits& answer) {
  answer.strategy = "tour";
  for (const Candidate& stop : stops) {
    answer.hits.push_back(make_hit(snapshot, stop));
    const std::uint32_t cluster = snapshot.segment(stop.ref).cluster(stop.ref.row);
    if (cluster < snapshot.cluster_names.size()) {
      answer.hits.back().reasons.push_back(
          {ReasonKind::kSameCluster, snapshot.cluster_names[cluster], 0});
    }
  }
}

}  // namespace

Result<Hits> recommend(const std::shared_ptr<const Snapshot>& snapshot,
                       const RecommendRequest& request,
                       std::size_t threads) {
  BOOKRECO_TRY_VOID(check(request));
  BOOKRECO_TRY(const History history, find_history(*snapshot, request));
  Hits answer = start_answer(snapshot, "content");
  if (request.k == 0) {
    return answer;
  }
  const Scope scope(*snapshot, request.filter, Availability::kAvailable);
  const Editions editions(*snapshot, request.prefer, history.liked_refs(), scope);
  const Rotation rotation(*snapshot, request.seen, request.rotation.value_or(0));
  answer.history = static_cast<std::int64_t>(history.liked.size() + history.disliked.size());
  if (!history.liked.empty()) {
    const ReadersSay readers(*snapshot, history);
    const auto chosen =
        choose(*snapshot, request, history, readers, scope, editions, rotation, threads);
    if (!chosen.empty()) {
      answer.strategy = readers.empty() ? "content" : "hybrid";
      explain(*snapshot, history, readers, chosen, answer);
      return answer;
    }
    answer.degraded = true;
  }
  const auto k = static_cast<std::size_t>(request.k);
  answer_tour(*snapshot, tour(*snapshot, history, editions, rotation, k, scope, threads), answer);
  return answer;
}

}  // namespace bookreco
