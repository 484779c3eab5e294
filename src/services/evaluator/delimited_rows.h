#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"

namespace bookreco {

/// Cuts lines into fields at a separator ("," "\t" "::" …). A field that begins with a double quote
/// ends with one and may hold separators, doubled quotes and newlines, as in RFC 4180. A quote that
/// is never closed spoils its own line only. Bytes are passed as they are. One thread.
class DelimitedRows {
 public:
  struct Row {
    std::uint64_t line = 0;         ///< where it begins, from 1
    std::string_view text;          ///< its first line as written; valid until the next call
    const char* problem = nullptr;  ///< why it has no fields; nullptr when it has
  };

  explicit DelimitedRows(LineReader lines) : lines_(std::move(lines)) {}

  /// Rows are whole lines until a separator is set: fields() is then empty.
  void set_separator(std::string separator) { separator_ = std::move(separator); }

  /// nullopt at the end; blank lines are passed over.
  Result<std::optional<Row>> next();
  /// Of the row that next() gave, valid until the next call.
  const std::vector<std::string_view>& fields() const { return fields_; }
  /// Gives the row that next() gave once more.
  void again() { repeat_ = true; }
  const ByteSource& source() const { return lines_.source(); }

 private:
  struct Waiting {
    std::uint64_t number = 0;
    std::string text;
    bool too_long = false;
  };

  Result<std::optional<LineReader::Line>> next_line();
  bool split(std::string_view text);
  std::optional<std::size_t> unquote(std::string_view text, std::size_t begin);
  Status read_continued();

  LineReader lines_;
  std::string separator_;
  Row row_;
  bool repeat_ = false;
  std::vector<std::string_view> fields_;
  std::string whole_;                  ///< the text of a row of several lines
  std::vector<std::string> unquoted_;  ///< fields that are not a part of the text as it stands
  std::vector<Waiting> waiting_;       ///< lines to read again, last first
  std::string current_;
};

}  // namespace bookreco
