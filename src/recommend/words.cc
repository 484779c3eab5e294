#include "recommend/words.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

namespace bookreco {
namespace {

constexpr std::size_t kMaxExplainedWords = 8;

std::vector<Neighbour> search_words(const Snapshot& snapshot,
                                    bool in_delta,
                                    std::string_view query,
                                    std::size_t k,
                                    const RowSet* allowed) {
  const LexicalIndex& own = snapshot.segment({in_delta, 0}).words();
  std::array<const LexicalIndex*, 1> others{};
  std::span<const LexicalIndex* const> statistics;
  if (snapshot.delta) {
    others[0] = &snapshot.segment({!in_delta, 0}).words();
    statistics = others;
  }
  std::vector<Neighbour> found;
  for (const LexicalHit& hit : own.search(query, k, allowed, statistics)) {
    found.push_back({hit.row, static_cast<double>(hit.score)});
  }
  return found;
}

/// What an answer to a search keeps alive.
struct WordsOwner {
  std::shared_ptr<const void> snapshot;
  std::vector<std::string> words;
};

std::vector<std::string> understood(const Snapshot& snapshot, std::string_view query) {
  std::vector<std::string> words;
  for_each_segment(snapshot, [&](const Segment& segment, bool) {
    for (LexicalMatch& match : segment.words().matches(query)) {
      if (!match.matched.empty() && words.size() < kMaxExplainedWords &&
          std::find(words.begin(), words.end(), match.matched) == words.end()) {
        words.push_back(std::move(match.matched));
      }
    }
  });
  return words;
}

}  // namespace

std::vector<Candidate> by_words(const Snapshot& snapshot,
                                std::string_view query,
                                std::size_t k,
                                const Scope& scope) {
  const auto base = search_words(snapshot, false, query, k, scope.of(false));
  std::vector<Neighbour> delta;
  if (snapshot.delta) {
    delta = search_words(snapshot, true, query, k, scope.of(true));
  }
  std::vector<Candidate> merged = merge_ranked(snapshot, Metric::kCosine, base, delta);
  merged.resize(std::min(merged.size(), k));
  return merged;
}

void explain_words(const Snapshot& snapshot,
                   std::string_view query,
                   const std::vector<Candidate>& rows,
                   Hits& answer) {
  auto owner = std::make_shared<WordsOwner>();
  owner->snapshot = std::move(answer.owner);
  owner->words = understood(snapshot, query);
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    RowSet wanted(segment.rows());
    std::unordered_map<std::uint32_t, std::size_t> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].ref.in_delta == in_delta) {
        wanted.insert(rows[i].ref.row);
        places.emplace(rows[i].ref.row, i);
      }
    }
    if (places.empty()) {
      return;
    }
    for (const std::string& word : owner->words) {
      for (const Neighbour& found :
           search_words(snapshot, in_delta, word, places.size(), &wanted)) {
        answer.hits[places[found.row]].reasons.push_back(
            {ReasonKind::kMatchedTerm, word, static_cast<float>(found.score)});
      }
    }
  });
  answer.owner = std::move(owner);
}

}  // namespace bookreco
