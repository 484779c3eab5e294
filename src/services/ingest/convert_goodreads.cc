#include <charconv>

#include "domain/date.h"
#include "services/ingest/converters.h"
#include "services/ingest/csv_reader.h"

namespace bookreco {
namespace {

/// `="0142402494"`, as the export writes numbers for spreadsheets.
std::string_view unwrap(std::string_view text) {
  if (text.starts_with('=')) {
    text.remove_prefix(1);
  }
  while (text.starts_with('"')) {
    text.remove_prefix(1);
  }
  while (text.ends_with('"')) {
    text.remove_suffix(1);
  }
  return text;
}

template <class Visit>
void for_each_part(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::size_t end = text.find(", ");
    visit(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
  }
}

RawBook read_book(const CsvReader& row) {
  RawBook book;
  book.partial = true;
  book.key = "goodreads:" + std::string(row.field("book id"));
  book.title = row.field("title");
  book.authors.emplace_back(row.field("author"));
  for_each_part(row.field("additional authors"),
                [&](std::string_view name) { book.authors.emplace_back(name); });
  for_each_part(row.field("bookshelves"), [&](std::string_view shelf) {
    if (std::string label = shelf_label(shelf); !label.empty()) {
      book.labels.push_back(std::move(label));
    }
  });
  const std::string_view isbn13 = unwrap(row.field("isbn13"));
  book.facts.emplace_back("isbn13", isbn13.empty() ? unwrap(row.field("isbn")) : isbn13);
  book.facts.emplace_back("publisher", row.field("publisher"));
  book.facts.emplace_back("binding", row.field("binding"));
  book.facts.emplace_back("page_count", row.field("number of pages"));
  book.facts.emplace_back("published_on", row.field("year published"));
  return book;
}

std::string_view shelf_kind(std::string_view shelf) {
  if (shelf == "read") {
    return "read";
  }
  if (shelf == "to-read") {
    return "want_to_read";
  }
  if (shelf == "currently-reading") {
    return "reading";
  }
  return shelf == "did-not-finish" || shelf == "dnf" || shelf == "abandoned" ? "did_not_finish"
                                                                             : "";
}

/// The rating when there is one, else what the shelf says; empty kind for neither.
Status read_grade(const SourceFile& file,
                  std::uint64_t number,
                  const CsvReader& row,
                  Conversion& conversion,
                  RawInteraction& out) {
  const std::string_view rating = row.field("my rating");
  double stars = 0;
  const auto [stop, error] = std::from_chars(rating.data(), rating.data() + rating.size(), stars);
  if (!rating.empty() && (error != std::errc() || stop != rating.data() + rating.size() ||
                          !(stars >= 0 && stars <= 5))) {
    BOOKRECO_TRY_VOID(conversion.leave_out(file, number, "my rating", rating, "not 0 to 5 stars"));
    stars = 0;
  }
  out.kind = stars > 0 ? "rating" : shelf_kind(row.field("exclusive shelf"));
  if (stars > 0) {
    out.value = stars;
  }
  for (const char* name : {"date read", "date added"}) {
    const std::string_view text = row.field(name);
    if (text.empty() || !out.at.empty()) {
      continue;
    }
    if (const std::optional<PartialDate> date = parse_date(text)) {
      out.at = date->to_string();
    } else {
      BOOKRECO_TRY_VOID(conversion.leave_out(file, number, name, text, "not a date"));
    }
  }
  return {};
}

}  // namespace

Status convert_goodreads(const SourceFile& file, Conversion& conversion) {
  return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
    RawBook book = read_book(row);
    book.file = file.number;
    book.row = number;
    RawInteraction interaction;
    interaction.reader = conversion.options.reader;
    interaction.source = "goodreads";
    interaction.state = true;
    interaction.book_key = book.key;
    interaction.file = file.number;
    interaction.row = number;
    BOOKRECO_TRY_VOID(read_grade(file, number, row, conversion, interaction));
    BOOKRECO_TRY_VOID(conversion.sink.book(std::move(book)));
    return interaction.kind.empty() ? Status()
                                    : conversion.sink.interaction(std::move(interaction));
  });
}

}  // namespace bookreco
