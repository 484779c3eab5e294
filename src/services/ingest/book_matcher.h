#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ports/stores.h"

namespace bookreco {

/// A book as a reader's file names it; any part may be empty.
struct NamedBook {
  std::string id;  ///< id, EAN or ISBN, in whatever state spreadsheets left it
  std::string title;
  std::string author;  ///< the first one
};

/// How a book was found. Names are frozen: reports hold them.
enum class MatchMethod { kId, kIsbn, kMendedIsbn, kTitleAuthor, kTitle };
inline constexpr std::size_t kMatchMethods = 5;
/// "id", "isbn", "mended_isbn", "title_author", "title"
std::string_view method_name(MatchMethod method);

struct BookMatch {
  std::string book_id;
  MatchMethod method = MatchMethod::kId;
  double confidence = 0;  ///< 1 is certain
};

/// Finds the catalogue's book that a file means. An id or ISBN is certain (1); an ISBN that had to
/// be mended (domain/isbn_repair.h) and that one book has is 0.95. Else title and author decide:
/// the same work (domain/identity.h) 0.95; the same title with an author of the same last name and
/// initial 0.9, of the same last name 0.8; without an author 0.6; with another 0.3; 0.05 less where
/// a subtitle or series note had to be cut off, and half where several works fit as well. Of the
/// editions of a work the first by id is taken. Remembers what it found. One thread.
class BookMatcher {
 public:
  explicit BookMatcher(BookStore& books) : books_(books) {}

  /// The most likely book, however unlikely; nullopt when there is none.
  Result<std::optional<BookMatch>> find(const NamedBook& named);

 private:
  Result<std::optional<BookMatch>> search(const NamedBook& named);
  Result<std::optional<BookMatch>> by_number(const std::string& cell);
  Result<std::optional<BookMatch>> by_words(const NamedBook& named);

  BookStore& books_;
  std::unordered_map<std::string, std::optional<BookMatch>> found_;
};

}  // namespace bookreco
