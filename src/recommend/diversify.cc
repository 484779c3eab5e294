#include "recommend/diversify.h"

#include <algorithm>
#include <cmath>
#include <limits>
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
  struct Left {
    std::size_t index;
    double relevance;    ///< logarithm
    double closest = 0;  ///< largest cosine to what is chosen
    double novelty = 0;  ///< log(1 − closest)
  };
  const double best = candidates.empty() ? 0 : candidates.front().score;
  std::vector<Left> left;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    left.push_back({i, best > 0 ? logarithm(candidates[i].score / best) : 0});
  }
  Quotas quotas(snapshot);
  std::vector<std::size_t> chosen;
  while (chosen.size() < k && !left.empty()) {
    auto next = left.begin();
    double next_value = -std::numeric_limits<double>::infinity();
    for (auto i = left.begin(); i != left.end(); ++i) {
      const double value = (1 - diversity) * i->relevance + diversity * i->novelty;
      if (value > next_value) {
        next = i;
        next_value = value;
      }
    }
    const std::size_t index = next->index;
    left.erase(next);
    if (!quotas.take(candidates[index].ref)) {
      continue;
    }
    chosen.push_back(index);
    if (diversity == 0) {
      continue;
    }
    const auto vector = vector_of(snapshot, candidates[index].ref);
    for (Left& other : left) {
      const auto theirs = vector_of(snapshot, candidates[other.index].ref);
      if (const auto cosine = static_cast<double>(dot(vector, theirs)); cosine > other.closest) {
        other.closest = cosine;
        other.novelty = logarithm(1 - cosine);
      }
    }
  }
  return chosen;
}

}  // namespace bookreco
