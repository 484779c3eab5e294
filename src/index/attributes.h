#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"
#include "domain/book.h"
#include "domain/filter.h"
#include "index/row_set.h"
#include "index/text_table.h"
#include "ml/string_table.h"

namespace bookreco {

/// The columns of the attributes: the facets under their own numbers, then the terms.
inline constexpr std::size_t kTermColumn = kFacetKinds;
inline constexpr std::size_t kColumns = kFacetKinds + 1;
constexpr std::size_t column_of(FacetKind kind) {
  return static_cast<std::size_t>(kind);
}

/// What rows can be filtered by and compared on. Each column has a dictionary of values, numbered
/// in the order of their keys (the folded text), and for each value the rows that have it.
/// Immutable; safe from any thread.
class Attributes {
 public:
  static Result<Attributes> open(const SectionFile& file);

  std::size_t rows() const { return pages_.size(); }
  /// The row's values, ascending.
  std::span<const std::uint32_t> values(std::size_t column, std::uint32_t row) const {
    const std::size_t i = row * kColumns + column;
    return row_values_.subspan(row_offsets_[i], row_offsets_[i + 1] - row_offsets_[i]);
  }
  std::size_t dictionary_size(std::size_t column) const {
    return first_[column + 1] - first_[column];
  }
  /// The spelling that the first row to have the value gave it.
  std::string_view name(std::size_t column, std::uint32_t value) const {
    return names_[first_[column] + value];
  }
  std::string_view key(std::size_t column, std::uint32_t value) const {
    return keys_[first_[column] + value];
  }
  std::optional<std::uint32_t> find(std::size_t column, std::string_view key) const;
  /// The rows that have the value, ascending.
  std::span<const std::uint32_t> rows_with(std::size_t column, std::uint32_t value) const {
    const std::size_t i = first_[column] + value;
    return postings_.subspan(posting_offsets_[i], posting_offsets_[i + 1] - posting_offsets_[i]);
  }
  std::optional<double> series_number(std::uint32_t row) const;

  /// The rows of books said not to be available; of no rows at all when there are none.
  const RowSet& unavailable() const { return unavailable_; }

  /// Rows that pass what is said of their values and numbers; nullopt when nothing is.
  /// `exclude_ids` and `available` are not looked at: they are the affair of all segments
  /// (recommend/scope.h).
  std::optional<RowSet> filter(const BookFilter& filter) const;

 private:
  SectionFile file_;
  std::span<const std::uint32_t> first_;
  TextTable names_;
  TextTable keys_;
  std::span<const std::uint32_t> row_offsets_;
  std::span<const std::uint32_t> row_values_;
  std::span<const std::uint32_t> posting_offsets_;
  std::span<const std::uint32_t> postings_;
  std::span<const std::int32_t> pages_;
  std::span<const std::int32_t> dates_;
  std::span<const double> series_numbers_;
  RowSet unavailable_;
};

/// What values are compared by: folded text, or the text itself when folding leaves nothing
/// ("???").
std::string attribute_key(std::string_view text);

/// In the columns of numbers: not known.
inline constexpr std::int32_t kUnknownNumber = std::numeric_limits<std::int32_t>::min();

/// Collects the attributes of rows in order. One thread.
class AttributesBuilder {
 public:
  /// kInvalidArgument when the book has more than 4,096 values.
  Status add(const Book& book, std::span<const std::string_view> terms);
  Result<SectionFile> finish(SectionWriter writer);

 private:
  /// Values as they arrive, numbered by their first spelling.
  struct Column {
    StringTable spellings;
    std::vector<std::uint32_t> value_of;  ///< spelling → value
    StringTable keys;                     ///< by value
    std::vector<std::uint32_t> name_of;   ///< value → spelling
  };
  /// The values of each column in the order of their keys.
  using Order = std::array<std::vector<std::uint32_t>, kColumns>;
  void add_value(std::size_t column, std::string_view text);
  void end_column();
  Order number_by_key();

  std::array<Column, kColumns> columns_;
  std::vector<std::uint32_t> row_offsets_{0};
  std::vector<std::uint32_t> row_values_;
  std::vector<std::int32_t> pages_;
  std::vector<std::int32_t> dates_;
  std::vector<double> series_numbers_;
  std::vector<std::uint32_t> unavailable_;
};

}  // namespace bookreco
