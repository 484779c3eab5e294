#include "domain/json_reader.h"
#include "services/ingest/converters.h"
#include "services/ingest/json_array_reader.h"

namespace bookreco {
namespace {

using simdjson::dom::element;

std::string text_of(element object, const char* key) {
  element value;
  std::string_view text;
  std::int64_t number = 0;
  if (object[key].get(value) != simdjson::SUCCESS) {
    return {};
  }
  if (value.get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  return value.get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string();
}

void read_book(element book, RawInteraction& out) {
  if (!book.is_object()) {
    std::string_view id;
    out.book_id = book.get(id) == simdjson::SUCCESS ? std::string(id) : std::string();
    return;
  }
  out.title = text_of(book, "title");
  for (const char* key : {"isbn13", "ean", "id"}) {
    if (std::string id = text_of(book, key); !id.empty()) {
      out.book_id = std::move(id);
    }
  }
  simdjson::dom::array authors;
  out.author = text_of(book, "author");
  if (book["authors"].get(authors) == simdjson::SUCCESS && authors.size() > 0) {
    std::string_view first;
    out.author = authors.at(0).get(first) == simdjson::SUCCESS ? std::string(first) : std::string();
  } else if (std::string text = text_of(book, "authors"); !text.empty()) {
    out.author = std::move(text);
  }
}

RawInteraction read_interaction(element object) {
  RawInteraction out;
  out.reader = text_of(object, "reader");
  out.kind = text_of(object, "kind");
  out.at = text_of(object, "at");
  out.source = text_of(object, "source");
  out.key = text_of(object, "idempotency_key");
  if (out.key.empty()) {
    out.key = text_of(object, "key");
  }
  out.book_id = text_of(object, "id");
  double value = 0;
  if (object["value"].get(value) == simdjson::SUCCESS) {
    out.value = value;
  }
  element book;
  if (object["book"].get(book) == simdjson::SUCCESS) {
    read_book(book, out);
  }
  return out;
}

/// True when the row was JSON; when it was not it is refused.
Result<bool> convert_row(const SourceFile& file,
                         std::uint64_t row,
                         std::string_view text,
                         Conversion& conversion) {
  if (text.find("\"reader\"") != std::string_view::npos) {
    const Result<element> object = parse_json(text);
    if (object && object->is_object() && object->at_key("reader").error() == simdjson::SUCCESS) {
      RawInteraction interaction = read_interaction(*object);
      interaction.file = file.number;
      interaction.row = row;
      BOOKRECO_TRY_VOID(conversion.sink.interaction(std::move(interaction)));
      return true;
    }
  }
  Result<RawBook> book = raw_book_from_json(text);
  if (!book) {
    BOOKRECO_TRY_VOID(conversion.refuse(file, row, "row", text, book.error().message));
    return false;
  }
  book->file = file.number;
  book->row = row;
  BOOKRECO_TRY_VOID(conversion.sink.book(std::move(*book)));
  return true;
}

}  // namespace

Status convert_json_array(const SourceFile& file, Conversion& conversion) {
  BOOKRECO_TRY(ByteSource bytes, file.open());
  JsonArrayReader reader(std::move(bytes));
  for (std::uint64_t row = 1;; ++row) {
    const Result<std::optional<JsonArrayReader::Element>> next = reader.next();
    if (!next) {
      return conversion.absorb_damage(file, row, next.error());
    }
    if (!*next) {
      return {};
    }
    const JsonArrayReader::Element& element = **next;
    bool parsed = false;
    if (element.whole) {
      BOOKRECO_TRY(parsed, convert_row(file, row, element.text, conversion));
    } else {
      BOOKRECO_TRY_VOID(
          conversion.refuse(file, row, "row", element.text, "an object without its end"));
    }
    if (!parsed) {
      reader.resume_inside();
    }
    conversion.report_position(row, reader.source());
  }
}

Status convert_json_lines(const SourceFile& file, Conversion& conversion) {
  BOOKRECO_TRY(ByteSource bytes, file.open());
  LineReader lines(std::move(bytes));
  std::uint64_t row = 0;
  for (;;) {
    const Result<std::optional<LineReader::Line>> line = lines.next();
    if (!line) {
      return conversion.absorb_damage(file, row + 1, line.error());
    }
    if (!*line) {
      return {};
    }
    row = (*line)->number;
    if ((*line)->too_long) {
      BOOKRECO_TRY_VOID(conversion.refuse(file, row, "row", "", "longer than 16 MiB"));
    } else if ((*line)->text.find_first_not_of(" \t") != std::string_view::npos) {
      BOOKRECO_TRY_VOID(convert_row(file, row, (*line)->text, conversion));
    }
    conversion.report_position(row, lines.source());
  }
}

}  // namespace bookreco
