#include "recommend/recommend.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "recommend/diversify.h"
#include "recommend/edition.h"
#include "recommend/explain.h"
#include "recommend/ranking.h"
#include "recommend/rotation.h"
#include "recommend/tour.h"

namespace bookreco {
namespace {

constexpr std::size_t kSmallestPool = 400;
constexpr std::size_t kMostCauses = 2;  ///< liked books named in "because of"

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

std::vector<Ranked> choose(const RecommendRequest& request,
                           const PoolRequest& pool,
                           const ReadersSay& readers,
                           const Editions& editions,
                           const Rotation& rotation) {
  const auto k = static_cast<std::size_t>(request.k);
  const std::size_t size = std::max(kSmallestPool, 4 * k);
  const std::vector<Ranked> ranked = rank(pool, readers, size, editions, rotation);
  std::vector<Candidate> candidates;
  candidates.reserve(ranked.size());
  for (const Ranked& each : ranked) {
    candidates.push_back(each.candidate);
  }
  std::vector<Ranked> chosen;
  for (const std::size_t index : diversify(pool.snapshot, candidates, k, request.diversity)) {
    chosen.push_back(ranked[index]);
  }
  return chosen;
}

/// The liked books that a score comes from, heaviest first, each with its part of it: what readers
/// say by the model's own summands, what content says by the nearest book.
std::vector<ReadersSay::Cause> causes_of(const ReadersSay& readers,
                                         const Ranked& each,
                                         std::vector<ReadersSay::Cause> causes) {
  const Shares shares = shares_of(readers, each);
  for (ReadersSay::Cause& cause : causes) {
    cause.share *= shares.readers;
  }
  if (each.content.nearest != nullptr && each.content.score > 0) {
    const double own =
        shares.content * std::min(1.0, each.content.nearest_part / each.content.score);
    const auto same = std::ranges::find(causes, each.content.nearest, &ReadersSay::Cause::past);
    if (same != causes.end()) {
      same->share += own;
    } else {
      causes.push_back({each.content.nearest, own});
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
             const std::vector<Ranked>& chosen,
             Hits& answer) {
  std::vector<std::optional<std::uint32_t>> items;
  items.reserve(chosen.size());
  for (const Ranked& each : chosen) {
    items.push_back(each.item);
  }
  const auto of_readers = readers.causes(items, kMostCauses);
  std::unordered_map<const Past*, Explainer> explainers;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Ranked& each = chosen[i];
    const auto causes = causes_of(readers, each, of_readers[i]);
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
    const PoolRequest pool{*snapshot, history, scope, !request.filter.empty(), threads};
    const auto chosen = choose(request, pool, readers, editions, rotation);
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
