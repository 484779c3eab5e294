#include "services/ingest/csv_reader.h"

#include <algorithm>
#include <iterator>

#include "domain/fold.h"

namespace bookreco {

Result<CsvReader> CsvReader::open(LineReader lines, std::size_t max_row_bytes) {
  CsvReader reader(std::move(lines), max_row_bytes);
  BOOKRECO_TRY(const std::optional<Row> header, reader.next());
  if (!header || !header->problem.empty()) {
    return fail(Code::kInvalidArgument, "a CSV file begins with the names of its columns");
  }
  for (std::size_t i = 0; i < reader.count_; ++i) {
    reader.columns_.emplace(fold(reader.fields_[i]), i);
  }
  return reader;
}

Result<std::optional<LineReader::Line>> CsvReader::next_line() {
  if (again_.empty()) {
    return lines_.next();
  }
  auto [number, text] = std::move(again_.back());
  again_.pop_back();
  text_ = std::move(text);
  return LineReader::Line{text_, number, false};
}

/// Fills fields_[0, count_); false when a quote stays open.
bool CsvReader::parse(std::string_view text) {
  count_ = 0;
  std::size_t i = 0;
  for (;;) {
    if (count_ == fields_.size()) {
      fields_.emplace_back();
    }
    std::string& field = fields_[count_++];
    field.clear();
    if (i < text.size() && text[i] == '"' && separator_ == ',') {
      for (++i;; ++i) {
        const std::size_t quote = text.find('"', i);
        if (quote == std::string_view::npos) {
          return false;
        }
        field += text.substr(i, quote - i);
        i = quote + 1;
        if (i >= text.size() || text[i] != '"') {
          break;
        }
        field += '"';
      }
    }
    const std::size_t end = std::min(text.find(separator_, i), text.size());
    field += text.substr(i, end - i);
    if (end == text.size()) {
      return true;
    }
    i = end + 1;
  }
}

Result<std::optional<CsvReader::Row>> CsvReader::next() {
  for (;;) {
    BOOKRECO_TRY(const std::optional<LineReader::Line> first, next_line());
    if (!first) {
      return std::nullopt;
    }
    Row row{first->number, {}};
    if (first->too_long) {
      shown_.clear();
      row.problem = "longer than 16 MiB";
      return row;
    }
    if (first->text.find_first_not_of(" \t") == std::string_view::npos) {
      continue;
    }
    if (columns_.empty() && first->text.find('\t') != std::string_view::npos) {
      separator_ = '\t';
    }
    shown_ = first->text.substr(0, 200);
    if (parse(first->text)) {
      if (!columns_.empty() && count_ != columns_.size()) {
        row.problem = fmt::format("{} fields where the header names {}", count_, columns_.size());
      }
      return row;
    }
    BOOKRECO_TRY_VOID(read_continued(first->text, row));
    return row;
  }
}

/// A row whose first line leaves a quote open. Quotes come in pairs once the row is whole, so it is
/// parsed once.
Status CsvReader::read_continued(std::string_view first, Row& row) {
  std::string text(first);
  std::vector<std::pair<std::uint64_t, std::string>> taken;
  auto quotes = std::count(first.begin(), first.end(), '"');
  while (quotes % 2 != 0 && text.size() <= limit_) {
    BOOKRECO_TRY(const std::optional<LineReader::Line> more, next_line());
    if (!more || more->too_long) {
      break;
    }
    taken.emplace_back(more->number, more->text);
    text += '\n';
    text += more->text;
    quotes += std::count(more->text.begin(), more->text.end(), '"');
  }
  if (quotes % 2 == 0 && parse(text) && (columns_.empty() || count_ == columns_.size())) {
    return {};
  }
  again_.insert(
      again_.end(), std::make_move_iterator(taken.rbegin()), std::make_move_iterator(taken.rend()));
  row.problem = "a quote is not closed";
  return {};
}

std::string_view CsvReader::field(std::string_view name) const {
  const auto found = columns_.find(std::string(name));
  return found == columns_.end() || found->second >= count_
             ? std::string_view()
             : std::string_view(fields_[found->second]);
}

}  // namespace bookreco
