#include "support.h"
#include "transport/http.h"
#include "transport/request_parser.h"
#include "transport/router.h"

using namespace bookreco;

namespace {

Router make_router() {
  const HttpHandler handler = [](const HttpRequest&, HttpResponse&) { return Status(); };
  Router router;
  for (const char* path :
       {"/", "/v1/books", "/v1/books/{id}", "/v1/books/{id}/similar", "/docs/{file}"}) {
    router.add({.method = HttpMethod::kGet, .path = path, .handler = handler});
  }
  router.add({.method = HttpMethod::kPost, .path = "/v1/books", .handler = handler});
  return router;
}

bool is_decoded(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

void check_request(HttpRequest& request) {
  static const Router kRouter = make_router();
  const Router::Match match = kRouter.match(request);
  BOOKRECO_CHECK((match.route != nullptr) == (match.status == 200));
  BOOKRECO_CHECK((match.status != 405 && match.status != 204) || !match.allow.empty());
  BOOKRECO_CHECK(std::ranges::all_of(request.query, [](const auto& pair) {
    return is_decoded(pair.first) && is_decoded(pair.second);
  }));
  for (const auto& [name, value] : request.path_params) {
    BOOKRECO_CHECK(is_decoded(value) && request.path_param(name) == value);
  }
  request.media_type();
  request.accepts_gzip();
  trace_id_of(request.header("traceparent"));
  etag_matches(request.header("if-none-match"), "abc");
}

}  // namespace

/// The bytes as a whole request; then the same bytes as each of its parts.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  HttpRequest request;
  RequestParser parser(request, 16 << 10, 1 << 20);
  parser.eager(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(bytes), error);
  if (!error && parser.is_header_done()) {
    check_request(request);
  }
  HttpRequest direct;
  direct.method = HttpMethod::kGet;
  direct.target = bytes;
  check_request(direct);
  for (const bool plus : {false, true}) {
    if (const auto decoded = percent_decode(bytes, plus)) {
      std::string encoded;
      append_percent_encoded(encoded, *decoded);
      BOOKRECO_CHECK(is_decoded(*decoded) && percent_decode(encoded, plus) == decoded);
    }
  }
  trace_id_of(bytes);
  etag_matches(bytes, "abc");
  return 0;
}
