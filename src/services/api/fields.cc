#include "services/api/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace bookreco {
namespace {

using Kind = FieldValue::Kind;

constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::size_t kShownBytes = 60;
constexpr std::size_t kMaxNamed = 100;  // wrong fields that an answer names

// What was sent, short enough for a message.
std::string shown(const FieldValue& value) {
  if (value.kind == Kind::kOther) {
    return value.text;
  }
  return value.text.size() > kShownBytes ? fmt::format("{} bytes of text", value.text.size())
                                         : fmt::format("'{}'", value.text);
}

std::optional<double> parse_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error == std::errc() && end == text.data() + text.size()) {
    return integer;
  }
  const auto number = parse_number(text);  // JSON clients write 10.0 and 1e3 as well
  if (!number || *number != std::trunc(*number) || std::abs(*number) > 1e15) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

bool is_text(const FieldValue& value) {
  return value.kind == Kind::kQuery || value.kind == Kind::kString;
}
bool is_number(const FieldValue& value) {
  return value.kind == Kind::kQuery || value.kind == Kind::kNumber;
}

std::string joined(const auto& names) {
  std::string out;
  for (const auto& name : names) {
    out += out.empty() ? "" : ", ";
    out += name;
  }
  return out;
}

}  // namespace

Fields::Fields(const HttpRequest& request) {
  for (const auto& [name, value] : request.query) {
    add(name, {Kind::kQuery, value});
  }
}

void Fields::add(std::string name, FieldValue value, bool in_list) {
  auto at = std::ranges::find(fields_, name, &Field::name);
  if (at == fields_.end()) {
    at = fields_.insert(at, Field{std::move(name), {}, in_list});
  }
  if (!value.text.empty() || (value.kind != Kind::kQuery && value.kind != Kind::kString)) {
    at->values.push_back(std::move(value));
  }
}

void Fields::refuse(std::string_view name, std::string detail) {
  if (errors_.size() < kMaxNamed) {
    errors_.push_back({std::string(name), std::move(detail)});
  }
}

void Fields::refuse_in(std::string_view name, std::size_t index, Fields& member) {
  for (const FieldError& error : member.errors()) {
    refuse(fmt::format("{}[{}].{}", name, index, error.field), error.detail);
  }
}

const Fields::Field* Fields::find(std::string_view name) {
  if (std::ranges::find(known_, name) == known_.end()) {
    known_.emplace_back(name);
  }
  const auto at = std::ranges::find(fields_, name, &Field::name);
  return at == fields_.end() || at->values.empty() ? nullptr : &*at;
}

const FieldValue* Fields::single(std::string_view name) {
  const Field* field = find(name);
  if (field == nullptr) {
    return nullptr;
  }
  if (field->list || field->values.size() > 1) {
    refuse(name, fmt::format("expected one value, got {}", field->list ? "a list" : "several"));
    return nullptr;
  }
  return &field->values.front();
}

std::string Fields::text(std::string_view name) {
  const FieldValue* value = single(name);
  if (value == nullptr) {
    return {};
  }
  if (!is_text(*value)) {
    refuse(name, fmt::format("expected text, got {}", shown(*value)));
    return {};
  }
  if (value->text.size() > kMaxTextBytes) {
    refuse(name,
           fmt::format("expected at most {} bytes, got {}", kMaxTextBytes, value->text.size()));
    return {};
  }
  return value->text;
}

std::string Fields::word(std::string_view name) {
  const FieldValue* value = single(name);
  return value != nullptr && value->kind == Kind::kBool ? value->text
         : value != nullptr                             ? text(name)
                                                        : std::string();
}

std::span<const FieldValue> Fields::values(std::string_view name, std::size_t max_values) {
  const Field* field = find(name);
  if (field == nullptr) {
    return {};
  }
  if (field->values.size() > max_values) {
    refuse(name,
           fmt::format("expected at most {} values, got {}", max_values, field->values.size()));
    return {};
  }
  return field->values;
}

std::vector<std::string> Fields::texts(std::string_view name, std::size_t max_values) {
  std::vector<std::string> out;
  for (const FieldValue& value : values(name, max_values)) {
    if (!is_text(value)) {
      refuse(name, fmt::format("expected text or a list of text, got {}", shown(value)));
    } else if (value.text.size() > kMaxTextBytes) {
      refuse(name,
             fmt::format("expected at most {} bytes, got {}", kMaxTextBytes, value.text.size()));
    } else {
      out.push_back(value.text);
    }
  }
  return out;
}

