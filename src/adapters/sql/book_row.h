#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "adapters/sql/session.h"
#include "base/result.h"
#include "domain/book.h"
#include "domain/filter.h"

namespace bookreco {

// A book as a row of the table `books`.

/// kInvalidArgument naming the book and the field, for a book without id or with text that no
/// database holds.
Status require_storable(const Book& book);

/// What a row holds that follows from the book alone: made before the transaction, on any thread.
struct BookTexts {
  BookTexts() = default;
  explicit BookTexts(const Book& book);

  std::string content_hash;
  std::string title_folded;
  std::string authors;
  std::string labels;
};

/// What a row holds beside the book.
struct BookRowState {
  std::int64_t number = 0;
  std::int64_t change = 0;
  bool deleted = false;
  const BookTexts& texts;
  std::span<const std::int64_t> facets;
};

Status insert_book(SqlSession& session, const Book& book, const BookRowState& state);
/// Overwrites the row state.number.
Status update_book(SqlSession& session, const Book& book, const BookRowState& state);

/// "SELECT change, deleted, id, … FROM books ", to be followed by a WHERE clause.
const std::string& select_books();
inline constexpr int kChangeColumn = 0;
inline constexpr int kDeletedColumn = 1;
/// Reads a row of select_books().
Result<Book> read_book(const SqlRow& row);

/// Calls use(FacetKind, const std::string&) for each value of the book's facets.
template <class Use>
void for_each_facet(const Book& book, const Use& use) {
  for (const std::string& author : book.authors) {
    use(FacetKind::kAuthor, author);
  }
  for (const std::string& label : book.labels) {
    use(FacetKind::kLabel, label);
  }
  const auto single = [&](FacetKind kind, const std::string& value) {
    if (!value.empty()) {
      use(kind, value);
    }
  };
  single(FacetKind::kCollection, book.collection);
  single(FacetKind::kSeries, book.series);
  single(FacetKind::kPublisher, book.publisher);
  single(FacetKind::kFormat, book.format);
  single(FacetKind::kBinding, book.binding);
  single(FacetKind::kLanguage, book.language);
}

}  // namespace bookreco
