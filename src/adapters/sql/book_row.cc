#include "adapters/sql/book_row.h"

#include <array>
#include <utility>

#include "adapters/sql/columns.h"
#include "domain/book_json.h"
#include "domain/fold.h"

namespace bookreco {
namespace {

/// The columns that insert and update write, in the order of values() and, from the third on, of
/// read_book().
constexpr std::array kColumns{"change",        "deleted",     "id",
                              "content_hash",  "work_id",     "title",
                              "title_folded",  "authors",     "labels",
                              "cover_url",     "collection",  "series",
                              "series_number", "language",    "published_key",
                              "ean",           "isbn13",      "publisher",
                              "format",        "binding",     "page_count",
                              "weight_kg",     "width_cm",    "height_cm",
                              "depth_cm",      "description", "facets",
                              "available",     "number"};

SqlValue integer_or_null(const std::optional<int>& value) {
  return value ? SqlValue(std::int64_t{*value}) : SqlValue();
}

std::array<SqlValue, kColumns.size()> values(const Book& book,
                                             const BookRowState& state,
                                             std::string_view facets) {
  return {state.change,
          std::int64_t{state.deleted},
          book.id,
          state.texts.content_hash,
          or_null(book.work_id),
          or_null(book.title),
          state.texts.title_folded,
          state.texts.authors,
          state.texts.labels,
          or_null(book.cover_url),
          or_null(book.collection),
          or_null(book.series),
          or_null(book.series_number),
          or_null(book.language),
          book.published_on ? SqlValue(std::int64_t{book.published_on->key()}) : SqlValue(),
          or_null(book.ean),
          or_null(book.isbn13),
          or_null(book.publisher),
          or_null(book.format),
          or_null(book.binding),
          integer_or_null(book.page_count),
          or_null(book.weight_kg),
          or_null(book.width_cm),
          or_null(book.height_cm),
          or_null(book.depth_cm),
          or_null(book.description),
          facets,
          book.available ? SqlValue(std::int64_t{*book.available}) : SqlValue(),
          state.number};
}

std::string insert_statement() {
  std::string names;
  std::string places;
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    names += fmt::format("{}{}", i == 0 ? "" : ", ", kColumns[i]);
    places += fmt::format("{}${}", i == 0 ? "" : ", ", i + 1);
  }
  return fmt::format("INSERT INTO books ({}) VALUES ({})", names, places);
}

std::string update_statement() {
  std::string sets;
  for (std::size_t i = 0; i + 1 < kColumns.size(); ++i) {
    sets += fmt::format("{}{} = ${}", i == 0 ? "" : ", ", kColumns[i], i + 1);
  }
  return fmt::format("UPDATE books SET {} WHERE number = ${}", sets, kColumns.size());
}

Status write_row(SqlSession& session,
                 std::string_view statement,
                 const Book& book,
                 const BookRowState& state) {
  const std::string facets = list_column(state.facets);
  const auto run = session.run(statement, values(book, state, facets), {});
  return run ? Status() : std::unexpected(run.error());
}

/// The inverse of PartialDate::key().
PartialDate date_of(std::int64_t key) {
  const std::int64_t year = key >= 0 ? key / 10000 : -((-key + 9999) / 10000);
  const std::int64_t rest = key - year * 10000;
  return {.year = static_cast<std::int16_t>(year),
          .month = static_cast<std::uint8_t>(rest / 100),
          .day = static_cast<std::uint8_t>(rest % 100)};
}

/// Takes the columns of a row in their order.
class Reader {
 public:
  Reader(const SqlRow& row, int column) : row_(row), column_(column) {}
  void skip() { ++column_; }
  std::string text() { return std::string(row_.text(column_++)); }
  std::string_view view() { return row_.text(column_++); }
  std::optional<double> real() {
    const int column = column_++;
    return row_.is_null(column) ? std::nullopt : std::optional(row_.real(column));
  }
  std::optional<std::int64_t> integer() {
    const int column = column_++;
    return row_.is_null(column) ? std::nullopt : std::optional(row_.integer(column));
  }

 private:
  const SqlRow& row_;
  int column_;
};

}  // namespace

BookTexts::BookTexts(const Book& book)
    : content_hash(bookreco::content_hash(book)),
      title_folded(fold(book.title)),
      authors(list_column(book.authors)),
      labels(list_column(book.labels)) {}

Status require_storable(const Book& book) {
  BOOKRECO_TRY_VOID(require_key(book.id, "id", "a book"));
  const std::pair<const char*, const std::string*> texts[] = {{"work_id", &book.work_id},
                                                              {"title", &book.title},
                                                              {"description", &book.description},
                                                              {"cover_url", &book.cover_url},
                                                              {"ean", &book.ean},
                                                              {"isbn13", &book.isbn13}};
  for (const auto& [field, text] : texts) {
    if (!storable(*text)) {
      return require_storable(*text, field, "book " + book.id);
    }
  }
  Status status;
  for_each_facet(book, [&](FacetKind, const std::string& value) {
    if (status && !storable(value)) {
      status = require_storable(value, "an author, a label or another facet", "book " + book.id);
    }
  });
  return status;
}

Status insert_book(SqlSession& session, const Book& book, const BookRowState& state) {
  static const std::string statement = insert_statement();
  return write_row(session, statement, book, state);
}

Status update_book(SqlSession& session, const Book& book, const BookRowState& state) {
  static const std::string statement = update_statement();
  return write_row(session, statement, book, state);
}

const std::string& select_books() {
  static const std::string statement = [] {
    std::string text = "SELECT ";
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      text += fmt::format("{}{}", i == 0 ? "" : ", ", kColumns[i]);
    }
    return text + " FROM books ";
  }();
  return statement;
}

Result<Book> read_book(const SqlRow& row) {
  Reader reader(row, kDeletedColumn + 1);
  Book book;
  book.id = reader.text();
  reader.skip();  // content_hash
  book.work_id = reader.text();
  book.title = reader.text();
  reader.skip();  // title_folded
  BOOKRECO_TRY_VOID(read_list(reader.view(), book.authors));
  BOOKRECO_TRY_VOID(read_list(reader.view(), book.labels));
  book.cover_url = reader.text();
  book.collection = reader.text();
  book.series = reader.text();
  book.series_number = reader.real();
  book.language = reader.text();
  if (const auto key = reader.integer()) {
    book.published_on = date_of(*key);
  }
  book.ean = reader.text();
  book.isbn13 = reader.text();
  book.publisher = reader.text();
  book.format = reader.text();
  book.binding = reader.text();
  if (const auto pages = reader.integer()) {
    book.page_count = static_cast<int>(*pages);
  }
  book.weight_kg = reader.real();
  book.width_cm = reader.real();
  book.height_cm = reader.real();
  book.depth_cm = reader.real();
  book.description = reader.text();
  reader.skip();  // facets
  if (const auto available = reader.integer()) {
    book.available = *available != 0;
  }
  return book;
}

}  // namespace bookreco