std::vector<Fields> Fields::objects(std::string_view name, std::size_t max_values) {
  std::vector<Fields> out;
  for (const FieldValue& value : values(name, max_values)) {
    if (value.members) {
      out.push_back(*value.members);
    } else {
      refuse(name, fmt::format("expected a list of objects, got {}", shown(value)));
    }
  }
  return out;
}

std::vector<std::string> Fields::split_texts(std::string_view name) {
  std::vector<std::string> out;
  for (const std::string& text : texts(name)) {
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      out.emplace_back(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return out;
}

std::optional<std::int64_t> Fields::integer(std::string_view name,
                                            std::int64_t min,
                                            std::int64_t max) {
  const FieldValue* value = single(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto parsed = is_number(*value) ? parse_integer(value->text) : std::nullopt;
  if (!parsed || *parsed < min || *parsed > max) {
    refuse(name,
           fmt::format("expected a whole number from {} to {}, got {}", min, max, shown(*value)));
    return std::nullopt;
  }
  return parsed;
}

std::optional<double> Fields::number(std::string_view name, double min, double max) {
  const FieldValue* value = single(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto parsed = is_number(*value) ? parse_number(value->text) : std::nullopt;
  if (!parsed || *parsed < min || *parsed > max) {
    refuse(name, fmt::format("expected a number from {} to {}, got {}", min, max, shown(*value)));
    return std::nullopt;
  }
  return parsed;
}

std::optional<bool> Fields::boolean(std::string_view name) {
  const FieldValue* value = single(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->kind == Kind::kQuery || value->kind == Kind::kBool) {
    if (value->text == "true" || (value->kind == Kind::kQuery && value->text == "1")) {
      return true;
    }
    if (value->text == "false" || (value->kind == Kind::kQuery && value->text == "0")) {
      return false;
    }
  }
  refuse(name, fmt::format("expected true or false, got {}", shown(*value)));
  return std::nullopt;
}

std::optional<PartialDate> Fields::date(std::string_view name) {
  const FieldValue* value = single(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto parsed =
      is_text(*value) || is_number(*value) ? parse_iso_date(value->text) : std::nullopt;
  if (!parsed) {
    refuse(
        name,
        fmt::format("expected a date such as 2016, 2016-06 or 2016-06-08, got {}", shown(*value)));
  }
  return parsed;
}

std::optional<Timestamp> Fields::time(std::string_view name) {
  const std::string text = this->text(name);
  if (text.empty()) {
    return std::nullopt;
  }
  const auto parsed = parse_timestamp(text);
  if (!parsed) {
    refuse(name,
           fmt::format("expected a time such as 2026-06-08T12:30:00Z, got {}",
                       shown({Kind::kQuery, text})));
  }
  return parsed;
}

std::optional<std::size_t> Fields::choice_of(std::string_view name,
                                             std::string_view text,
                                             const std::vector<std::string_view>& allowed) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto at = std::ranges::find(allowed, text);
  if (at == allowed.end()) {
    refuse(name,
           fmt::format("expected one of {}, got {}",
                       joined(allowed),
                       shown({Kind::kQuery, std::string(text)})));
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - allowed.begin());
}

const std::vector<FieldError>& Fields::errors() {
  for (const Field& field : fields_) {
    if (std::ranges::find(known_, field.name) == known_.end()) {
      refuse(field.name.substr(0, kShownBytes), "is not known here");
      unknown_ = true;
      known_.push_back(field.name);
    }
  }
  return errors_;
}

bool Fields::refused(HttpResponse& response) {
  const std::vector<std::string> known = known_;
  if (errors().empty()) {
    return false;
  }
  std::string detail;
  for (const FieldError& error : errors_) {
    detail += fmt::format("{}{}: {}", detail.empty() ? "" : "; ", error.field, error.detail);
  }
  if (unknown_) {
    detail += known.empty() ? "; there is nothing to give" : "; known are " + joined(known);
  }
  set_problem(response, 400, code_name(Code::kInvalidArgument), detail, errors_);
  return true;
}

}  // namespace bookreco
