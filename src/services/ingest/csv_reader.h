#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/archive.h"

namespace bookreco {

/// RFC 4180: quoted fields may hold commas, doubled quotes and newlines. When the header has a tab,
/// tabs separate fields and quotes are letters, as exports in that form have it. One row at a time,
/// at most `max_row_bytes` of it in memory. A quote that is never closed spoils its own line only:
/// reading goes on with the next one.
class CsvReader {
 public:
  struct Row {
    std::uint64_t line = 0;  ///< where it begins, from 1
    std::string problem;     ///< empty when the fields are good
  };

  /// Reads the header. kInvalidArgument when there is none.
  static Result<CsvReader> open(LineReader lines,
                                std::size_t max_row_bytes = std::size_t{16} << 20);

  /// nullopt at the end. Fields stay valid until the next call.
  Result<std::optional<Row>> next();

  /// The field of the current row under a header's folded name ("book id"); empty when there is no
  /// such column.
  std::string_view field(std::string_view name) const;
  /// The start of the current row as it was written, for messages.
  std::string_view text_shown() const { return shown_; }
  const ByteSource& source() const { return lines_.source(); }

 private:
  CsvReader(LineReader lines, std::size_t limit) : lines_(std::move(lines)), limit_(limit) {}
  Result<std::optional<LineReader::Line>> next_line();
  bool parse(std::string_view text);
  Status read_continued(std::string_view first, Row& row);

  LineReader lines_;
  std::size_t limit_;
  char separator_ = ',';
  std::vector<std::string> fields_;
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<std::pair<std::uint64_t, std::string>>
      again_;  ///< lines to read once more, last first
  std::string text_;
  std::string shown_;
};

}  // namespace bookreco
