#include "recommend/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "recommend/pool.h"

namespace bookreco {
namespace {

constexpr std::size_t kCasePool = 400;

double part(std::span<const float> weights, const Voices& voices, Voice voice) {
  const auto i = static_cast<std::size_t>(voice);
  return static_cast<double>(weights[i] * voices[i]);
}

/// Scores become likelihoods beside the best.
void blend(const ReadersSay& readers, std::vector<Ranked>& ranked) {
  double best = -HUGE_VAL;
  for (Ranked& each : ranked) {
    const RowRef ref = each.candidate.ref;
    each.voices = readers.voices(ref, each.content.score);
    const auto weights = readers.weights(ref);
    each.candidate.score =
        std::inner_product(weights.begin(), weights.end(), each.voices.begin(), 0.0);
    best = std::max(best, each.candidate.score);
  }
  for (Ranked& each : ranked) {
    each.candidate.score = std::exp(each.candidate.score - best);
  }
}

}  // namespace

std::vector<Ranked> rank(const Snapshot& snapshot,
                         const History& history,
                         const ReadersSay& readers,
                         std::size_t size,
                         bool filtered,
                         const Scope& scope,
                         const Editions& editions,
                         std::size_t threads) {
  const std::vector<float> taste = taste_vector(history, snapshot.base->vectors().dimension());
  const ContentScore content(snapshot, history, taste);
  const std::vector<Candidate> suggested = readers.best(size / 2, editions);
  std::vector<Ranked> ranked;
  for (const Candidate& candidate :
       candidate_pool(snapshot, history, taste, size, filtered, suggested, scope, threads)) {
    const ContentScore::Value value = content(candidate.ref);
    ranked.push_back({{candidate.ref, value.score}, value, {}});
  }
  if (!readers.empty()) {
    blend(readers, ranked);
  }
  std::sort(ranked.begin(), ranked.end(), [&](const Ranked& a, const Ranked& b) {
    return ranks_before(snapshot, Metric::kCosine, a.candidate, b.candidate);
  });
  return ranked;
}

Shares shares_of(const ReadersSay& readers, const Ranked& ranked) {
  if (readers.empty()) {
    return {1, 0};
  }
  const auto weights = readers.weights(ranked.candidate.ref);
  const auto given = [&](Voice voice) { return part(weights, ranked.voices, voice); };
  const double content = std::max(0.0, given(Voice::kContent));
  const double said = std::max(0.0, given(Voice::kReaders) + given(Voice::kDeviations));
  const double sum = content + said;
  return sum > 0 ? Shares{content / sum, said / sum} : Shares{};
}

HybridCase blend_case(const Snapshot& snapshot,
                      std::vector<WeightedBook> books,
                      std::span<const std::uint64_t> wanted) {
  RecommendRequest request;
  request.history = std::move(books);
  HybridCase out;
  const auto history = find_history(snapshot, request);
  if (!history || history->liked.empty()) {
    return out;
  }
  const ReadersSay readers(snapshot, *history);
  if (readers.empty()) {
    return out;
  }
  out.history_group = HybridWeights::history_group(readers.length());
  out.targets = wanted.size();
  const Scope scope(snapshot, {});
  const Editions editions(snapshot, {}, history->liked_refs(), scope);
  for (const Ranked& each :
       rank(snapshot, *history, readers, kCasePool, false, scope, editions, 1)) {
    const RowRef ref = each.candidate.ref;
    out.scores.insert(out.scores.end(), each.voices.begin(), each.voices.end());
    out.groups.push_back(
        static_cast<std::uint8_t>(HybridWeights::reader_group(readers_of(snapshot, ref))));
    const std::uint64_t work = snapshot.segment(ref).work_key(ref.row);
    out.wanted.push_back(std::ranges::binary_search(wanted, work) ? 1 : 0);
  }
  return out;
}

}  // namespace bookreco
