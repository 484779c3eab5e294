#include "adapters/sql/columns.h"

#include <algorithm>
#include <array>
#include <limits>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <simdjson.h>

#include "base/json_writer.h"
#include "base/utf8.h"

namespace bookreco {
namespace {

namespace json = boost::json;

/// Calls use(value) for a well-formed column; `use` answers false for a value of another shape.
template <class Use>
Status with_json(std::string_view column, const Use& use) {
  if (column.empty()) {
    return {};
  }
  std::array<unsigned char, 4096> buffer;
  json::monotonic_resource memory(buffer.data(), buffer.size());
  boost::system::error_code error;
  const json::value value = json::parse({column.data(), column.size()}, error, &memory);
  if (error || !use(value)) {
    return fail(Code::kDataLoss,
                "a column of the database is damaged: \"{}\" is not what was written there",
                column.substr(0, 80));
  }
  return {};
}

template <class Use>
Status read_array(std::string_view column, const Use& use) {
  if (column == "[]") {
    return {};
  }
  return with_json(column, [&](const json::value& value) {
    const json::array* array = value.if_array();
    return array != nullptr && std::ranges::all_of(*array, use);
  });
}

template <class Use>
Status read_object(std::string_view column, const Use& use) {
  return with_json(column, [&](const json::value& value) {
    const json::object* object = value.if_object();
    return object != nullptr && std::ranges::all_of(*object, [&](const auto& item) {
             return use(item.key(), item.value());
           });
  });
}

template <class Value>
std::string write_list(std::span<const Value> values) {
  std::string text;
  JsonWriter writer(text);
  writer.begin_array();
  for (const Value& value : values) {
    writer.value(value);
  }
  writer.end_array();
  return text;
}

template <class Value>
std::string write_map(const std::map<std::string, Value>& values) {
  std::string text;
  JsonWriter writer(text);
  writer.begin_object();
  for (const auto& [key, value] : values) {
    writer.field(key, value);
  }
  writer.end_object();
  return text;
}

}  // namespace

std::string list_column(std::span<const std::string> values) {
  return write_list(values);
}
std::string list_column(std::span<const std::int64_t> values) {
  return write_list(values);
}

std::string map_column(const std::map<std::string, std::string>& values) {
  return write_map(values);
}
std::string map_column(const std::map<std::string, double>& values) {
  return write_map(values);
}

Status read_list(std::string_view column, std::vector<std::string>& out) {
  return read_array(column, [&](const json::value& item) {
    const json::string* text = item.if_string();
    if (text != nullptr) {
      out.emplace_back(text->data(), text->size());
    }
    return text != nullptr;
  });
}

Status read_list(std::string_view column, std::vector<std::int64_t>& out) {
  return read_array(column, [&](const json::value& item) {
    const std::int64_t* number = item.if_int64();
    if (number != nullptr) {
      out.push_back(*number);
    }
    return number != nullptr;
  });
}

Status read_map(std::string_view column, std::map<std::string, std::string>& out) {
  return read_object(column, [&](std::string_view key, const json::value& value) {
    const json::string* text = value.if_string();
    if (text != nullptr) {
      out.emplace(key, std::string(text->data(), text->size()));
    }
    return text != nullptr;
  });
}

Status read_map(std::string_view column, std::map<std::string, double>& out) {
  return read_object(column, [&](std::string_view key, const json::value& value) {
    if (value.is_null()) {  // JSON has no other word for NaN
      out.emplace(key, std::numeric_limits<double>::quiet_NaN());
      return true;
    }
    if (value.is_number()) {
      out.emplace(key, value.to_number<double>());
    }
    return value.is_number();
  });
}

bool storable(std::string_view text) {
  return text.find('\0') == text.npos && simdjson::validate_utf8(text.data(), text.size());
}

Status require_storable(std::string_view text, std::string_view field, std::string_view what) {
  if (!storable(text)) {
    return fail(Code::kInvalidArgument,
                "{} {}: {} holds bytes that are not UTF-8 text, or a NUL character: clean it first",
                what,
                "\"" + to_valid_utf8(text.substr(0, 40)) + "\"",
                field);
  }
  return {};
}

Status require_key(std::string_view text, std::string_view field, std::string_view what) {
  if (text.empty()) {
    return fail(Code::kInvalidArgument, "{} without {}", what, field);
  }
  return require_storable(text, field, what);
}

Result<std::int64_t> one_integer(SqlSession& session,
                                 std::string_view sql,
                                 std::initializer_list<SqlValue> parameters,
                                 std::int64_t otherwise) {
  std::int64_t value = otherwise;
  BOOKRECO_TRY_VOID(session.run(sql, parameters, [&](const SqlRow& row) {
    value = row.integer(0);
    return false;
  }));
  return value;
}

}  // namespace bookreco
