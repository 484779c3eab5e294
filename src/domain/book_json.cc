#include "domain/book_json.h"

#include "base/hash.h"
#include "base/json_writer.h"
#include "domain/json_reader.h"

namespace bookreco {
namespace {

/// Every field under its frozen name, in the order it is written.
template <class AnyBook, class Visitor>
void visit_fields(AnyBook& book, const Visitor& visit) {
  visit("id", book.id);
  visit("work_id", book.work_id);
  visit("title", book.title);
  visit("authors", book.authors);
  visit("description", book.description);
  visit("labels", book.labels);
  visit("cover_url", book.cover_url);
  visit("collection", book.collection);
  visit("series", book.series);
  visit("series_number", book.series_number);
  visit("language", book.language);
  visit("published_on", book.published_on);
  visit("ean", book.ean);
  visit("isbn13", book.isbn13);
  visit("publisher", book.publisher);
  visit("format", book.format);
  visit("binding", book.binding);
  visit("page_count", book.page_count);
  visit("weight_kg", book.weight_kg);
  visit("width_cm", book.width_cm);
  visit("height_cm", book.height_cm);
  visit("depth_cm", book.depth_cm);
  visit("available", book.available);
}

void write(JsonWriter& json, std::string_view name, const std::string& text) {
  if (!text.empty()) {
    json.field(name, text);
  }
}

void write(JsonWriter& json, std::string_view name, const std::vector<std::string>& list) {
  if (list.empty()) {
    return;
  }
  json.key(name).begin_array();
  for (const std::string& item : list) {
    json.value(item);
  }
  json.end_array();
}

void write(JsonWriter& json, std::string_view name, const std::optional<PartialDate>& date) {
  if (date) {
    json.field(name, date->to_string());
  }
}

template <class Number>
void write(JsonWriter& json, std::string_view name, const std::optional<Number>& number) {
  if (number) {
    json.field(name, *number);
  }
}

void append_without(std::string& out, const Book& book, std::string_view left_out) {
  JsonWriter json(out);
  json.begin_object();
  visit_fields(book, [&](std::string_view name, const auto& field) {
    if (name != left_out) {
      write(json, name, field);
    }
  });
  json.end_object();
}

using simdjson::dom::element;

Status read(element value, std::string& out) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "text is expected");
  }
  out = text;
  return {};
}

Status read(element value, std::vector<std::string>& out) {
  simdjson::dom::array list;
  if (value.get(list) != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "a list of texts is expected");
  }
  for (const element item : list) {
    BOOKRECO_TRY_VOID(read(item, out.emplace_back()));
  }
  return {};
}

Status read(element value, std::optional<double>& out) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "a number is expected");
  }
  out = number;
  return {};
}

Status read(element value, std::optional<int>& out) {
  std::int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS || number < INT32_MIN || number > INT32_MAX) {
    return fail(Code::kInvalidArgument, "a whole number is expected");
  }
  out = static_cast<int>(number);
  return {};
}

Status read(element value, std::optional<bool>& out) {
  bool truth = false;
  if (value.get(truth) != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "true or false is expected");
  }
  out = truth;
  return {};
}

Status read(element value, std::optional<PartialDate>& out) {
  std::string text;
  BOOKRECO_TRY_VOID(read(value, text));
  out = parse_iso_date(text);
  if (!out) {
    return fail(
        Code::kInvalidArgument, "\"{}\" is not a date such as 2016-06-08, 2016-06 or 2016", text);
  }
  return {};
}

Status read_field(std::string_view name, element value, Book& book) {
  bool found = false;
  Status status;
  visit_fields(book, [&](std::string_view known, auto& field) {
    if (known == name) {
      found = true;
      status = read(value, field);
    }
  });
  return found ? status : fail(Code::kInvalidArgument, "unknown field");
}

}  // namespace

void append_book_json(std::string& out, const Book& book) {
  append_without(out, book, {});
}

std::string to_json(const Book& book) {
  std::string out;
  out.reserve(book.description.size() + 512);
  append_book_json(out, book);
  return out;
}

void append_card_json(std::string& out, const Book& book) {
  append_without(out, book, "description");
}

Result<Book> book_from_json(std::string_view json) {
  BOOKRECO_TRY(const element document, parse_json(json));
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "a book is a JSON object");
  }
  Book book;
  for (const simdjson::dom::key_value_pair field : object) {
    if (const Status status = read_field(field.key, field.value, book); !status) {
      return in_context(field.key, status.error());
    }
  }
  return book;
}

std::string content_hash(const Book& book) {
  static thread_local std::string buffer;
  buffer.clear();
  append_without(buffer, book, "id");
  return hash128_hex(buffer);
}

}  // namespace bookreco
