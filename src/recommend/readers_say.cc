#include "recommend/readers_say.h"

#include <algorithm>
#include <functional>

#include "ml/collaborative/score_scale.h"

namespace bookreco {

std::optional<std::uint32_t> find_item(const Snapshot& snapshot, RowRef ref) {
  return snapshot.readers ? snapshot.readers->model.item(snapshot.segment(ref).work_key(ref.row))
                          : std::nullopt;
}

std::uint32_t readers_of(const Snapshot& snapshot, RowRef ref) {
  const auto item = find_item(snapshot, ref);
  return item ? snapshot.readers->model.readers(*item) : 0;
}

ReadersSay::ReadersSay(const Snapshot& snapshot, const History& history) : snapshot_(snapshot) {
  if (!snapshot.readers || history.liked.empty()) {
    return;
  }
  std::vector<std::pair<HistoryItem, const Past*>> items;
  bool liked = false;
  for (const auto* list : {&history.liked, &history.disliked}) {
    for (const Past& past : *list) {
      if (const auto item = find_item(snapshot, past.ref)) {
        items.push_back({{*item, static_cast<float>(past.weight)}, &past});
        liked = liked || past.weight > 0;
      }
    }
  }
  if (!liked) {
    return;
  }
  // Several editions of one work may stand in a history: the first, the heaviest, speaks for all.
  std::ranges::stable_sort(items, {}, [](const auto& one) { return one.first.item; });
  const auto repeated =
      std::ranges::unique(items, {}, [](const auto& one) { return one.first.item; });
  items.erase(repeated.begin(), repeated.end());
  for (const auto& [item, past] : items) {
    history_.push_back(item);
    past_.push_back(past);
  }
  const ReaderModel& model = snapshot.readers->model;
  scores_.resize(model.items());
  model.model().score(history_, scores_);
  const ScoreScale scale = scale_of(scores_);
  scale_ = scale.inverse_deviation;
  mean_ = scale.mean;
  for (const std::uint64_t work : history.works.keys()) {
    if (const auto item = model.item(work)) {
      known_.push_back(*item);
    }
  }
  std::ranges::sort(known_);
  const auto top = top_items(scores_, 1, known_);
  best_ = top.empty() ? mean_ : top.front().score;
  if (scale_ == 0 || best_ <= mean_) {
    history_.clear();
  }
}

std::vector<Candidate> ReadersSay::best(std::size_t size, const Editions& editions) const {
  std::vector<Candidate> candidates;
  if (empty()) {
    return candidates;
  }
  // A filter may leave few of the best: more are asked for until there are enough or no more.
  for (std::size_t wanted = 2 * size; candidates.size() < size; wanted *= 4) {
    candidates.clear();
    const auto top = top_items(scores_, wanted, known_);
    for (const ScoredItem& one : top) {
      if (one.score <= mean_ || candidates.size() == size) {
        return candidates;
      }
      if (const auto ref = editions.of(snapshot_.readers->model.work(one.item))) {
        candidates.push_back({*ref, static_cast<double>(one.score - mean_)});
      }
    }
    if (top.size() < wanted) {
      break;
    }
  }
  return candidates;
}

Voices ReadersSay::voices(std::optional<std::uint32_t> item, double content) const {
  const float above = item ? scores_[*item] - mean_ : 0;
  return {static_cast<float>(content), above / (best_ - mean_), scale_ * above, 1};
}

std::span<const float> ReadersSay::weights(std::optional<std::uint32_t> item) const {
  const ReaderModel& model = snapshot_.readers->model;
  return model.weights(length(), item ? model.readers(*item) : 0);
}

std::vector<std::vector<ReadersSay::Cause>> ReadersSay::causes(
    std::span<const std::optional<std::uint32_t>> items, std::size_t most) const {
  std::vector<std::vector<Cause>> all(items.size());
  if (empty()) {
    return all;
  }
  std::vector<std::uint32_t> known;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i]) {
      known.push_back(*items[i]);
      places.push_back(i);
    }
  }
  const auto reasons = snapshot_.readers->model.model().explain_each(known, history_);
  for (std::size_t i = 0; i < known.size(); ++i) {
    std::vector<Cause>& causes = all[places[i]];
    double sum = 0;
    for (std::size_t h = 0; h < history_.size(); ++h) {
      const auto part = static_cast<double>(reasons[i][h].score);
      if (part > 0 && past_[h]->weight > 0) {
        causes.push_back({past_[h], part});
        sum += part;
      }
    }
    std::ranges::stable_sort(causes, std::greater<>(), &Cause::share);
    causes.resize(std::min(causes.size(), most));
    for (Cause& cause : causes) {
      cause.share /= sum;
    }
  }
  return all;
}

}  // namespace bookreco
