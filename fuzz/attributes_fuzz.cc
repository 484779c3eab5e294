#include "index/attributes.h"
#include "section_edits.h"

using namespace bookreco;

namespace {

void check_column(const Attributes& attributes, std::size_t column) {
  const std::size_t values = attributes.dictionary_size(column);
  for (std::uint32_t value = 0; value < values; ++value) {
    BOOKRECO_CHECK(attributes.name(column, value).size() < (std::size_t{1} << 30));
    const auto found = attributes.find(column, attributes.key(column, value));
    BOOKRECO_CHECK(!found || *found < values);
    const auto rows = attributes.rows_with(column, value);
    BOOKRECO_CHECK(
        std::ranges::all_of(rows, [&](std::uint32_t row) { return row < attributes.rows(); }));
  }
  for (std::uint32_t row = 0; row < attributes.rows(); ++row) {
    const auto own = attributes.values(column, row);
    BOOKRECO_CHECK(std::ranges::all_of(own, [&](std::uint32_t value) { return value < values; }));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SectionEdits kEdits(SegmentFile::kAttributes);
  const auto attributes = Attributes::open(kEdits.apply(data, size));
  if (!attributes) {
    BOOKRECO_CHECK(attributes.error().code == Code::kDataLoss);
    return 0;
  }
  for (std::size_t column = 0; column < kColumns; ++column) {
    check_column(*attributes, column);
  }
  for (std::uint32_t row = 0; row < attributes->rows(); ++row) {
    attributes->series_number(row);
  }
  BookFilter filter;
  filter.authors = {"homere"};
  filter.labels = {"Mer"};
  filter.exclude_authors = {"Victor Hugo"};
  filter.exclude_labels = {"Roman"};
  filter.pages_min = 1;
  const auto passing = attributes->filter(filter);
  BOOKRECO_CHECK(passing && passing->rows() == attributes->rows() &&
                 passing->count() <= attributes->rows());
  const RowSet& unavailable = attributes->unavailable();
  BOOKRECO_CHECK(unavailable.rows() == 0 || unavailable.rows() == attributes->rows());
  return 0;
}
