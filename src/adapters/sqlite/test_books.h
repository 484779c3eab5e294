#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "domain/book.h"

namespace bookreco {

/// Books that share labels and have authors of their own, with about a kilobyte of text; ids are
/// "first", "first + 1", ….
inline std::vector<Book> numbered_books(int first, int count) {
  std::vector<Book> books(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    Book& book = books[static_cast<std::size_t>(i)];
    book.id = fmt::format("{:08}", first + i);
    book.title = fmt::format("Title {}", first + i);
    book.authors = {fmt::format("Author {}", first + i)};
    book.labels = {"shared"};
    book.description.assign(1000, static_cast<char>('a' + (first + i) % 26));
  }
  return books;
}

}  // namespace bookreco
