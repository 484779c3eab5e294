#include "services/ingest/json_array_reader.h"

namespace bookreco {

/// More bytes behind the buffer; false at the end of the file.
Result<bool> JsonArrayReader::fill() {
  BOOKRECO_TRY(const std::string_view bytes, source_.read());
  buffer_ += bytes;
  return !bytes.empty();
}

/// Moves end_ behind the object at begin_; false when the object does not end within the limit, on
/// the file's end, or at a line break inside a string, which JSON does not have.
Result<bool> JsonArrayReader::find_end() {
  std::size_t depth = 0;
  bool in_string = false;
  for (end_ = begin_;; ++end_) {
    if (end_ - begin_ > limit_) {
      return false;
    }
    if (end_ == buffer_.size()) {
      BOOKRECO_TRY(const bool more, fill());
      if (!more) {
        return false;
      }
    }
    const char c = buffer_[end_];
    if (in_string) {
      if (c == '\\') {
        ++end_;
        if (end_ == buffer_.size()) {
          BOOKRECO_TRY(const bool more, fill());
          if (!more) {
            return false;
          }
        }
      } else if (c == '"') {
        in_string = false;
      } else if (c == '\n') {
        return false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      ++end_;
      return true;
    }
  }
}

Result<std::optional<JsonArrayReader::Element>> JsonArrayReader::next() {
  buffer_.erase(0, end_);
  end_ = 0;
  for (;;) {
    begin_ = buffer_.find('{');
    if (begin_ != std::string::npos) {
      break;
    }
    buffer_.clear();
    BOOKRECO_TRY(const bool more, fill());
    if (!more) {
      return std::nullopt;
    }
  }
  BOOKRECO_TRY(const bool whole, find_end());
  end_ = std::min(end_, buffer_.size());
  return Element{std::string_view(buffer_).substr(begin_, end_ - begin_), ++number_, whole};
}

void JsonArrayReader::resume_inside() {
  const std::string_view text = std::string_view(buffer_).substr(0, end_);
  for (std::size_t open = text.find('{', begin_ + 1); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const std::size_t before = text.find_last_not_of(" \t\r", open - 1);
    const bool begins_line = text[before] == '\n';
    const bool follows = text[before] == ',' && before > begin_ &&
                         text.find_last_not_of(" \t\r\n", before - 1) != std::string_view::npos &&
                         text[text.find_last_not_of(" \t\r\n", before - 1)] == '}';
    if (begins_line || follows) {
      end_ = open;
      return;
    }
  }
}

}  // namespace bookreco
