#include <algorithm>

#include "domain/fold.h"
#include "domain/isbn_repair.h"
#include "services/ingest/converters.h"
#include "services/ingest/reader_export.h"

namespace bookreco {
namespace {

bool has_collection(std::string_view collections, std::string_view wanted) {
  while (!collections.empty()) {
    const std::size_t end = collections.find(',');
    if (fold(collections.substr(0, end)) == wanted) {
      return true;
    }
    collections = end == std::string_view::npos ? std::string_view() : collections.substr(end + 1);
  }
  return false;
}

std::string_view kind_of(const CsvReader& row) {
  const std::string_view collections = row.field("collections");
  if (has_collection(collections, "currently reading")) {
    return "reading";
  }
  if (!row.field("date read").empty() || has_collection(collections, "read but unowned")) {
    return "read";
  }
  if (!row.field("date started").empty()) {
    return "reading";
  }
  if (has_collection(collections, "to read") || has_collection(collections, "wishlist")) {
    return "want_to_read";
  }
  return has_collection(collections, "your library") ? "purchase" : "";
}

std::string numbers_of(const CsvReader& row) {
  std::string cell(row.field("isbns"));
  if (const std::string_view one = row.field("isbn"); !one.empty()) {
    cell = cell.empty() ? std::string(one) : fmt::format("{}, {}", one, cell);
  }
  return cell;
}

RawBook read_book(const CsvReader& row, const std::string& numbers) {
  RawBook book;
  book.key = "librarything:" + std::string(row.field("book id"));
  book.title = row.field("title");
  book.authors.emplace_back(row.field("primary author"));
  if (const IsbnReading reading = read_isbn_cell(numbers);
      reading.certain && !reading.isbns.empty()) {
    book.facts.emplace_back("isbn13", reading.isbns.front());
  }
  book.facts.emplace_back("page_count", row.field("page count"));
  book.facts.emplace_back("published_on", row.field("date"));
  book.facts.emplace_back("binding", row.field("media"));
  return book;
}

}  // namespace

Status convert_librarything(const SourceFile& file, Conversion& conversion) {
  return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
    RawInteraction interaction;
    interaction.source = "librarything";
    BOOKRECO_TRY(const double stars, read_stars(file, number, row, "rating", conversion));
    interaction.kind = stars > 0 ? "rating" : kind_of(row);
    if (stars > 0) {
      interaction.value = stars;
    }
    BOOKRECO_TRY(interaction.at,
                 read_first_date(file,
                                 number,
                                 row,
                                 {"date read", "date started", "acquired", "entry date"},
                                 conversion));
    interaction.book_id = numbers_of(row);
    RawBook book = read_book(row, interaction.book_id);
    return give_library_row(file, number, std::move(book), std::move(interaction), conversion);
  });
}

}  // namespace bookreco
