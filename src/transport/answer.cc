#include "transport/answer.h"

#include <algorithm>

#include "base/hash.h"
#include "transport/problem.h"

namespace bookreco {
namespace {

void append_number(std::string& out, std::size_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

std::string failure_detail(int status, const HttpSettings& settings) {
  switch (status) {
    case 400:
      return "the request is not well-formed HTTP/1.1, its path or query cannot be decoded, or "
             "Host is missing";
    case 408:
      return "the request did not arrive in time: send it faster";
    case 413:
      return fmt::format("the body is larger than {} bytes: send it in parts",
                         settings.max_body_bytes);
    case 414:
      return fmt::format("the request target is longer than {} bytes", settings.max_target_bytes);
    case 417:
      return "the only expectation met here is 100-continue";
    case 431:
      return fmt::format("the headers are longer than {} bytes", settings.max_header_bytes);
    case 501:
      return "the only transfer coding understood here is chunked";
    case 503:
      return "too much is going on: try again in a moment";
    default:
      return std::string(status_text(status));
  }
}

Code failure_code(int status) {
  switch (status) {
    case 404:
      return Code::kNotFound;
    case 405:
    case 501:
      return Code::kUnimplemented;
    case 408:
      return Code::kDeadlineExceeded;
    case 503:
      return Code::kUnavailable;
    default:
      return Code::kInvalidArgument;
  }
}

bool has_content(int status) {
  return status != 204 && status != 304;
}

void set_cors(const HttpRequest& request,
              const Router::Match& match,
              const std::vector<std::string>& origins,
              HttpResponse& response) {
  if (origins.empty()) {
    return;
  }
  response.set_header("Vary", "Origin");
  const std::string_view origin = request.header("Origin");
  const bool any = std::ranges::find(origins, "*") != origins.end();
  if (origin.empty() || (!any && std::ranges::find(origins, origin) == origins.end())) {
    return;
  }
  response.set_header("Access-Control-Allow-Origin", any ? "*" : origin);
  response.set_header("Access-Control-Expose-Headers", "ETag, Link, Retry-After");
  if (match.status == 204 && !request.header("Access-Control-Request-Method").empty()) {
    response.set_header("Access-Control-Allow-Methods", match.allow);
    response.set_header("Access-Control-Allow-Headers",
                        "Accept, Authorization, Content-Type, If-None-Match, Traceparent");
    response.set_header("Access-Control-Max-Age", "600");
  }
}

}  // namespace

void set_failure(HttpResponse& response, int status, const HttpSettings& settings) {
  set_problem(response, status, code_name(failure_code(status)), failure_detail(status, settings));
}

void set_unmatched(const HttpRequest& request,
                   const Router::Match& match,
                   const HttpSettings& settings,
                   HttpResponse& response) {
  const std::string_view code = code_name(failure_code(match.status));
  switch (match.status) {
    case 204:
      response.status = 204;
      break;
    case 404:
      set_problem(response, 404, code, fmt::format("there is nothing at {}", request.path));
      break;
    case 405:
      set_problem(response, 405, code, fmt::format("{} answers {}", request.path, match.allow));
      break;
    default:
      set_failure(response, match.status, settings);
  }
  if (!match.allow.empty()) {
    response.set_header("Allow", match.allow);
  }
}

void finish_response(const HttpRequest& request,
                     const Router::Match& match,
                     const HttpSettings& settings,
                     HttpResponse& response) {
  const bool reads = request.method == HttpMethod::kGet || request.method == HttpMethod::kHead;
  if (match.route != nullptr && match.route->etag && response.status == 200 && reads) {
    if (response.etag.empty()) {
      response.etag = hex(hash64(response.content()));
    }
    if (const auto known = request.header("If-None-Match");
        !known.empty() && etag_matches(known, response.etag)) {
      response.status = 304;
    }
  }
  set_cors(request, match, settings.cors_origins, response);
}

bool sends_content(const HttpRequest& request, const HttpResponse& response) {
  return request.method != HttpMethod::kHead && has_content(response.status);
}

void render_head(const HttpRequest& request,
                 const HttpResponse& response,
                 std::string_view date_line,
                 bool keep_alive,
                 std::string& out) {
  out.assign("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += status_text(response.status);
  out += "\r\nServer: bookreco\r\n";
  out += date_line;
  if (!keep_alive) {
    out += "Connection: close\r\n";
  } else if (request.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  if (has_content(response.status)) {
    out += "X-Content-Type-Options: nosniff\r\nContent-Type: ";
    out += response.content_type;
    out += "\r\nContent-Length: ";
    append_number(out, response.content().size());
    out += "\r\n";
  }
  if (!response.etag.empty()) {
    out += "ETag: \"";
    out += response.etag;
    out += "\"\r\n";
  }
  out += response.header_lines();
  out += "\r\n";
}

}  // namespace bookreco
