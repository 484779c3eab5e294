#include "domain/json_reader.h"

#include <charconv>

#include "domain/text_repair.h"

namespace bookreco {
namespace {

/// The four hex digits of a \u escape at `i` (which is at the backslash), or -1.
int escaped_unit(std::string_view json, std::size_t i) {
  if (i + 6 > json.size() || json[i] != '\\' || json[i + 1] != 'u') {
    return -1;
  }
  unsigned value = 0;
  const char* end = json.data() + i + 6;
  const auto [stop, error] = std::from_chars(json.data() + i + 2, end, value, 16);
  return error == std::errc() && stop == end ? static_cast<int>(value) : -1;
}

bool is_high(int unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(int unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

/// The document with its strings made legal.
std::string repair(std::string_view json) {
  const std::string text = repair_bytes(json);
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string && c == '\\') {
      const int unit = escaped_unit(text, i);
      if (is_high(unit) && is_low(escaped_unit(text, i + 6))) {
        out.append(text, i, 12);
        i += 11;
      } else if (is_high(unit) || is_low(unit)) {
        out += "\\ufffd";
        i += 5;
      } else {
        out.append(text, i, 2);
        ++i;
      }
      continue;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
      continue;
    }
    out += c;
  }
  return out;
}

}  // namespace

Result<simdjson::dom::element> parse_json(std::string_view json) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::element element;
  auto error = parser.parse(json.data(), json.size()).get(element);
  if (error == simdjson::UTF8_ERROR || error == simdjson::STRING_ERROR ||
      error == simdjson::UNESCAPED_CHARS) {
    const std::string repaired = repair(json);
    error = parser.parse(repaired).get(element);
  }
  if (error != simdjson::SUCCESS) {
    return fail(Code::kInvalidArgument, "not valid JSON: {}", simdjson::error_message(error));
  }
  return element;
}

}  // namespace bookreco
