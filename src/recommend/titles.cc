#include "recommend/titles.h"

#include <algorithm>
#include <string>

#include "domain/fold.h"
#include "recommend/candidates.h"
#include "recommend/words.h"

namespace bookreco {
namespace {

/// Rows that the lexical index is asked for, to be ranked again by how much of their title was
/// typed.
constexpr std::size_t kTitleCandidates = 200;

/// Walks the rows of one segment in scope, in the order of their titles.
class TitleCursor {
 public:
  TitleCursor(const Segment& segment, bool in_delta, const Scope& scope)
      : segment_(segment), in_delta_(in_delta), scope_(scope), rows_(segment.by_title()) {
    settle();
  }
  bool done() const { return rows_.empty(); }
  RowRef ref() const { return {in_delta_, rows_.front()}; }
  void advance() {
    rows_ = rows_.subspan(1);
    settle();
  }
  /// Folded when first asked for: a single segment never needs it.
  const std::string& title() {
    if (title_row_ != rows_.data()) {
      title_ = fold(segment_.title(rows_.front()));
      title_row_ = rows_.data();
    }
    return title_;
  }
  std::string_view id() const { return segment_.id(rows_.front()); }

 private:
  void settle() {
    while (!rows_.empty() && !scope_.allows(ref())) {
      rows_ = rows_.subspan(1);
    }
  }

  const Segment& segment_;
  bool in_delta_;
  const Scope& scope_;
  std::span<const std::uint32_t> rows_;
  std::string title_;
  const std::uint32_t* title_row_ = nullptr;
};

bool comes_first(TitleCursor& a, TitleCursor& b) {
  const int order = a.title().compare(b.title());
  return order != 0 ? order < 0 : a.id() < b.id();
}

/// The share of what was typed and of the title that the two have in common as pairs of letters
/// (Dice), between 0 and 1.
double likeness(std::string_view a, std::string_view b) {
  const auto pairs = [](std::string_view text) {
    std::vector<std::uint16_t> found;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      found.push_back(static_cast<std::uint16_t>((static_cast<unsigned char>(text[i]) << 8) |
                                                 static_cast<unsigned char>(text[i + 1])));
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  const auto first = pairs(a);
  const auto second = pairs(b);
  std::vector<std::uint16_t> common;
  std::set_intersection(
      first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(common));
  const std::size_t all = first.size() + second.size();
  return all == 0 ? 0 : 2 * static_cast<double>(common.size()) / static_cast<double>(all);
}

}  // namespace

std::vector<RowRef> exact_titles(const Snapshot& snapshot,
                                 std::string_view folded,
                                 std::size_t limit,
                                 const Scope& scope) {
  std::vector<RowRef> found;
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    const auto rows = segment.by_title();
    auto next = std::lower_bound(
        rows.begin(), rows.end(), folded, [&](std::uint32_t row, std::string_view text) {
          return fold(segment.title(row)) < text;
        });
    for (std::size_t kept = 0; kept < limit && next != rows.end(); ++next) {
      if (fold(segment.title(*next)) != folded) {
        break;
      }
      if (scope.allows({in_delta, *next})) {
        found.push_back({in_delta, *next});
        ++kept;
      }
    }
  });
  return found;
}

std::vector<RowRef> by_title(const Snapshot& snapshot,
                             std::size_t offset,
                             std::size_t count,
                             const Scope& scope) {
  std::vector<RowRef> found;
  TitleCursor base(*snapshot.base, false, scope);
  std::optional<TitleCursor> delta;
  if (snapshot.delta) {
    delta.emplace(*snapshot.delta, true, scope);
  }
  while (found.size() < count) {
    const bool delta_done = !delta || delta->done();
    if (base.done() && delta_done) {
      break;
    }
    TitleCursor& first = delta_done || (!base.done() && comes_first(base, *delta)) ? base : *delta;
    if (offset > 0) {
      --offset;
    } else {
      found.push_back(first.ref());
    }
    first.advance();
  }
  return found;
}

Result<Hits> find_title(const std::shared_ptr<const Snapshot>& snapshot,
                        std::string_view title,
                        std::int64_t k) {
  BOOKRECO_TRY_VOID(check_k(k));
  const Scope scope(*snapshot, {});
  const auto wanted = static_cast<std::size_t>(k);
  const std::string folded = fold(title);
  Hits answer = start_answer(snapshot, "titles");
  std::vector<Candidate> ranked;
  if (!folded.empty() && wanted > 0) {
    for (const RowRef ref : exact_titles(*snapshot, folded, wanted, scope)) {
      ranked.push_back({ref, 1});
    }
    const auto words = by_words(*snapshot, title, std::max(wanted, kTitleCandidates), scope);
    for (const Candidate& found : words) {
      const std::string other = fold(snapshot->segment(found.ref).title(found.ref.row));
      if (other != folded) {
        const double bm25 = found.score / words.front().score;
        ranked.push_back({found.ref, 0.99 * (0.7 * likeness(folded, other) + 0.3 * bm25)});
      }
    }
  }
  std::sort(ranked.begin(), ranked.end(), [&](const Candidate& a, const Candidate& b) {
    return ranks_before(*snapshot, Metric::kCosine, a, b);
  });
  ranked.resize(std::min(ranked.size(), wanted));
  for (const Candidate& candidate : ranked) {
    answer.hits.push_back(make_hit(*snapshot, candidate));
  }
  return answer;
}

}  // namespace bookreco
