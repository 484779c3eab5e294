#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace bookreco {

/// Readers × items (or, transposed, items × readers) as compressed sparse rows. Columns of a row
/// ascend and are distinct; values are finite. A value above zero says how much the reader liked
/// the item; models learn from those and pass the others over. Immutable; safe from any thread.
class InteractionMatrix {
 public:
  struct Row {
    std::span<const std::uint32_t> columns;
    std::span<const float> values;
    std::span<const std::int64_t> times;  ///< seconds since 1970; empty when the matrix has none

    std::size_t size() const { return columns.size(); }
  };

  InteractionMatrix() = default;
  /// Takes rows that are in order already. kInvalidArgument unless offsets start at 0, ascend and
  /// end at the number of columns' entries, the columns of each row ascend and are below `columns`,
  /// values are finite and there are as many as entries, and times are as many or none.
  static Result<InteractionMatrix> from_rows(std::size_t columns,
                                             std::vector<std::uint64_t> offsets,
                                             std::vector<std::uint32_t> ids,
                                             std::vector<float> values,
                                             std::vector<std::int64_t> times = {});

  std::size_t rows() const { return offsets_.size() - 1; }
  std::size_t columns() const { return columns_; }
  std::size_t entries() const { return ids_.size(); }
  bool timed() const { return !times_.empty(); }
  Row row(std::size_t i) const;

  std::span<const std::uint64_t> offsets() const { return offsets_; }
  std::span<const std::uint32_t> ids() const { return ids_; }
  std::span<const float> values() const { return values_; }
  std::span<const std::int64_t> times() const { return times_; }

  /// Columns become rows; the entries of each new row ascend.
  InteractionMatrix transposed() const;
  /// The entries whose value is above zero.
  InteractionMatrix positives() const;
  /// The rows named, in that order.
  InteractionMatrix select(std::span<const std::uint32_t> rows) const;
  /// Entries per column.
  std::vector<std::uint32_t> column_counts() const;
  /// The same for the same entries, whatever they were built from: names the data of a fit.
  std::uint64_t fingerprint() const;

 private:
  friend class InteractionMatrixBuilder;
  std::size_t columns_ = 0;
  std::vector<std::uint64_t> offsets_ = {0};
  std::vector<std::uint32_t> ids_;
  std::vector<float> values_;
  std::vector<std::int64_t> times_;
};

/// What becomes of several entries of one reader and one item.
enum class MergeRule {
  kLatest,  ///< the one of the latest time stays; of equal times, the last added
  kSum,     ///< values are added in the order they came, the latest time stays
};

/// Collects entries in any order. One thread.
class InteractionMatrixBuilder {
 public:
  /// Without `timed`, times given are dropped.
  explicit InteractionMatrixBuilder(MergeRule rule = MergeRule::kLatest, bool timed = false)
      : rule_(rule), timed_(timed) {}

  /// kInvalidArgument for a value that is not finite and for a row or column of 2^32 − 1; nothing
  /// is added then.
  Status add(std::uint32_t row, std::uint32_t column, float value = 1, std::int64_t time = 0);
  std::size_t added() const { return cells_.size(); }

  /// At least `rows` × `columns`, more when an entry lies beyond. kInvalidArgument when a sum is
  /// not finite. The builder is empty afterwards.
  Result<InteractionMatrix> build(std::size_t rows = 0, std::size_t columns = 0);

 private:
  struct Cell {
    std::uint32_t row;
    std::uint32_t column;
    float value;
  };
  MergeRule rule_;
  bool timed_;
  std::vector<Cell> cells_;
  std::vector<std::int64_t> times_;
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
};

}  // namespace bookreco
