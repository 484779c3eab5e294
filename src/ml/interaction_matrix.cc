#include "ml/interaction_matrix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/hash.h"

namespace bookreco {
namespace {

constexpr std::uint32_t kNoIndex = std::numeric_limits<std::uint32_t>::max();

template <class T>
std::uint64_t hash_of(std::span<const T> values, std::uint64_t seed) {
  return hash64(std::as_bytes(values), seed);
}

Status check_row(std::span<const std::uint32_t> ids, std::size_t columns, std::size_t row) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] >= columns || (i > 0 && ids[i] <= ids[i - 1])) {
      return fail(Code::kInvalidArgument,
                  "row {} has column {} out of order or beyond the {} columns",
                  row,
                  ids[i],
                  columns);
    }
  }
  return {};
}

}  // namespace

Result<InteractionMatrix> InteractionMatrix::from_rows(std::size_t columns,
                                                       std::vector<std::uint64_t> offsets,
                                                       std::vector<std::uint32_t> ids,
                                                       std::vector<float> values,
                                                       std::vector<std::int64_t> times) {
  if (columns > kNoIndex || offsets.empty() || offsets.size() - 1 > kNoIndex ||
      offsets.front() != 0 || offsets.back() != ids.size() || !std::ranges::is_sorted(offsets)) {
    return fail(Code::kInvalidArgument,
                "{} row offsets do not cut {} entries into rows of a matrix of {} columns",
                offsets.size(),
                ids.size(),
                columns);
  }
  if (values.size() != ids.size() || (!times.empty() && times.size() != ids.size())) {
    return fail(Code::kInvalidArgument,
                "{} entries with {} values and {} times",
                ids.size(),
                values.size(),
                times.size());
  }
  for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
    const auto own = std::span(ids).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    BOOKRECO_TRY_VOID(check_row(own, columns, row));
  }
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
    return fail(Code::kInvalidArgument, "a value is not a finite number");
  }
  InteractionMatrix matrix;
  matrix.columns_ = columns;
  matrix.offsets_ = std::move(offsets);
  matrix.ids_ = std::move(ids);
  matrix.values_ = std::move(values);
  matrix.times_ = std::move(times);
  return matrix;
}

InteractionMatrix::Row InteractionMatrix::row(std::size_t i) const {
  const std::size_t begin = offsets_[i];
  const std::size_t count = offsets_[i + 1] - begin;
  Row row{std::span(ids_).subspan(begin, count), std::span(values_).subspan(begin, count), {}};
  if (timed()) {
    row.times = std::span(times_).subspan(begin, count);
  }
  return row;
}

InteractionMatrix InteractionMatrix::transposed() const {
  InteractionMatrix out;
  out.columns_ = rows();
  out.offsets_.assign(columns_ + 1, 0);
  for (const std::uint32_t id : ids_) {
    ++out.offsets_[id + 1];
  }
  std::partial_sum(out.offsets_.begin(), out.offsets_.end(), out.offsets_.begin());
  out.ids_.resize(entries());
  out.values_.resize(entries());
  out.times_.resize(times_.size());
  std::vector<std::uint64_t> next(out.offsets_.begin(), out.offsets_.end() - 1);
  for (std::size_t row = 0; row < rows(); ++row) {
    for (std::size_t i = offsets_[row]; i < offsets_[row + 1]; ++i) {
      const std::uint64_t place = next[ids_[i]]++;
      out.ids_[place] = static_cast<std::uint32_t>(row);
      out.values_[place] = values_[i];
      if (timed()) {
        out.times_[place] = times_[i];
      }
    }
  }
  return out;
}

InteractionMatrix InteractionMatrix::positives() const {
  InteractionMatrix out;
  out.columns_ = columns_;
  for (std::size_t row = 0; row < rows(); ++row) {
    for (std::size_t i = offsets_[row]; i < offsets_[row + 1]; ++i) {
      if (values_[i] > 0) {
        out.ids_.push_back(ids_[i]);
        out.values_.push_back(values_[i]);
        if (timed()) {
          out.times_.push_back(times_[i]);
        }
      }
    }
    out.offsets_.push_back(out.ids_.size());
  }
  return out;
}

