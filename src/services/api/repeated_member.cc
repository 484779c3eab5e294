#include <algorithm>

#include <boost/json/parse.hpp>

#include "services/api/requests.h"

namespace bookreco {
namespace {

/// The end of the string whose opening quote is at `at`: one past its closing quote.
std::size_t string_end(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    at += json[at] == '\\' ? 1 : 0;
  }
  return std::min(at + 1, json.size());
}

/// "\u0061" and "a" are one name.
std::string decoded(std::string_view quoted) {
  if (quoted.find('\\') == std::string_view::npos) {
    return std::string(quoted.substr(1, quoted.size() - 2));
  }
  return std::string(boost::json::parse({quoted.data(), quoted.size()}).as_string());
}

std::optional<std::string> repeated(std::vector<std::string>& names) {
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  return twice == names.end() ? std::nullopt : std::optional(*twice);
}

}  // namespace

std::optional<std::string> repeated_member(std::string_view json) {
  std::vector<std::vector<std::string>> open;  // the names of each object that has begun
  std::string_view last;                       // the string before this place
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = string_end(json, at);
      last = json.substr(at, end - at);
      at = end;
      continue;
    }
    if (c == '{') {
      open.emplace_back();
    } else if (c == ':' && !open.empty()) {
      open.back().push_back(decoded(last));
    } else if (c == '}' && !open.empty()) {
      if (auto twice = repeated(open.back())) {
        return twice;
      }
      open.pop_back();
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace bookreco
