#pragma once

#include <string>
#include <vector>

namespace bookreco {

/// A table for people: columns as wide as their widest cell, the last one cut to the terminal's
/// width. Cells are UTF-8.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// `width` 0 asks the terminal, 100 where there is none.
  std::string to_text(std::size_t width = 0) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// At most `width` code points, the last an ellipsis when cut.
std::string shorten(const std::string& text, std::size_t width);

}  // namespace bookreco
