#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "index/snapshot.h"
#include "ports/recommender.h"
#include "recommend/candidates.h"

namespace bookreco {

/// A book that the reader graded.
struct Past {
  RowRef ref;
  double weight = 0;              ///< loved 1, liked 0.6, disliked −0.5, or as weighed
  std::span<const float> vector;  ///< empty when the book has no words
};

/// What the reader graded, found in the snapshot. Views point into it.
struct History {
  std::vector<Past> liked;  ///< the loved too, heaviest first
  std::vector<Past> disliked;
  WorkSet works;  ///< of all of them, and what is not to be recommended beside

  std::vector<RowRef> refs() const;
  std::vector<RowRef> liked_refs() const;
};

/// Most books of a request in all its lists: what an answer costs grows with them.
inline constexpr std::size_t kMaxHistory = 1000;
/// Most books of a weighed history that speak for or against others, heaviest first; all of it is
/// kept from the answer.
inline constexpr std::size_t kMaxWeighed = 250;

/// kInvalidArgument names the ids that no book has, or that stand in two lists, or says that there
/// are too many.
Result<History> find_history(const Snapshot& snapshot, const RecommendRequest& request);

/// The direction of the reader's taste in the vector space (Rocchio 1971: the weighted sum of what
/// was liked less a part of what was disliked), unit length; empty when no liked book has words.
std::vector<float> taste_vector(const History& history, std::size_t dimension);

/// How much the reader likes the values of one facet: cosine between the summed values of the
/// history and those of a book, each value counted by log(1 + books / books that have it).
class TasteOf {
 public:
  TasteOf(const Snapshot& snapshot, const History& history, FacetKind kind);
  /// From −1 to 1.
  double operator()(RowRef ref) const;

 private:
  double worth(bool in_delta, std::uint32_t value) const;

  const Snapshot& snapshot_;
  std::size_t column_;
  double books_;
  std::array<std::unordered_map<std::uint32_t, double>, 2> weights_;  ///< by segment and value
  double length_ = 0;
};

}  // namespace bookreco
