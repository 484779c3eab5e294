#include "recommend/candidates.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace bookreco {

bool ranks_before(const Snapshot& snapshot, Metric metric, const Candidate& a, const Candidate& b) {
  if (a.score != b.score) {
    return metric == Metric::kCosine ? a.score > b.score : a.score < b.score;
  }
  if (a.ref.in_delta == b.ref.in_delta) {
    return a.ref.row < b.ref.row;
  }
  return snapshot.segment(a.ref).id(a.ref.row) < snapshot.segment(b.ref).id(b.ref.row);
}

std::vector<Candidate> merge_ranked(const Snapshot& snapshot,
                                    Metric metric,
                                    std::span<const Neighbour> base,
                                    std::span<const Neighbour> delta) {
  std::vector<Candidate> merged;
  merged.reserve(base.size() + delta.size());
  while (!base.empty() || !delta.empty()) {
    const Candidate first =
        base.empty() ? Candidate() : Candidate{{false, base.front().row}, base.front().score};
    const Candidate second =
        delta.empty() ? Candidate() : Candidate{{true, delta.front().row}, delta.front().score};
    if (delta.empty() || (!base.empty() && ranks_before(snapshot, metric, first, second))) {
      merged.push_back(first);
      base = base.subspan(1);
    } else {
      merged.push_back(second);
      delta = delta.subspan(1);
    }
  }
  return merged;
}

std::vector<Candidate> nearest(const Snapshot& snapshot,
                               std::span<const float> vector,
                               Metric metric,
                               std::size_t k,
                               const Scope& scope,
                               std::size_t threads,
                               std::span<const Neighbour> guesses) {
  if (k == 0 || vector.size() != snapshot.base->vectors().dimension() || is_zero(vector)) {
    return {};
  }
  const auto base = snapshot.base->nearest(vector, metric, k, scope.of(false), threads, guesses);
  std::vector<Neighbour> delta;
  if (snapshot.delta) {
    delta = snapshot.delta->nearest(vector, metric, k, scope.of(true), threads);
  }
  std::vector<Candidate> merged = merge_ranked(snapshot, metric, base, delta);
  merged.resize(std::min(merged.size(), k));
  return merged;
}

bool is_zero(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0.0F; });
}

WorkSet::WorkSet(std::size_t expected) : slots_(std::bit_ceil(expected * 2 + 2), 0) {}

std::size_t WorkSet::place(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = key & mask;
  while (slots_[i] != 0 && slots_[i] != key) {
    i = (i + 1) & mask;
  }
  return i;
}

bool WorkSet::contains(std::uint64_t key) const {
  return slots_[place(std::max<std::uint64_t>(key, 1))] != 0;
}

bool WorkSet::insert(std::uint64_t key) {
  key = std::max<std::uint64_t>(key, 1);
  const std::size_t i = place(key);
  if (slots_[i] != 0) {
    return false;
  }
  slots_[i] = key;
  if (++count_ * 2 > slots_.size()) {
    std::vector<std::uint64_t> old =
        std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2, 0));
    for (const std::uint64_t moved : old) {
      if (moved != 0) {
        slots_[place(moved)] = moved;
      }
    }
  }
  return true;
}

std::vector<std::uint64_t> WorkSet::keys() const {
  std::vector<std::uint64_t> keys;
  std::ranges::copy_if(
      slots_, std::back_inserter(keys), [](std::uint64_t key) { return key != 0; });
  return keys;
}

Hits start_answer(const std::shared_ptr<const Snapshot>& snapshot, std::string strategy) {
  Hits answer;
  answer.strategy = std::move(strategy);
  answer.snapshot = snapshot->version;
  answer.owner = snapshot;
  return answer;
}

Hit make_hit(const Snapshot& snapshot, const Candidate& candidate) {
  const Segment& segment = snapshot.segment(candidate.ref);
  Hit hit;
  hit.id = segment.id(candidate.ref.row);
  hit.card = segment.card(candidate.ref.row);
  hit.score = candidate.score;
  return hit;
}

Status check_k(std::int64_t k) {
  if (k < 0 || k > kMaxK) {
    return fail(Code::kInvalidArgument, "k is {}: give a number from 0 to {}", k, kMaxK);
  }
  return {};
}

}  // namespace bookreco
