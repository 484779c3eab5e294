#include "domain/identity.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "domain/authors.h"
#include "domain/fold.h"
#include "domain/title.h"

namespace bookreco {

std::string author_key(std::string_view author) {
  if (is_collective(author)) {
    return {};
  }
  const std::string folded = fold(author);
  const std::size_t last = folded.rfind(' ');
  if (last == std::string::npos) {
    return folded;
  }
  return folded.substr(last + 1) + ' ' + folded.substr(0, utf8_sequence_length(folded));
}

std::string book_id(const Book& book) {
  if (!book.ean.empty()) {
    return book.ean;
  }
  if (!book.isbn13.empty()) {
    return book.isbn13;
  }
  std::string text = fold(book.title);
  text += '|';
  for (const std::string& author : book.authors) {
    text += fold(author);
    text += ';';
  }
  text += '|';
  text += fold(book.publisher);
  text += '|';
  text += fold(book.format);
  text += '|';
  text += book.published_on ? book.published_on->to_string() : "";
  return "b" + hex(hash64(text));
}

std::string work_id(const Book& book) {
  std::string text = work_title(book.title);
  const std::string author =
      book.authors.empty() ? std::string() : author_key(book.authors.front());
  const bool anonymous_kind = author.empty() && is_generic_title(fold(book.title));
  text += '|';
  text += anonymous_kind ? fold(book.publisher) : author;
  return "w" + hex(hash64(text));
}

}  // namespace bookreco
