#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "index/exact_index.h"
#include "kernels/codes.h"

namespace bookreco {

/// The fp64 score of rows against one query, whose padding (in `padded`) and norm are computed
/// once. `columns` and `padded` must outlive it.
class Reference {
 public:
  Reference(const ExactColumns& columns,
            std::span<const float> query,
            Metric metric,
            std::vector<float>& padded)
      : columns_(columns), metric_(metric), query_(padded) {
    BOOKRECO_CHECK(query.size() == columns.dimension);
    padded.assign(columns.stride, 0.0F);
    std::ranges::copy(query, padded.begin());
    norm_ = std::sqrt(exact_dot(query_.data(), query_.data(), columns.stride));
  }

  bool finite() const {
    return std::ranges::all_of(query_, [](float value) { return std::isfinite(value); });
  }
  bool zero() const { return norm_ == 0; }
  /// Asks for a row that is compared soon.
  void prefetch(std::size_t row) const {
    const float* vector = columns_.vectors.data() + row * columns_.stride;
    for (std::size_t at = 0; at < columns_.stride; at += 64 / sizeof(float)) {
      __builtin_prefetch(vector + at);
    }
  }

  double score(std::size_t row) const {
    const float* vector = columns_.vectors.data() + row * columns_.stride;
    switch (metric_) {
      case Metric::kCosine: {
        const auto [dot, squares] = exact_products(query_.data(), vector, columns_.stride);
        const double norm = norm_ * std::sqrt(squares);
        return norm == 0 ? 0 : dot / norm;
      }
      case Metric::kEuclidean:
        return std::sqrt(exact_squared_l2(query_.data(), vector, columns_.stride));
      case Metric::kTaxicab:
        return exact_l1(query_.data(), vector, columns_.stride);
    }
    return 0;
  }

 private:
  const ExactColumns& columns_;
  Metric metric_;
  const std::vector<float>& query_;
  double norm_ = 0;
};

/// The k nearest of the rows offered, ties to the smaller row.
class Nearest {
 public:
  Nearest(const Reference& reference, Metric metric, std::size_t k)
      : reference_(reference), sign_(metric == Metric::kCosine ? 1 : -1), k_(k) {
    heap_.reserve(k);
  }

  bool nearer(const Neighbour& a, const Neighbour& b) const {
    return a.score != b.score ? sign_ * a.score > sign_ * b.score : a.row < b.row;
  }
  auto order() const {
    return [this](const Neighbour& a, const Neighbour& b) { return nearer(a, b); };
  }
  bool full() const { return heap_.size() == k_; }
  /// The rank of the k-th; larger is nearer.
  double worst() const { return sign_ * heap_.front().score; }

  void offer(std::uint32_t row) {
    const Neighbour one{row, reference_.score(row)};
    if (!full()) {
      heap_.push_back(one);
    } else if (nearer(one, heap_.front())) {
      std::ranges::pop_heap(heap_, order());
      heap_.back() = one;
    } else {
      return;
    }
    std::ranges::push_heap(heap_, order());
  }

  std::vector<Neighbour> finish() {
    std::ranges::sort_heap(heap_, order());
    return std::move(heap_);
  }

 private:
  const Reference& reference_;
  double sign_;
  std::size_t k_;
  std::vector<Neighbour> heap_;  ///< the farthest in front
};

}  // namespace bookreco
