#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bookreco {

/// A set of rows of one segment, one bit each: filters and deletions.
class RowSet {
 public:
  RowSet() = default;
  explicit RowSet(std::size_t rows, bool full = false)
      : rows_(rows), words_((rows + 63) / 64, full ? ~std::uint64_t{0} : 0) {
    trim();
  }

  std::size_t rows() const { return rows_; }
  bool contains(std::size_t row) const { return ((words_[row / 64] >> (row % 64)) & 1) != 0; }
  void insert(std::size_t row) { words_[row / 64] |= std::uint64_t{1} << (row % 64); }
  void erase(std::size_t row) { words_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
  std::size_t count() const {
    std::size_t total = 0;
    for (const std::uint64_t word : words_) {
      total += static_cast<std::size_t>(std::popcount(word));
    }
    return total;
  }
  void intersect(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      words_[i] &= other.words_[i];
    }
  }
  void subtract(const RowSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      words_[i] &= ~other.words_[i];
    }
  }
  /// The same for rows 64 · word and on, one bit each.
  void intersect_word(std::size_t word, std::uint64_t bits) { words_[word] &= bits; }
  /// Calls `visit(row)` in ascending order.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1) {
        visit(i * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }
  std::span<const std::uint64_t> words() const { return words_; }

 private:
  void trim() {
    if (rows_ % 64 != 0 && !words_.empty()) {
      words_.back() &= (std::uint64_t{1} << (rows_ % 64)) - 1;
    }
  }

  std::size_t rows_ = 0;
  std::vector<std::uint64_t> words_;
};

/// The set of these rows, which are below `count`; of no rows at all when there are none.
inline RowSet row_set_of(std::span<const std::uint32_t> rows, std::size_t count) {
  RowSet set(rows.empty() ? 0 : count);
  for (const std::uint32_t row : rows) {
    set.insert(row);
  }
  return set;
}

}  // namespace bookreco
