#include <algorithm>
#include <limits>
#include <numeric>

#include "index/attributes.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxValuesPerRow = 4096;

}  // namespace

void AttributesBuilder::add_value(std::size_t column, std::string_view text) {
  if (text.empty()) {
    return;
  }
  Column& c = columns_[column];
  const std::uint32_t spelling = c.spellings.insert(text);
  if (spelling == c.value_of.size()) {
    const std::uint32_t value =
        column == kTermColumn ? c.keys.insert(text) : c.keys.insert(attribute_key(text));
    c.value_of.push_back(value);
    if (value == c.name_of.size()) {
      c.name_of.push_back(spelling);
    }
  }
  row_values_.push_back(c.value_of[spelling]);
}

void AttributesBuilder::end_column() {
  const auto begin = row_values_.begin() + row_offsets_.back();
  std::sort(begin, row_values_.end());
  row_values_.erase(std::unique(begin, row_values_.end()), row_values_.end());
  row_offsets_.push_back(static_cast<std::uint32_t>(row_values_.size()));
}

Status AttributesBuilder::add(const Book& book, std::span<const std::string_view> terms) {
  if (book.authors.size() + book.labels.size() + terms.size() > kMaxValuesPerRow) {
    return fail(Code::kInvalidArgument,
                "book {} has more than {} authors, labels and terms",
                book.id,
                kMaxValuesPerRow);
  }
  if (row_values_.size() > std::numeric_limits<std::uint32_t>::max() - 2 * kMaxValuesPerRow) {
    return fail(Code::kResourceExhausted,
                "the books have more than {} attribute values in all",
                row_values_.size());
  }
  const auto add_all = [this](FacetKind kind, const auto& values) {
    for (const auto& value : values) {
      add_value(column_of(kind), value);
    }
    end_column();
  };
  using One = std::array<std::string_view, 1>;
  static_assert(column_of(FacetKind::kLanguage) == 7,
                "columns are added in the order of FacetKind");
  add_all(FacetKind::kAuthor, book.authors);
  add_all(FacetKind::kLabel, book.labels);
  add_all(FacetKind::kCollection, One{book.collection});
  add_all(FacetKind::kSeries, One{book.series});
  add_all(FacetKind::kPublisher, One{book.publisher});
  add_all(FacetKind::kFormat, One{book.format});
  add_all(FacetKind::kBinding, One{book.binding});
  add_all(FacetKind::kLanguage, One{book.language});
  for (const std::string_view term : terms) {
    add_value(kTermColumn, term);
  }
  end_column();
  if (book.available == false) {
    unavailable_.push_back(static_cast<std::uint32_t>(pages_.size()));
  }
  pages_.push_back(book.page_count.value_or(kUnknownNumber));
  dates_.push_back(book.published_on ? book.published_on->key() : kUnknownNumber);
  series_numbers_.push_back(book.series_number.value_or(std::numeric_limits<double>::quiet_NaN()));
  return {};
}

/// Replaces numbers in order of arrival by numbers in order of key.
AttributesBuilder::Order AttributesBuilder::number_by_key() {
  Order order;
  Order rank;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const StringTable& keys = columns_[column].keys;
    order[column].resize(keys.size());
    std::iota(order[column].begin(), order[column].end(), 0U);
    std::sort(order[column].begin(), order[column].end(), [&](std::uint32_t a, std::uint32_t b) {
      return keys.at(a) < keys.at(b);
    });
    rank[column].resize(keys.size());
    for (std::uint32_t i = 0; i < order[column].size(); ++i) {
      rank[column][order[column][i]] = i;
    }
  }
  for (std::size_t i = 0; i + 1 < row_offsets_.size(); ++i) {
    const std::span values(row_values_.begin() + row_offsets_[i],
                           row_values_.begin() + row_offsets_[i + 1]);
    for (std::uint32_t& value : values) {
      value = rank[i % kColumns][value];
    }
    std::sort(values.begin(), values.end());
  }
  return order;
}

Result<SectionFile> AttributesBuilder::finish(SectionWriter writer) {
  const Order order = number_by_key();
  std::vector<std::uint32_t> first{0};
  TextTableBuilder names;
  TextTableBuilder keys;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const Column& c = columns_[column];
    first.push_back(first.back() + static_cast<std::uint32_t>(c.keys.size()));
    for (const std::uint32_t value : order[column]) {
      names.add(c.spellings.at(c.name_of[value]));
      keys.add(c.keys.at(value));
    }
  }
  columns_ = {};
  std::vector<std::uint32_t> offsets(first.back() + std::size_t{1}, 0);
  const auto each_value = [&](const auto& visit) {
    for (std::size_t i = 0; i + 1 < row_offsets_.size(); ++i) {
      for (std::uint32_t j = row_offsets_[i]; j < row_offsets_[i + 1]; ++j) {
        visit(first[i % kColumns] + row_values_[j], static_cast<std::uint32_t>(i / kColumns));
      }
    }
  };
  each_value([&](std::uint32_t value, std::uint32_t) { ++offsets[value + 1]; });
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  std::vector<std::uint32_t> next(offsets.begin(), offsets.end() - 1);
  std::vector<std::uint32_t> postings(row_values_.size());
  each_value([&](std::uint32_t value, std::uint32_t row) { postings[next[value]++] = row; });

  BOOKRECO_TRY_VOID(writer.add("columns", std::span<const std::uint32_t>(first)));
  BOOKRECO_TRY_VOID(names.write(writer, "names"));
  BOOKRECO_TRY_VOID(keys.write(writer, "keys"));
  BOOKRECO_TRY_VOID(writer.add("rows.offsets", std::span<const std::uint32_t>(row_offsets_)));
  BOOKRECO_TRY_VOID(writer.add("rows.values", std::span<const std::uint32_t>(row_values_)));
  BOOKRECO_TRY_VOID(writer.add("postings.offsets", std::span<const std::uint32_t>(offsets)));
  BOOKRECO_TRY_VOID(writer.add("postings.rows", std::span<const std::uint32_t>(postings)));
  BOOKRECO_TRY_VOID(writer.add("pages", std::span<const std::int32_t>(pages_)));
  BOOKRECO_TRY_VOID(writer.add("dates", std::span<const std::int32_t>(dates_)));
  BOOKRECO_TRY_VOID(writer.add("series_numbers", std::span<const double>(series_numbers_)));
  BOOKRECO_TRY_VOID(writer.add("unavailable", std::span<const std::uint32_t>(unavailable_)));
  return writer.finish();
}

}  // namespace bookreco
