#include "recommend/readers_say.h"

#include <algorithm>

namespace bookreco {
namespace {

constexpr double kMostTrust = 0.85;        ///< content always has a say
constexpr double kHalfTrustHistory = 0.5;  ///< liked books at which half of it is reached
constexpr double kHalfTrustReaders = 10;   ///< readers of a book, likewise

}  // namespace

ReadersSay::ReadersSay(const Snapshot& snapshot, const History& history) : snapshot_(snapshot) {
  if (!snapshot.readers || history.liked.empty()) {
    return;
  }
  std::vector<std::pair<HistoryItem, const Past*>> items;
  bool liked = false;
  for (const auto* list : {&history.liked, &history.disliked}) {
    for (const Past& past : *list) {
      if (const auto item = item_of(past.ref)) {
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
  for (std::uint32_t item = 0; item < scores_.size(); ++item) {
    if (history.works.contains(model.work(item))) {
      known_.push_back(item);
    } else {
      best_ = std::max(best_, static_cast<double>(scores_[item]));
    }
  }
  const auto length = static_cast<double>(history_.size());
  history_trust_ = kMostTrust * length / (length + kHalfTrustHistory);
  if (best_ == 0) {
    history_.clear();
  }
}

std::optional<std::uint32_t> ReadersSay::item_of(RowRef ref) const {
  return snapshot_.readers->model.item(snapshot_.segment(ref).work_key(ref.row));
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
      if (one.score <= 0 || candidates.size() == size) {
        return candidates;
      }
      if (const auto ref = editions.of(snapshot_.readers->model.work(one.item))) {
        candidates.push_back({*ref, static_cast<double>(one.score) / best_});
      }
    }
    if (top.size() < wanted) {
      break;
    }
  }
  return candidates;
}

double ReadersSay::score(RowRef ref) const {
  const auto item = empty() ? std::nullopt : item_of(ref);
  return item ? static_cast<double>(scores_[*item]) / best_ : 0;
}

double ReadersSay::trust(RowRef ref) const {
  const auto item = empty() ? std::nullopt : item_of(ref);
  if (!item) {
    return 0;
  }
  const double readers = snapshot_.readers->model.readers(*item);
  return history_trust_ * readers / (readers + kHalfTrustReaders);
}

std::vector<ReadersSay::Cause> ReadersSay::causes(RowRef ref, std::size_t most) const {
  std::vector<Cause> causes;
  const auto item = empty() ? std::nullopt : item_of(ref);
  if (!item) {
    return causes;
  }
  const auto parts = snapshot_.readers->model.model().explain(*item, history_);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].score > 0 && past_[i]->weight > 0) {
      causes.push_back({past_[i], static_cast<double>(parts[i].score) / best_});
    }
  }
  std::ranges::stable_sort(causes, std::greater<>(), &Cause::share);
  causes.resize(std::min(causes.size(), most));
  return causes;
}

}  // namespace bookreco
