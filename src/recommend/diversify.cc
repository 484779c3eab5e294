#include "recommend/diversify.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "kernels/linear.h"
#include "recommend/series_rule.h"

namespace bookreco {
namespace {

/// The limits on what an answer may hold together.
class Quotas {
 public:
  explicit Quotas(const Snapshot& snapshot) : snapshot_(snapshot) {}

  bool take(RowRef ref) {
    const Attributes& attributes = snapshot_.segment(ref).attributes();
    const auto authors = attributes.values(kAuthors, ref.row);
    const std::string_view series = SeriesRule::series_of(snapshot_, ref);
    const std::uint64_t work = snapshot_.segment(ref).work_key(ref.row);
    const bool too_many = std::any_of(authors.begin(), authors.end(), [&](std::uint32_t author) {
      const auto found = authors_.find(attributes.key(kAuthors, author));
      return found != authors_.end() && found->second >= kMaxPerAuthor;
    });
    if (too_many || works_.contains(work) || series_.contains(series)) {
      return false;
    }
    for (const std::uint32_t author : authors) {
      ++authors_[attributes.key(kAuthors, author)];
    }
    if (!series.empty()) {
      series_.insert(series);
    }
    works_.insert(work);
    return true;
  }

 private:
  static constexpr std::size_t kAuthors = column_of(FacetKind::kAuthor);
  const Snapshot& snapshot_;
  std::unordered_map<std::string_view, std::size_t> authors_;
  std::unordered_set<std::string_view> series_;
  WorkSet works_;
};

/// Nothing is told apart below the least.
double logarithm(double value) {
  constexpr double kLeast = 1e-9;
  return std::log(std::max(value, kLeast));
}

}  // namespace

std::vector<std::size_t> diversify(const Snapshot& snapshot,
                                   std::span<const Candidate> candidates,
                                   std::size_t k,
                                   double diversity) {
  /// A value only falls as more are chosen: one that is not the best needs no new look.
  struct Left {
    double value;
    std::size_t index;
    double relevance;    ///< logarithm
    double closest = 0;  ///< largest cosine to the first `compared` of what is chosen
    std::size_t compared = 0;
  };
  const auto behind = [](const Left& a, const Left& b) {
    return a.value != b.value ? a.value < b.value : a.index > b.index;
  };
  const double best = candidates.empty() ? 0 : candidates.front().score;
  std::vector<Left> left;  // a heap
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double relevance = best > 0 ? logarithm(candidates[i].score / best) : 0;
    left.push_back({(1 - diversity) * relevance, i, relevance});
  }
  std::ranges::make_heap(left, behind);
  Quotas quotas(snapshot);
  std::vector<std::size_t> chosen;
  while (chosen.size() < k && !left.empty()) {
    std::ranges::pop_heap(left, behind);
    Left& next = left.back();
    const RowRef ref = candidates[next.index].ref;
    if (diversity == 0 || next.compared == chosen.size()) {
      if (quotas.take(ref)) {
        chosen.push_back(next.index);
      }
      left.pop_back();
      continue;
    }
    const auto vector = vector_of(snapshot, ref);
    for (; next.compared < chosen.size(); ++next.compared) {
      const auto theirs = vector_of(snapshot, candidates[chosen[next.compared]].ref);
      next.closest = std::max(next.closest, static_cast<double>(dot(vector, theirs)));
    }
    next.value = (1 - diversity) * next.relevance + diversity * logarithm(1 - next.closest);
    std::ranges::push_heap(left, behind);
  }
  return chosen;
}

}  // namespace bookreco
