#include "services/evaluator/delimited_rows.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace bookreco {
namespace {

constexpr std::size_t kMostBytesOfRow = 16 << 10;  // where a quote spans lines

}  // namespace

Result<std::optional<LineReader::Line>> DelimitedRows::next_line() {
  if (waiting_.empty()) {
    return lines_.next();
  }
  auto [number, text, too_long] = std::move(waiting_.back());
  waiting_.pop_back();
  current_ = std::move(text);
  return LineReader::Line{current_, number, too_long};
}

/// Appends the quoted field that begins after `begin`; answers where it ends, nullopt when it does
/// not.
std::optional<std::size_t> DelimitedRows::unquote(std::string_view text, std::size_t begin) {
  std::string field;
  for (std::size_t i = begin + 1;;) {
    const std::size_t quote = text.find('"', i);
    if (quote == std::string_view::npos) {
      return std::nullopt;
    }
    field += text.substr(i, quote - i);
    i = quote + 1;
    if (i < text.size() && text[i] == '"') {
      field += '"';
      ++i;
      continue;
    }
    const std::size_t end = std::min(text.find(separator_, i), text.size());
    field += text.substr(i, end - i);
    unquoted_.push_back(std::move(field));
    fields_.emplace_back();  // pointed at its text at the end, when the strings have stopped moving
    return end;
  }
}

bool DelimitedRows::split(std::string_view text) {
  fields_.clear();
  unquoted_.clear();
  std::vector<std::size_t> quoted;
  for (std::size_t i = 0;;) {
    std::size_t end = 0;
    if (i < text.size() && text[i] == '"') {
      quoted.push_back(fields_.size());
      const std::optional<std::size_t> found = unquote(text, i);
      if (!found) {
        return false;
      }
      end = *found;
    } else if (separator_.size() == 1) {
      const void* found = std::memchr(text.data() + i, separator_[0], text.size() - i);
      end = found == nullptr
                ? text.size()
                : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
      fields_.push_back(text.substr(i, end - i));
    } else {
      end = std::min(text.find(separator_, i), text.size());
      fields_.push_back(text.substr(i, end - i));
    }
    if (end >= text.size()) {
      break;
    }
    i = end + separator_.size();
  }
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    fields_[quoted[i]] = unquoted_[i];
  }
  return true;
}

Result<std::optional<DelimitedRows::Row>> DelimitedRows::next() {
  if (repeat_) {
    repeat_ = false;
    if (row_.problem == nullptr && !separator_.empty() && !split(row_.text)) {
      BOOKRECO_TRY_VOID(read_continued());
    }
    return row_;
  }
  for (;;) {
    BOOKRECO_TRY(const std::optional<LineReader::Line> line, next_line());
    if (!line) {
      return std::nullopt;
    }
    row_ = {line->number, line->text, line->too_long ? "the line is longer than 16 MiB" : nullptr};
    fields_.clear();
    if (line->too_long) {
      return row_;
    }
    if (line->text.find_first_not_of(" \t") == std::string_view::npos) {
      continue;
    }
    if (!separator_.empty() && !split(line->text)) {
      BOOKRECO_TRY_VOID(read_continued());
    }
    return row_;
  }
}

/// A row whose first line leaves a quote open: lines are added until quotes pair up.
Status DelimitedRows::read_continued() {
  whole_ = row_.text;
  const std::size_t first = whole_.size();
  std::vector<Waiting> taken;
  bool closed = false;
  while (!closed && whole_.size() <= kMostBytesOfRow) {
    BOOKRECO_TRY(const std::optional<LineReader::Line> more, next_line());
    if (!more) {
      break;
    }
    taken.push_back({more->number, std::string(more->text), more->too_long});
    if (more->too_long) {
      break;
    }
    whole_ += '\n';
    whole_ += more->text;
    closed = more->text.find('"') != std::string_view::npos && split(whole_);
  }
  row_.text = std::string_view(whole_).substr(0, first);
  if (!closed) {
    fields_.clear();
    row_.problem = "a quote is not closed";
    waiting_.insert(waiting_.end(),
                    std::make_move_iterator(taken.rbegin()),
                    std::make_move_iterator(taken.rend()));
  }
  return {};
}

}  // namespace bookreco