InteractionMatrix InteractionMatrix::select(std::span<const std::uint32_t> chosen) const {
  InteractionMatrix out;
  out.columns_ = columns_;
  for (const std::uint32_t i : chosen) {
    const Row own = row(i);
    out.ids_.insert(out.ids_.end(), own.columns.begin(), own.columns.end());
    out.values_.insert(out.values_.end(), own.values.begin(), own.values.end());
    out.times_.insert(out.times_.end(), own.times.begin(), own.times.end());
    out.offsets_.push_back(out.ids_.size());
  }
  return out;
}

std::vector<std::uint32_t> InteractionMatrix::column_counts() const {
  std::vector<std::uint32_t> counts(columns_, 0);
  for (const std::uint32_t id : ids_) {
    ++counts[id];
  }
  return counts;
}

std::uint64_t InteractionMatrix::fingerprint() const {
  std::uint64_t hash = hash_of(std::span<const std::uint64_t>(offsets_), columns_);
  hash = hash_of(std::span<const std::uint32_t>(ids_), hash);
  hash = hash_of(std::span<const float>(values_), hash);
  return hash_of(std::span<const std::int64_t>(times_), hash);
}

Status InteractionMatrixBuilder::add(std::uint32_t row,
                                     std::uint32_t column,
                                     float value,
                                     std::int64_t time) {
  if (!std::isfinite(value)) {
    return fail(Code::kInvalidArgument, "{} is not a finite number", value);
  }
  if (row == kNoIndex || column == kNoIndex) {
    return fail(Code::kInvalidArgument, "a matrix has at most {} rows and columns", kNoIndex);
  }
  cells_.push_back({row, column, value});
  if (timed_) {
    times_.push_back(time);
  }
  rows_ = std::max(rows_, std::size_t{row} + 1);
  columns_ = std::max(columns_, std::size_t{column} + 1);
  return {};
}

Result<InteractionMatrix> InteractionMatrixBuilder::build(std::size_t rows, std::size_t columns) {
  rows = std::max(rows, rows_);
  columns = std::max(columns, columns_);
  if (rows > kNoIndex || columns > kNoIndex) {
    return fail(Code::kInvalidArgument, "a matrix has at most {} rows and columns", kNoIndex);
  }
  std::vector<std::uint64_t> begins(rows + 1, 0);
  for (const Cell& cell : cells_) {
    ++begins[cell.row + 1];
  }
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<std::uint64_t> order(cells_.size());  // by row, then as they came
  {
    std::vector<std::uint64_t> next(begins.begin(), begins.end() - 1);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      order[next[cells_[i].row]++] = i;
    }
  }
  InteractionMatrix out;
  out.columns_ = columns;
  out.ids_.reserve(cells_.size());
  out.values_.reserve(cells_.size());
  out.times_.reserve(times_.size());
  const auto add = [&](std::uint64_t i, std::size_t first) {
    const Cell& cell = cells_[i];
    const bool known = out.ids_.size() > first && out.ids_.back() == cell.column;
    if (!known) {
      out.ids_.push_back(cell.column);
      out.values_.push_back(cell.value);
      if (timed_) {
        out.times_.push_back(times_[i]);
      }
      return;
    }
    const bool later = !timed_ || times_[i] >= out.times_.back();
    if (rule_ == MergeRule::kSum) {
      out.values_.back() += cell.value;
    } else if (later) {
      out.values_.back() = cell.value;
    }
    if (timed_ && later) {
      out.times_.back() = times_[i];
    }
  };
  for (std::size_t row = 0; row < rows; ++row) {
    const auto own = std::span(order).subspan(begins[row], begins[row + 1] - begins[row]);
    std::ranges::sort(own, [&](std::uint64_t a, std::uint64_t b) {
      return cells_[a].column != cells_[b].column ? cells_[a].column < cells_[b].column : a < b;
    });
    const std::size_t first = out.ids_.size();
    for (const std::uint64_t i : own) {
      add(i, first);
    }
    out.offsets_.push_back(out.ids_.size());
  }
  *this = InteractionMatrixBuilder(rule_, timed_);
  if (!std::ranges::all_of(out.values_, [](float value) { return std::isfinite(value); })) {
    return fail(Code::kInvalidArgument, "the values of one reader and item add up to infinity");
  }
  return out;
}

}  // namespace bookreco
