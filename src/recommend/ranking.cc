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
    each.voices = readers.voices(each.item, each.content.score);
    const auto weights = readers.weights(each.item);
    each.candidate.score =
        std::inner_product(weights.begin(), weights.end(), each.voices.begin(), 0.0);
    best = std::max(best, each.candidate.score);
  }
  for (Ranked& each : ranked) {
    each.candidate.score = std::exp(each.candidate.score - best);
  }
}

}  // namespace

std::vector<Ranked> rank(const PoolRequest& request,
                         const ReadersSay& readers,
                         std::size_t size,
                         const Editions& editions,
                         const Rotation& rotation) {
  const Snapshot& snapshot = request.snapshot;
  const std::vector<float> taste =
      taste_vector(request.history, snapshot.base->vectors().dimension());
  const ContentScore content(snapshot, request.history, taste);
  const std::vector<Candidate> suggested = readers.best(size / 2, editions);
  std::vector<Ranked> ranked;
  for (const Candidate& candidate : candidate_pool(request, taste, size, suggested)) {
    const ContentScore::Value value = content(candidate.ref);
    ranked.push_back({{candidate.ref, value.score}, value, find_item(snapshot, candidate.ref), {}});
  }
  if (!readers.empty()) {
    blend(readers, ranked);
  }
  for (Ranked& each : ranked) {
    Candidate& candidate = each.candidate;
    candidate.score = rotation.cooled(candidate.ref, candidate.score);
    candidate.ref = editions.in_place_of(candidate.ref);
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
  const auto weights = readers.weights(ranked.item);
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
  const Rotation rotation(snapshot, {}, 0);
  for (const Ranked& each :
       rank({snapshot, *history, scope}, readers, kCasePool, editions, rotation)) {
    const RowRef ref = each.candidate.ref;
    const std::uint32_t count = each.item ? snapshot.readers->model.readers(*each.item) : 0;
    out.scores.insert(out.scores.end(), each.voices.begin(), each.voices.end());
    out.groups.push_back(static_cast<std::uint8_t>(HybridWeights::reader_group(count)));
    const std::uint64_t work = snapshot.segment(ref).work_key(ref.row);
    out.wanted.push_back(std::ranges::binary_search(wanted, work) ? 1 : 0);
  }
  return out;
}

}  // namespace bookreco
