#include "recommend/search.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>

#include "domain/fold.h"
#include "recommend/candidates.h"
#include "recommend/titles.h"
#include "recommend/words.h"

namespace bookreco {
namespace {

constexpr double kWordsShare = 0.6;
constexpr double kTitleBonus = 1.0;
constexpr double kNameBonus = 0.5;
constexpr std::size_t kBlendDepth = 1000;
constexpr std::size_t kMaxBonusRows = 1000;

/// What the blend knows of a row.
struct Evidence {
  RowRef ref;
  double words = 0;
  double cosine = 0;
  bool has_cosine = false;
  double bonus = 0;
};

class Blend {
 public:
  explicit Blend(const Snapshot& snapshot) : snapshot_(snapshot) {}

  Evidence& of(RowRef ref) {
    const std::uint64_t key =
        (std::uint64_t{ref.row} << 1) | static_cast<std::uint64_t>(ref.in_delta);
    const auto [place, added] = places_.try_emplace(key, rows_.size());
    if (added) {
      rows_.push_back({.ref = ref});
    }
    return rows_[place->second];
  }

  std::vector<Candidate> rank(std::span<const float> vector) {
    double best_words = 0;
    double best_cosine = 0;
    for (Evidence& row : rows_) {
      if (!row.has_cosine) {
        row.cosine =
            snapshot_.segment(row.ref).vectors().score(vector, Metric::kCosine, row.ref.row);
      }
      best_words = std::max(best_words, row.words);
      best_cosine = std::max(best_cosine, row.cosine);
    }
    std::vector<Candidate> ranked;
    for (const Evidence& row : rows_) {
      const double words = best_words > 0 ? row.words / best_words : 0;
      const double cosine = best_cosine > 0 ? std::max(row.cosine, 0.0) / best_cosine : 0;
      const double score = kWordsShare * words + (1 - kWordsShare) * cosine + row.bonus;
      if (score > 0) {
        ranked.push_back({row.ref, score});
      }
    }
    std::sort(ranked.begin(), ranked.end(), [this](const Candidate& a, const Candidate& b) {
      return ranks_before(snapshot_, Metric::kCosine, a, b);
    });
    return ranked;
  }

 private:
  const Snapshot& snapshot_;
  std::vector<Evidence> rows_;
  std::unordered_map<std::uint64_t, std::size_t> places_;
};

void add_name_bonus(const Snapshot& snapshot,
                    FacetKind kind,
                    std::string_view folded,
                    const Scope& scope,
                    Blend& blend) {
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    const auto value = segment.attributes().find(column_of(kind), folded);
    if (!value) {
      return;
    }
    const auto rows = segment.attributes().rows_with(column_of(kind), *value);
    for (const std::uint32_t row : rows.first(std::min(rows.size(), kMaxBonusRows))) {
      if (scope.allows({in_delta, row})) {
        blend.of({in_delta, row}).bonus += kNameBonus;
      }
    }
  });
}

std::vector<Candidate> hybrid(const Snapshot& snapshot,
                              std::string_view query,
                              std::span<const float> vector,
                              std::size_t depth,
                              const Scope& scope,
                              std::size_t threads) {
  Blend blend(snapshot);
  for (const Candidate& found : by_words(snapshot, query, depth, scope)) {
    blend.of(found.ref).words = found.score;
  }
  for (const Candidate& found : nearest(snapshot, vector, Metric::kCosine, depth, scope, threads)) {
    Evidence& evidence = blend.of(found.ref);
    evidence.cosine = found.score;
    evidence.has_cosine = true;
  }
  const std::string folded = fold(query);
  if (!folded.empty()) {
    for (const RowRef ref : exact_titles(snapshot, folded, kMaxBonusRows, scope)) {
      blend.of(ref).bonus += kTitleBonus;
    }
    add_name_bonus(snapshot, FacetKind::kAuthor, folded, scope, blend);
    add_name_bonus(snapshot, FacetKind::kSeries, folded, scope, blend);
  }
  return blend.rank(vector);
}

bool is_blank(std::string_view text) {
  return std::all_of(
      text.begin(), text.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

bool is_finite(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float x) { return std::isfinite(x); });
}

Status check(const SearchRequest& request) {
  BOOKRECO_TRY_VOID(check_k(request.k));
  if (request.offset < 0 || request.offset > kMaxOffset) {
    return fail(Code::kInvalidArgument,
                "offset is {}: give a number from 0 to {}, or narrow the search with filters",
                request.offset,
                kMaxOffset);
  }
  return {};
}

}  // namespace

Result<Hits> search(const std::shared_ptr<const Snapshot>& snapshot,
                    const SearchRequest& request,
                    std::span<const float> query_vector,
                    std::size_t threads) {
  BOOKRECO_TRY_VOID(check(request));
  const auto k = static_cast<std::size_t>(request.k);
  const auto offset = static_cast<std::size_t>(request.offset);
  const Scope scope(*snapshot, request.filter);
  Hits answer = start_answer(snapshot, "titles");
  if (is_blank(request.query)) {
    for (const RowRef ref : by_title(*snapshot, offset, k, scope)) {
      answer.hits.push_back(make_hit(*snapshot, {ref, 0}));
    }
    return answer;
  }
  const bool has_vector = query_vector.size() == snapshot->base->vectors().dimension() &&
                          is_finite(query_vector) && !is_zero(query_vector);
  const SearchMode mode = has_vector ? request.mode : SearchMode::kLexical;
  answer.degraded = mode != request.mode;
  std::vector<Candidate> ranked;
  switch (mode) {
    case SearchMode::kLexical:
      answer.strategy = "lexical";
      ranked = by_words(*snapshot, request.query, offset + k, scope);
      break;
    case SearchMode::kSemantic:
      answer.strategy = "semantic";
      ranked = nearest(*snapshot, query_vector, Metric::kCosine, offset + k, scope, threads);
      break;
    case SearchMode::kHybrid:
      answer.strategy = "hybrid";
      ranked = hybrid(*snapshot,
                      request.query,
                      query_vector,
                      std::max(kBlendDepth, offset + k),
                      scope,
                      threads);
      break;
  }
  ranked.erase(ranked.begin(),
               ranked.begin() + static_cast<std::ptrdiff_t>(std::min(offset, ranked.size())));
  ranked.resize(std::min(k, ranked.size()));
  for (const Candidate& candidate : ranked) {
    answer.hits.push_back(make_hit(*snapshot, candidate));
  }
  explain_words(*snapshot, request.query, ranked, answer);
  return answer;
}

}  // namespace bookreco
