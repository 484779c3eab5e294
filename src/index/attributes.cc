#include "index/attributes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/fold.h"
#include "kernels/bounds.h"

namespace bookreco {
namespace {

/// The last key that "inclusive, with what it leaves out" lets pass: a bare year ends with its last
/// day.
std::int32_t last_key(const PartialDate& date) {
  return date.key() + (date.month == 0 ? 1231 : date.day == 0 ? 31 : 0);
}

/// Keeps the rows whose number is low or more and high or less.
void keep_between(RowSet& rows,
                  std::span<const std::int32_t> column,
                  std::int32_t low,
                  std::int32_t high) {
  std::array<std::int32_t, 64> last{};
  for (std::size_t word = 0; word * 64 < column.size(); ++word) {
    const auto own =
        column.subspan(word * 64, std::min<std::size_t>(64, column.size() - word * 64));
    const std::int32_t* values = own.data();
    if (own.size() < last.size()) {
      std::ranges::copy(own, last.begin());
      values = last.data();
    }
    rows.intersect_word(word, within(values, low, high));
  }
}

}  // namespace

std::string attribute_key(std::string_view text) {
  std::string key = fold(text);
  return key.empty() ? std::string(text) : key;
}

Result<Attributes> Attributes::open(const SectionFile& file) {
  Attributes a;
  a.file_ = file;
  BOOKRECO_TRY(a.first_, file.array<std::uint32_t>("columns"));
  BOOKRECO_TRY(a.names_, TextTable::open(file, "names"));
  BOOKRECO_TRY(a.keys_, TextTable::open(file, "keys"));
  BOOKRECO_TRY(a.row_offsets_, file.array<std::uint32_t>("rows.offsets"));
  BOOKRECO_TRY(a.row_values_, file.array<std::uint32_t>("rows.values"));
  BOOKRECO_TRY(a.posting_offsets_, file.array<std::uint32_t>("postings.offsets"));
  BOOKRECO_TRY(a.postings_, file.array<std::uint32_t>("postings.rows"));
  BOOKRECO_TRY(a.pages_, file.array<std::int32_t>("pages"));
  BOOKRECO_TRY(a.dates_, file.array<std::int32_t>("dates"));
  BOOKRECO_TRY(a.series_numbers_, file.array<double>("series_numbers"));
  BOOKRECO_TRY(const auto unavailable, file.array<std::uint32_t>("unavailable"));
  const std::size_t rows = a.rows();
  const std::size_t values = a.names_.size();
  BOOKRECO_TRY_VOID(check_offsets("columns", a.first_, kColumns, values));
  BOOKRECO_TRY_VOID(
      check_offsets("rows.offsets", a.row_offsets_, rows * kColumns, a.row_values_.size()));
  BOOKRECO_TRY_VOID(
      check_offsets("postings.offsets", a.posting_offsets_, values, a.postings_.size()));
  BOOKRECO_TRY_VOID(check_below("postings.rows", a.postings_, rows));
  BOOKRECO_TRY_VOID(check_below("unavailable", unavailable, rows));
  if (a.keys_.size() != values || a.dates_.size() != rows || a.series_numbers_.size() != rows) {
    return fail(Code::kDataLoss, "the sections of the attributes disagree on their sizes");
  }
  a.unavailable_ = row_set_of(unavailable, rows);
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < kColumns; ++column) {
      BOOKRECO_TRY_VOID(
          check_below("rows.values", a.values(column, row), a.dictionary_size(column)));
    }
  }
  return a;
}

std::optional<std::uint32_t> Attributes::find(std::size_t column, std::string_view key) const {
  std::uint32_t low = 0;
  auto high = static_cast<std::uint32_t>(dictionary_size(column));
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const int order = this->key(column, middle).compare(key);
    if (order == 0) {
      return middle;
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

std::optional<double> Attributes::series_number(std::uint32_t row) const {
  const double number = series_numbers_[row];
  return std::isnan(number) ? std::nullopt : std::optional(number);
}

std::optional<RowSet> Attributes::filter(const BookFilter& filter) const {
  std::optional<RowSet> passing;
  const auto rows_of = [&](FacetKind kind, const std::vector<std::string>& named) {
    RowSet found(rows());
    for (const std::string& text : named) {
      if (const auto value = find(column_of(kind), attribute_key(text))) {
        for (const std::uint32_t row : rows_with(column_of(kind), *value)) {
          found.insert(row);
        }
      }
    }
    return found;
  };
  const auto keep_values = [&](FacetKind kind, const std::vector<std::string>& wanted) {
    if (wanted.empty()) {
      return;
    }
    RowSet found = rows_of(kind, wanted);
    if (passing) {
      passing->intersect(found);
    } else {
      passing = std::move(found);
    }
  };
  keep_values(FacetKind::kAuthor, filter.authors);
  keep_values(FacetKind::kLabel, filter.labels);
  keep_values(FacetKind::kCollection, filter.collections);
  keep_values(FacetKind::kSeries, filter.series);
  keep_values(FacetKind::kPublisher, filter.publishers);
  keep_values(FacetKind::kFormat, filter.formats);
  keep_values(FacetKind::kBinding, filter.bindings);
  keep_values(FacetKind::kLanguage, filter.languages);
  const auto drop_values = [&](FacetKind kind, const std::vector<std::string>& unwanted) {
    if (!unwanted.empty()) {
      passing = passing ? std::move(passing) : RowSet(rows(), true);
      passing->subtract(rows_of(kind, unwanted));
    }
  };
  drop_values(FacetKind::kAuthor, filter.exclude_authors);
  drop_values(FacetKind::kSeries, filter.exclude_series);
  drop_values(FacetKind::kLabel, filter.exclude_labels);
  constexpr std::int32_t kLowest = kUnknownNumber + 1;
  constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();
  if (filter.pages_min || filter.pages_max) {
    passing = passing ? std::move(passing) : RowSet(rows(), true);
    keep_between(*passing,
                 pages_,
                 std::max(filter.pages_min.value_or(kLowest), kLowest),
                 filter.pages_max.value_or(kHighest));
  }
  if (filter.published_after || filter.published_before) {
    passing = passing ? std::move(passing) : RowSet(rows(), true);
    keep_between(*passing,
                 dates_,
                 filter.published_after ? filter.published_after->key() : kLowest,
                 filter.published_before ? last_key(*filter.published_before) : kHighest);
  }
  return passing;
}

}  // namespace bookreco
