#include "domain/raw_book.h"

#include "base/json_writer.h"
#include "domain/json_reader.h"

namespace bookreco {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// The value as text: lists join by "; ", objects give their "value" or "name" or stay JSON.
std::string to_text(element value) {
  switch (value.type()) {
    case element_type::STRING:
      return std::string(value.get_string().value_unsafe());
    case element_type::NULL_VALUE:
      return {};
    case element_type::ARRAY: {
      std::string text;
      const simdjson::dom::array list = value.get_array().value_unsafe();
      for (const element item : list) {
        text += text.empty() ? "" : "; ";
        text += to_text(item);
      }
      return text;
    }
    case element_type::OBJECT:
      for (const char* key : {"value", "name"}) {
        element inner;
        if (value[key].get(inner) == simdjson::SUCCESS && inner.is_string()) {
          return to_text(inner);
        }
      }
      [[fallthrough]];
    default:
      return simdjson::minify(value);
  }
}

void add_texts(element value, std::vector<std::string>& out) {
  simdjson::dom::array list;
  if (value.get(list) == simdjson::SUCCESS) {
    for (const element item : list) {
      out.push_back(to_text(item));
    }
  } else if (std::string text = to_text(value); !text.empty()) {
    out.push_back(std::move(text));
  }
}

void add_facts(element value, RawBook& book) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    return;
  }
  for (const simdjson::dom::key_value_pair fact : object) {
    book.facts.emplace_back(fact.key, to_text(fact.value));
  }
}

std::uint64_t to_count(element value) {
  std::uint64_t count = 0;
  return value.get(count) == simdjson::SUCCESS ? count : 0;
}

void read_field(std::string_view name, element value, RawBook& book) {
  if (name == "title" || name == "product_title") {
    book.title = to_text(value);
  } else if (name == "authors" || name == "author") {
    add_texts(value, book.authors);
  } else if (name == "description" || name == "resume") {
    book.description = to_text(value);
  } else if (name == "labels") {
    add_texts(value, book.labels);
  } else if (name == "information" || name == "_facts") {
    add_facts(value, book);
  } else if (name == "image_url") {
    book.facts.emplace_back("cover_url", to_text(value));
  } else if (name == "_key") {
    book.key = to_text(value);
  } else if (name == "_partial") {
    book.partial = value.is_bool() && value.get_bool().value_unsafe();
  } else if (name == "_file") {
    book.file = static_cast<std::uint32_t>(to_count(value));
  } else if (name == "_row") {
    book.row = to_count(value);
  } else {
    book.facts.emplace_back(name, to_text(value));
  }
}

void write_list(JsonWriter& json, std::string_view name, const std::vector<std::string>& list) {
  if (list.empty()) {
    return;
  }
  json.key(name).begin_array();
  for (const std::string& item : list) {
    json.value(item);
  }
  json.end_array();
}

}  // namespace

void append_raw_book_json(std::string& out, const RawBook& book) {
  JsonWriter json(out);
  json.begin_object();
  json.field("_file", static_cast<std::uint64_t>(book.file)).field("_row", book.row);
  if (!book.key.empty()) {
    json.field("_key", book.key);
  }
  if (book.partial) {
    json.field("_partial", true);
  }
  json.field("title", book.title);
  write_list(json, "authors", book.authors);
  if (!book.description.empty()) {
    json.field("description", book.description);
  }
  write_list(json, "labels", book.labels);
  json.key("_facts").begin_object();
  for (const auto& [name, value] : book.facts) {
    json.field(name, value);
  }
  json.end_object().end_object();
}

Result<RawBook> raw_book_from_json(std::string_view text) {
  BOOKRECO_TRY(const element document, parse_json(text));
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "a JSON object is expected");
  }
  RawBook book;
  for (const simdjson::dom::key_value_pair field : object) {
    read_field(field.key, field.value, book);
  }
  return book;
}

}  // namespace bookreco
