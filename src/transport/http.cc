#include "transport/http.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace bookreco {
namespace {

// What a connection keeps between two requests; above this the memory goes back.
constexpr std::size_t kKeptBytes = std::size_t{64} << 10;

constexpr std::array<std::string_view, kHttpMethods> kMethodNames = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool all_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

void reset(std::string& text) {
  if (text.capacity() > kKeptBytes) {
    text = std::string();
  } else {
    text.clear();
  }
}

}  // namespace

std::string_view method_name(HttpMethod method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

HttpMethod parse_method(std::string_view name) {
  const auto end = kMethodNames.end() - 1;
  return static_cast<HttpMethod>(std::find(kMethodNames.begin(), end, name) - kMethodNames.begin());
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers_) {
    if (same_name(view(key), name)) {
      return view(value);
    }
  }
  return {};
}

std::size_t HttpRequest::count_headers(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers_, [&](const auto& header) { return same_name(view(header.first), name); }));
}

std::string_view HttpRequest::path_param(std::string_view name) const {
  for (const auto& [key, value] : path_params) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

std::string HttpRequest::media_type() const {
  const std::string_view type = header("Content-Type");
  std::string out(trim(type.substr(0, type.find(';'))));
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool HttpRequest::accepts_gzip() const {
  std::string_view rest = header("Accept-Encoding");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const auto semicolon = item.find(';');
    const std::string_view coding = trim(item.substr(0, semicolon));
    if (same_name(coding, "gzip") || coding == "*") {
      const std::string_view weight = semicolon == std::string_view::npos
                                          ? std::string_view()
                                          : trim(item.substr(semicolon + 1));
      return !(weight.starts_with("q=0") &&
               weight.find_first_not_of("0.", 2) == std::string_view::npos);
    }
  }
  return false;
}

void HttpRequest::add_header(std::string_view name, std::string_view value) {
  const auto add = [this](std::string_view text) {
    const Span span{static_cast<std::uint32_t>(header_bytes_.size()),
                    static_cast<std::uint32_t>(text.size())};
    header_bytes_ += text;
    return span;
  };
  const Span name_span = add(name);
  headers_.emplace_back(name_span, add(value));
}

void HttpRequest::clear() {
  method = HttpMethod::kOther;
  target.clear();
  path = {};
  route = {};
  path_params.clear();
  query.clear();
  reset(body);
  context.deadline = std::chrono::steady_clock::time_point::max();
  context.trace_id.clear();
  context.identity.clear();
  http_1_0 = false;
  header_bytes_.clear();
  headers_.clear();
}

void HttpResponse::set_header(std::string_view name, std::string_view value) {
  header_lines_ += name;
  header_lines_ += ": ";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    header_lines_ += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  header_lines_ += "\r\n";
}

void HttpResponse::clear() {
  status = 200;
  content_type = "application/json";
  reset(body);
  static_body = {};
  etag.clear();
  header_lines_.clear();
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
      if (low < 0) {
        return std::nullopt;
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') {
      return std::nullopt;
    }
    out += c;
  }
  if (!is_utf8(out)) {
    return std::nullopt;
  }
  return out;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const char l = lower(c);
    if ((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
        c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(
    std::string_view query) {
  constexpr std::size_t kMaxPairs = 256;
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view item = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (item.empty()) {
      continue;
    }
    const auto equals = item.find('=');
    auto name = percent_decode(item.substr(0, equals), true);
    auto value = percent_decode(
        equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1), true);
    if (!name || !value || pairs.size() == kMaxPairs) {
      return std::nullopt;
    }
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

std::string_view trace_id_of(std::string_view traceparent) {
  // version(2)-trace(32)-parent(16)-flags(2); later versions may append "-…".
  if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-' ||
      traceparent[52] != '-') {
    return {};
  }
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace = traceparent.substr(3, 32);
  const std::string_view parent = traceparent.substr(36, 16);
  const bool whole = version == "00" ? traceparent.size() == 55
                                     : traceparent.size() == 55 || traceparent[55] == '-';
  const bool digits = lower_hex(version) && lower_hex(trace) && lower_hex(parent) &&
                      lower_hex(traceparent.substr(53, 2));
  if (!whole || !digits || version == "ff" || all_zero(trace) || all_zero(parent)) {
    return {};
  }
  return trace;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  if (trim(if_none_match) == "*") {
    return true;
  }
  while (!if_none_match.empty()) {
    const auto comma = if_none_match.find(',');
    std::string_view item = trim(if_none_match.substr(0, comma));
    if_none_match =
        comma == std::string_view::npos ? std::string_view() : if_none_match.substr(comma + 1);
    if (item.starts_with("W/")) {
      item.remove_prefix(2);
    }
    if (item.size() == etag.size() + 2 && item.front() == '"' && item.back() == '"' &&
        item.substr(1, etag.size()) == etag) {
      return true;
    }
  }
  return false;
}

}  // namespace bookreco
