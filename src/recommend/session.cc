#include "recommend/session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "recommend/recommend.h"

namespace bookreco {
namespace {

/// The same events with times that ascend strictly and lie before `now`.
std::vector<Interaction> in_order(std::span<const Interaction> events, Timestamp now) {
  std::vector<Interaction> ordered(events.begin(), events.end());
  Timestamp latest = now;
  for (auto event = ordered.rbegin(); event != ordered.rend(); ++event) {
    event->at = event->at == kUnknownTime ? latest : std::min(event->at, latest);
    latest = event->at - std::chrono::milliseconds(1);
  }
  return ordered;
}

/// For each book, how many others came after its last event.
std::unordered_map<std::string_view, std::size_t> books_since(std::span<const Interaction> events) {
  std::unordered_map<std::string_view, std::size_t> since;
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    since.try_emplace(event->book_id, since.size());
  }
  return since;
}

}  // namespace

std::vector<WeightedBook> weigh_session(std::span<const Interaction> events,
                                        const InteractionPolicy& policy,
                                        Timestamp now) {
  const auto since = books_since(events);
  const auto latest = in_order(events.last(std::min(events.size(), kMaxSessionEvents)), now);
  std::vector<WeightedBook> books = weigh(latest, policy, now);
  double largest = 0;
  for (WeightedBook& book : books) {
    if (book.weight > 0) {
      book.weight *= std::exp2(-static_cast<double>(since.at(book.book_id)) / kSessionHalfLife);
      largest = std::max(largest, book.weight);
    }
  }
  std::unordered_set<std::string> weighed;
  for (WeightedBook& book : books) {
    book.weight /= book.weight > 0 ? largest : 1;
    book.excluded = true;
    weighed.insert(book.book_id);
  }
  for (const auto& [id, count] : since) {
    if (!weighed.contains(std::string(id))) {  // it was seen, and that is all
      books.push_back({std::string(id), 0, true, {}});
    }
  }
  std::ranges::sort(books, [](const WeightedBook& a, const WeightedBook& b) {
    return std::tie(b.weight, a.book_id) < std::tie(a.weight, b.book_id);
  });
  return books;
}

Result<Hits> recommend_session(const std::shared_ptr<const Snapshot>& snapshot,
                               const SessionRequest& request,
                               const InteractionPolicy& policy,
                               Timestamp now,
                               std::size_t threads) {
  std::vector<Interaction> known;
  known.reserve(request.events.size());
  for (const Interaction& event : request.events) {
    if (const auto ref = snapshot->find(event.book_id)) {
      known.push_back(event);
      known.back().book_id = snapshot->segment(*ref).id(ref->row);
    }
  }
  RecommendRequest reader;
  reader.history = weigh_session(known, policy, now);
  reader.k = request.k;
  reader.diversity = request.diversity;
  reader.filter = request.filter;
  BOOKRECO_TRY(Hits answer, recommend(snapshot, reader, threads));
  answer.ignored = static_cast<std::int64_t>(request.events.size() - known.size());
  return answer;
}

}  // namespace bookreco
