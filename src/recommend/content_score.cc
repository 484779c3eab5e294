#include "recommend/content_score.h"

#include <algorithm>

#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr double kNearestShare = 0.55;
constexpr double kTasteShare = 0.25;
constexpr double kLabelShare = 0.12;
constexpr double kAuthorShare = 0.08;
constexpr double kDislikeShare = 0.5;

double cosine(std::span<const float> a, std::span<const float> b) {
  return b.empty() ? 0 : static_cast<double>(dot(a, b));
}

}  // namespace

ContentScore::Value ContentScore::operator()(RowRef ref) const {
  const auto vector = vector_of(snapshot_, ref);
  Value value;
  double nearest_liked = 0;
  for (const Past& past : history_.liked) {
    const double product = past.weight * cosine(vector, past.vector);
    if (product > nearest_liked) {
      nearest_liked = product;
      value.nearest = &past;
    }
  }
  double nearest_disliked = 0;
  for (const Past& past : history_.disliked) {
    nearest_disliked = std::max(nearest_disliked, cosine(vector, past.vector));
  }
  value.nearest_part = kNearestShare * nearest_liked;
  value.score = value.nearest_part + kTasteShare * std::max(0.0, cosine(vector, taste_)) +
                kLabelShare * labels_(ref) + kAuthorShare * authors_(ref) -
                kDislikeShare * nearest_disliked * nearest_disliked;
  return value;
}

}  // namespace bookreco
