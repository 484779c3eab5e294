#include "app/table.h"

#include <algorithm>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"

namespace bookreco {
namespace {

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 100;
}

}  // namespace

std::string shorten(const std::string& text, std::size_t width) {
  if (utf8_length(text) <= width) {
    return text;
  }
  std::size_t end = 0;
  for (std::size_t kept = 0; kept + 1 < width && end < text.size(); ++kept) {
    end += std::max<std::size_t>(utf8_sequence_length(std::string_view(text).substr(end)), 1);
  }
  return text.substr(0, end) + "…";
}

std::string Table::to_text(std::size_t width) const {
  constexpr std::size_t kMaxColumn = 36;
  width = width == 0 ? terminal_width() : width;
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < header_.size(); ++c) {
    std::size_t widest = utf8_length(header_[c]);
    for (const auto& row : rows_) {
      widest = std::max(widest, utf8_length(row[c]));
    }
    widths.push_back(std::min(widest, kMaxColumn));
  }
  std::string out;
  auto line = [&](const std::vector<std::string>& row) {
    std::size_t used = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const bool last = c + 1 == row.size();
      const std::size_t room =
          last ? std::max<std::size_t>(width > used ? width - used : 0, 16) : widths[c];
      const std::string cell = shorten(row[c], room);
      out += cell;
      if (!last) {
        out.append(widths[c] - utf8_length(cell) + 2, ' ');
        used += widths[c] + 2;
      }
    }
    out += '\n';
  };
  line(header_);
  for (const auto& row : rows_) {
    line(row);
  }
  return out;
}

}  // namespace bookreco
