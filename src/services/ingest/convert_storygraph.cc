#include <array>

#include "domain/isbn_repair.h"
#include "services/ingest/converters.h"
#include "services/ingest/reader_export.h"

namespace bookreco {
namespace {

std::string_view status_kind(std::string_view status) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kKinds{{
      {"read", "read"},
      {"to-read", "want_to_read"},
      {"currently-reading", "reading"},
      {"paused", "reading"},
      {"did-not-finish", "did_not_finish"},
  }};
  for (const auto& [name, kind] : kKinds) {
    if (name == status) {
      return kind;
    }
  }
  return {};
}

RawBook read_book(const CsvReader& row) {
  RawBook book;
  const std::string_view cell = row.field("isbn uid");
  book.key = "storygraph:";
  book.key += cell.empty() ? fmt::format("{}/{}", row.field("title"), row.field("authors")) : cell;
  book.title = row.field("title");
  book.authors.emplace_back(row.field("authors"));
  if (const IsbnReading reading = read_isbn_cell(cell); reading.certain && !reading.isbns.empty()) {
    book.facts.emplace_back("isbn13", reading.isbns.front());
  }
  book.facts.emplace_back("format", row.field("format"));
  return book;
}

}  // namespace

Status convert_storygraph(const SourceFile& file, Conversion& conversion) {
  return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
    RawInteraction interaction;
    interaction.source = "storygraph";
    BOOKRECO_TRY(const double stars, read_stars(file, number, row, "star rating", conversion));
    interaction.kind = stars > 0 ? "rating" : status_kind(row.field("read status"));
    if (stars > 0) {
      interaction.value = stars;
    }
    BOOKRECO_TRY(interaction.at,
                 read_first_date(file, number, row, {"last date read", "date added"}, conversion));
    interaction.book_id = row.field("isbn uid");
    return give_library_row(file, number, read_book(row), std::move(interaction), conversion);
  });
}

}  // namespace bookreco
