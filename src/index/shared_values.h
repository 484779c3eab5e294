#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "index/attributes.h"
#include "ports/recommender.h"

namespace bookreco {

/// What is told of two rows: same authors (two at most), series and collection, then labels and
/// terms, three of each at most.
struct SharedColumn {
  std::size_t column;
  ReasonKind kind;
  std::size_t most;
};
inline constexpr std::array<SharedColumn, 5> kSharedColumns = {{
    {column_of(FacetKind::kAuthor), ReasonKind::kSameAuthor, 2},
    {column_of(FacetKind::kSeries), ReasonKind::kSameSeries, 1},
    {column_of(FacetKind::kCollection), ReasonKind::kSameCollection, 1},
    {column_of(FacetKind::kLabel), ReasonKind::kSharedLabel, 3},
    {kTermColumn, ReasonKind::kSharedTerm, 3},
}};
/// Precomputed reasons name a row's cluster as a value of this column.
inline constexpr std::size_t kClusterColumn = kColumns;

/// The rarest values of one column that two rows share, rarest first.
class SharedValues {
 public:
  /// `mine` and `theirs` ascend and are numbers of one dictionary; `rows_with(value)` answers how
  /// many of `books` have it. A label of more than half of the books says nothing.
  template <class RowsWith>
  SharedValues(const SharedColumn& column,
               std::span<const std::uint32_t> mine,
               std::span<const std::uint32_t> theirs,
               std::size_t books,
               const RowsWith& rows_with) {
    auto next = theirs.begin();
    for (const std::uint32_t value : mine) {
      next = std::lower_bound(next, theirs.end(), value);
      if (next == theirs.end()) {
        return;
      }
      if (*next == value) {
        const std::size_t rows = rows_with(value);
        if (column.kind != ReasonKind::kSharedLabel || rows * 2 <= books) {
          keep({rows, value}, column.most);
        }
      }
    }
  }

  std::size_t count() const { return count_; }
  std::uint32_t value(std::size_t i) const { return rarest_[i].value; }

 private:
  struct Shared {
    std::size_t rows = 0;
    std::uint32_t value = 0;
  };

  void keep(Shared shared, std::size_t most) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (shared.rows < rarest_[i].rows) {
        std::swap(shared, rarest_[i]);
      }
    }
    if (count_ < most) {
      rarest_[count_++] = shared;
    }
  }

  static constexpr std::size_t kMost = 3;
  std::array<Shared, kMost> rarest_;
  std::size_t count_ = 0;
};

}  // namespace bookreco
