#include <algorithm>

#include "base/archive.h"
#include "services/api/assets.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

// Covers come from anywhere over TLS; everything else from here.
constexpr std::string_view kHomePolicy =
    "default-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";
// Swagger UI sets style attributes and draws its icons from data URLs.
constexpr std::string_view kDocsPolicy =
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

Status inflate(std::string_view gzip, std::string& out) {
  BOOKRECO_TRY(ByteSource source, ByteSource::from_memory(std::string(gzip)));
  for (;;) {
    BOOKRECO_TRY(const std::string_view bytes, source.read());
    if (bytes.empty()) {
      return {};
    }
    out += bytes;
  }
}

Status send_asset(const HttpRequest& request, HttpResponse& response) {
  const std::string_view name = request.path_param("name");
  const auto at = std::ranges::find(assets(), name, &Asset::name);
  if (at == assets().end() || at->bytes.empty()) {
    return fail(Code::kNotFound, "there is no asset {}", name);
  }
  response.content_type = at->content_type;
  response.set_header("Cache-Control",
                      "no-cache");  // asked again each time, answered 304 by its ETag
  if (!at->gzip) {
    response.static_body = at->bytes;
    return {};
  }
  response.set_header("Vary", "Accept-Encoding");
  if (!request.accepts_gzip()) {
    return inflate(at->bytes, response.body);
  }
  response.set_header("Content-Encoding", "gzip");
  response.static_body = at->bytes;
  return {};
}

void add_page(Router& router,
              std::string path,
              std::string_view (*page)(),
              std::string_view policy) {
  router.add({HttpMethod::kGet,
              std::move(path),
              RunOn::kInline,
              true,
              [page, policy](const HttpRequest&, HttpResponse& response) {
                response.content_type = "text/html; charset=utf-8";
                response.static_body = page();
                response.set_header("Content-Security-Policy", policy);
                response.set_header("Referrer-Policy", "no-referrer");
                response.set_header("Cache-Control", "no-cache");
                return Status();
              }});
}

}  // namespace

void add_page_routes(Router& router) {
  add_page(router, "/", home_page, kHomePolicy);
  add_page(router, "/docs", docs_page, kDocsPolicy);
  router.add({HttpMethod::kGet, "/assets/{name}", RunOn::kInline, true, send_asset});
}

}  // namespace bookreco
