#include "recommend/history.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/linear.h"
#include "recommend/explain.h"

namespace bookreco {
namespace {

constexpr double kLoved = 1;
constexpr double kLiked = 0.6;
constexpr double kDisliked = -0.5;

std::uint64_t key_of(RowRef ref) {
  return (std::uint64_t{ref.row} << 1) | static_cast<std::uint64_t>(ref.in_delta);
}

void append_name(std::string& names, std::string_view id) {
  names += names.empty() ? "\"" : ", \"";
  names += id;
  names += '"';
}

/// Adds what is known of a weighed history; books that `graded` has already speak for themselves.
void add_weighed(const Snapshot& snapshot,
                 std::span<const WeightedBook> books,
                 std::unordered_map<std::uint64_t, double>& graded,
                 History& history) {
  std::size_t liked = 0;
  std::size_t disliked = 0;
  const auto add = [&](const WeightedBook& book) {
    const auto ref = snapshot.find(book.book_id);
    if (!ref || !graded.try_emplace(key_of(*ref), book.weight).second) {
      return;
    }
    // A book that was only looked at is near itself: it would stand first in its own answer.
    if (book.excluded || book.weight > 0) {
      history.works.insert(snapshot.segment(*ref).work_key(ref->row));
    }
    std::size_t& count = book.weight > 0 ? liked : disliked;
    if (book.weight == 0 || count++ >= kMaxWeighed) {
      return;
    }
    const auto vector = vector_of(snapshot, *ref);
    (book.weight > 0 ? history.liked : history.disliked)
        .push_back({*ref, book.weight, is_zero(vector) ? std::span<const float>() : vector});
  };
  for (const WeightedBook& book : books) {
    if (book.weight >= 0) {
      add(book);
    }
  }
  for (auto book = books.rbegin(); book != books.rend() && book->weight < 0; ++book) {
    add(*book);
  }
}

}  // namespace

std::vector<RowRef> History::refs() const {
  std::vector<RowRef> all;
  all.reserve(liked.size() + disliked.size());
  for (const auto* list : {&liked, &disliked}) {
    for (const Past& past : *list) {
      all.push_back(past.ref);
    }
  }
  return all;
}

std::vector<RowRef> History::liked_refs() const {
  std::vector<RowRef> found;
  found.reserve(liked.size());
  for (const Past& past : liked) {
    found.push_back(past.ref);
  }
  return found;
}

Result<History> find_history(const Snapshot& snapshot, const RecommendRequest& request) {
  const std::size_t size = request.loved.size() + request.liked.size() + request.disliked.size();
  if (size > kMaxHistory) {
    return fail(Code::kInvalidArgument, "{} books were graded: give at most {}", size, kMaxHistory);
  }
  History history;
  std::unordered_map<std::uint64_t, double> graded;
  std::string unknown;
  std::string twice;
  const auto add =
      [&](const std::vector<std::string>& ids, double weight, std::vector<Past>& list) {
        for (const std::string& id : ids) {
          const auto ref = snapshot.find(id);
          if (!ref) {
            append_name(unknown, id);
            continue;
          }
          const auto [place, added] = graded.try_emplace(key_of(*ref), weight);
          if (!added) {
            if (place->second != weight) {
              append_name(twice, id);
            }
            continue;
          }
          const auto vector = vector_of(snapshot, *ref);
          list.push_back({*ref, weight, is_zero(vector) ? std::span<const float>() : vector});
          history.works.insert(snapshot.segment(*ref).work_key(ref->row));
        }
      };
  add(request.loved, kLoved, history.liked);
  add(request.liked, kLiked, history.liked);
  add(request.disliked, kDisliked, history.disliked);
  if (!unknown.empty()) {
    return fail(Code::kInvalidArgument, "no book has the id, EAN or ISBN {}", unknown);
  }
  if (!twice.empty()) {
    return fail(Code::kInvalidArgument, "{} stands in two lists: grade a book once", twice);
  }
  add_weighed(snapshot, request.history, graded, history);
  return history;
}

std::vector<float> taste_vector(const History& history, std::size_t dimension) {
  std::vector<float> taste(dimension, 0.0F);
  bool any = false;
  const auto add = [&](const Past& past, double share) {
    if (!past.vector.empty()) {
      axpy(static_cast<float>(past.weight * share), past.vector, taste);
    }
  };
  for (const Past& past : history.liked) {
    add(past, 1 / static_cast<double>(history.liked.size()));
    any = any || !past.vector.empty();
  }
  for (const Past& past : history.disliked) {
    add(past, 0.5 / static_cast<double>(history.disliked.size()));
  }
  if (!any || normalise(taste) == 0.0F) {
    return {};
  }
  return taste;
}

TasteOf::TasteOf(const Snapshot& snapshot, const History& history, FacetKind kind)
    : snapshot_(snapshot), column_(column_of(kind)), books_(static_cast<double>(snapshot.books())) {
  for (const auto* list : {&history.liked, &history.disliked}) {
    for (const Past& past : *list) {
      BookValues values(snapshot, past.ref);
      for_each_segment(snapshot, [&](const Segment&, bool in_delta) {
        for (const std::uint32_t value : values.in(in_delta, column_)) {
          weights_[in_delta][value] += past.weight * worth(in_delta, value);
        }
      });
    }
  }
  const Attributes& base = snapshot.base->attributes();
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    for (const auto& [value, weight] : weights_[in_delta]) {
      const bool counted =
          in_delta && base.find(column_, segment.attributes().key(column_, value)).has_value();
      length_ += counted ? 0 : weight * weight;
    }
  });
  length_ = std::sqrt(length_);
}

double TasteOf::worth(bool in_delta, std::uint32_t value) const {
  return std::log1p(books_ / static_cast<double>(frequency(snapshot_, in_delta, column_, value)));
}

double TasteOf::operator()(RowRef ref) const {
  if (length_ == 0) {
    return 0;
  }
  const auto& weights = weights_[ref.in_delta];
  double product = 0;
  double squares = 0;
  for (const std::uint32_t value : snapshot_.segment(ref).attributes().values(column_, ref.row)) {
    const double own = worth(ref.in_delta, value);
    squares += own * own;
    if (const auto found = weights.find(value); found != weights.end()) {
      product += own * found->second;
    }
  }
  return squares == 0 ? 0 : product / (length_ * std::sqrt(squares));
}

}  // namespace bookreco
