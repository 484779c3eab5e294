#include <algorithm>

#include <boost/json/parse.hpp>

#include "services/api/requests.h"

namespace bookreco {
namespace {

namespace json = boost::json;

constexpr std::string_view kTooManyMembers = "has more than 1,000 members";
static_assert(kMaxMembers == 1'000);
constexpr std::string_view kJson[] = {"application/json"};

json::value parse(std::string_view text, std::size_t depth, boost::system::error_code& error) {
  json::parse_options options;
  options.max_depth = depth;
  return json::parse({text.data(), text.size()}, error, {}, options);
}

// Boost's words for the errors that clients make most, in ours.
std::string reason(const boost::system::error_code& error, std::size_t depth) {
  if (error == json::error::too_deep) {
    return fmt::format("is nested deeper than {} levels", depth);
  }
  return fmt::format("is not JSON: {}", error.message());
}

bool has_nul(const json::value& value) {
  if (const auto* text = value.if_string()) {
    return text->find('\0') != json::string::npos;
  }
  if (const auto* array = value.if_array()) {
    return std::ranges::any_of(*array, has_nul);
  }
  if (const auto* object = value.if_object()) {
    return std::ranges::any_of(*object, [](const auto& member) {
      return member.key().find('\0') != json::string_view::npos || has_nul(member.value());
    });
  }
  return false;
}

FieldValue field_value(const json::value& value) {
  using Kind = FieldValue::Kind;
  switch (value.kind()) {
    case json::kind::string:
      return {Kind::kString, std::string(value.get_string())};
    case json::kind::bool_:
      return {Kind::kBool, value.get_bool() ? "true" : "false"};
    case json::kind::int64:
      return {Kind::kNumber, std::to_string(value.get_int64())};
    case json::kind::uint64:
      return {Kind::kNumber, std::to_string(value.get_uint64())};
    case json::kind::double_:
      return {Kind::kNumber, fmt::format("{}", value.get_double())};
    case json::kind::array:
      return {Kind::kOther, "a list"};
    case json::kind::object:
      return {Kind::kOther, "an object"};
    case json::kind::null:
      break;
  }
  return {Kind::kOther, "null"};
}

void add_members(const json::object& object, Fields& fields);

FieldValue element_value(const json::value& value) {
  FieldValue element = field_value(value);
  if (const auto* object = value.if_object()) {
    element.members = std::make_shared<Fields>();
    add_members(*object, *element.members);
  }
  return element;
}

void add_members(const json::object& object, Fields& fields) {
  for (const auto& member : object) {
    const std::string name(member.key());
    const json::value& value = member.value();
    if (const auto* list = value.if_array()) {
      fields.add(name, {FieldValue::Kind::kString, ""}, true);
      for (const json::value& element : *list) {
        fields.add(name, element_value(element), true);
      }
    } else if (value.is_null()) {
      fields.add(name, {FieldValue::Kind::kString, ""});
    } else {
      fields.add(name, field_value(value));
    }
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// Where the element that starts at `at` ends: at a comma or bracket outside its strings and
// brackets; npos when it does not.
std::size_t element_end(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (bool in_string = false; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      at += c == '\\' ? 1 : 0;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth == 0 && (c == ',' || c == ']')) {
      return at;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<Fields> read_json_fields(const HttpRequest& request,
                                       HttpResponse& response,
                                       std::size_t max_bytes) {
  if (!has_media_type(request, kJson, response)) {
    return std::nullopt;
  }
  const std::string_view invalid = code_name(Code::kInvalidArgument);
  if (request.body.size() > max_bytes) {
    set_problem(response, 413, invalid, fmt::format("the body is larger than {} bytes", max_bytes));
    return std::nullopt;
  }
  boost::system::error_code error;
  const json::value root = parse(request.body, kMaxJsonDepth, error);
  if (error) {
    set_problem(response, 400, invalid, "the body " + reason(error, kMaxJsonDepth));
  } else if (!root.is_object()) {
    set_problem(response, 400, invalid, "the body must be a JSON object");
  } else if (root.get_object().size() > kMaxMembers) {
    set_problem(response, 400, invalid, fmt::format("the body {}", kTooManyMembers));
  } else if (has_nul(root)) {
    set_problem(response, 400, invalid, "the body has a NUL character (\\u0000) in a text");
  } else if (const auto twice = repeated_member(request.body)) {
    const FieldError named{*twice, "is given twice in one object"};
    set_problem(response, 400, invalid, fmt::format("{} {}", named.field, named.detail), {{named}});
  } else {
    Fields fields;
    add_members(root.get_object(), fields);
    return fields;
  }
  return std::nullopt;
}

Result<std::vector<std::string_view>> split_json(std::string_view body) {
  const std::string_view text = trim(body);
  if (!text.starts_with('[')) {
    return std::vector{text};
  }
  std::vector<std::string_view> rows;
  std::size_t at = 1;
  if (trim(text.substr(1)) != "]") {
    for (;;) {
      const std::size_t end = element_end(text, at);
      if (end == std::string_view::npos) {
        return fail(Code::kInvalidArgument,
                    "the JSON array of {} elements so far does not end",
                    rows.size());
      }
      rows.push_back(trim(text.substr(at, end - at)));
      at = end + 1;
      if (text[end] == ']') {
        break;
      }
    }
    if (at != text.size()) {
      return fail(
          Code::kInvalidArgument, "there is more after the end of the JSON array, at byte {}", at);
    }
  }
  return rows;
}

std::vector<std::string_view> split_lines(std::string_view body) {
  std::vector<std::string_view> rows;
  while (!body.empty()) {
    const auto end = body.find('\n');
    if (const std::string_view line = trim(body.substr(0, end)); !line.empty()) {
      rows.push_back(line);
    }
    body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
  }
  return rows;
}

Result<Fields> read_json_row(std::string_view row) {
  constexpr std::size_t kDepth = kMaxJsonDepth - 1;  // the array around the rows is a level too
  boost::system::error_code error;
  const json::value value = parse(row, kDepth, error);
  if (error) {
    return fail(Code::kInvalidArgument, "{}", reason(error, kDepth));
  }
  if (!value.is_object()) {
    return fail(Code::kInvalidArgument, "is not a JSON object");
  }
  if (value.get_object().size() > kMaxMembers) {
    return fail(Code::kInvalidArgument, "{}", kTooManyMembers);
  }
  if (has_nul(value)) {
    return fail(Code::kInvalidArgument, "has a NUL character (\\u0000) in a text");
  }
  if (const auto twice = repeated_member(row)) {
    return fail(Code::kInvalidArgument, "gives \"{}\" twice in one object", *twice);
  }
  Fields fields;
  add_members(value.get_object(), fields);
  return fields;
}

std::string json_object_problem(std::string_view row) {
  const auto fields = read_json_row(row);
  return fields ? "" : fields.error().message;
}

}  // namespace bookreco
