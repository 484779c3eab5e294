#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/call_context.h"

namespace bookreco {

/// Known methods; a route never has kOther.
enum class HttpMethod : std::uint8_t {
  kGet,
  kHead,
  kPost,
  kPut,
  kPatch,
  kDelete,
  kOptions,
  kOther
};
inline constexpr std::size_t kHttpMethods = 8;

/// "GET"; "other" for kOther.
std::string_view method_name(HttpMethod method);
HttpMethod parse_method(std::string_view name);

/// One request, whole. Views and references into it hold until the handler returns.
struct HttpRequest {
  HttpMethod method = HttpMethod::kOther;
  std::string target;      ///< as sent
  std::string_view path;   ///< of target, not decoded
  std::string_view route;  ///< the template that matched, empty when none did
  std::vector<std::pair<std::string_view, std::string>>
      path_params;                                         ///< decoded, by the template's names
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order, repeats kept
  std::string body;
  CallContext context;
  bool http_1_0 = false;

  /// The first header of this name (any case), empty when there is none.
  std::string_view header(std::string_view name) const;
  std::size_t count_headers(std::string_view name) const;
  /// The parameter that the template names; empty when it does not.
  std::string_view path_param(std::string_view name) const;
  /// The Content-Type without its parameters, in lower case.
  std::string media_type() const;
  /// Whether Accept-Encoding lets gzip pass.
  bool accepts_gzip() const;

  void add_header(std::string_view name, std::string_view value);
  /// Empties it and keeps the memory, unless that is large.
  void clear();

 private:
  struct Span {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
  };
  std::string_view view(Span span) const { return {header_bytes_.data() + span.begin, span.size}; }

  std::string header_bytes_;
  std::vector<std::pair<Span, Span>> headers_;
};

/// One answer. Handlers append to `body`; its memory is reused from request to request.
struct HttpResponse {
  int status = 200;
  std::string_view content_type = "application/json";  ///< outlives the server
  std::string body;
  std::string_view static_body;  ///< sent instead of `body` when set; outlives the server
  std::string etag;  ///< without quotes; routes with `etag` fill it from the body when empty

  /// Adds a header; control characters in `value` become spaces.
  void set_header(std::string_view name, std::string_view value);
  /// "Name: value\r\n" lines.
  const std::string& header_lines() const { return header_lines_; }
  std::string_view content() const {
    return static_body.empty() ? std::string_view(body) : static_body;
  }
  void clear();

 private:
  std::string header_lines_;
};

/// Decodes %XX (and + as a space in queries). nullopt for a broken escape, NUL, or bytes that are
/// not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Encodes everything but unreserved characters.
void append_percent_encoded(std::string& out, std::string_view text);

/// "a=1&b=2" → pairs; nullopt as for percent_decode or above 256 pairs.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// The trace id of a W3C traceparent header, empty when it is not a valid one.
std::string_view trace_id_of(std::string_view traceparent);

/// Whether an If-None-Match header names `etag` (weak comparison, RFC 9110 13.1.2).
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace bookreco
