#include "base/json_writer.h"
#include "services/api/assets.h"
#include "services/api/routes.h"
#include "transport/problem.h"

namespace bookreco {
namespace {

Status ready(const Recommender& recommender, HttpResponse& response) {
  const RecommenderState state = recommender.state();
  if (state.snapshot.empty()) {
    return fail(Code::kUnavailable,
                "no snapshot is loaded yet: books must be ingested and fitted first");
  }
  JsonWriter json(response.body);
  json.begin_object();
  json.field("status", "ready")
      .field("snapshot", state.snapshot)
      .field("vectorizer", state.vectorizer);
  json.field("books", state.books)
      .field("delta_books", state.delta_books)
      .field("change", state.change);
  json.end_object();
  return {};
}

}  // namespace

void add_meta_routes(Router& router, const Api& api) {
  const auto add = [&](std::string path, HttpHandler handler) {
    router.add({HttpMethod::kGet, std::move(path), RunOn::kInline, false, std::move(handler)});
  };
  add("/healthz", [](const HttpRequest&, HttpResponse& response) {
    response.static_body = R"({"status":"ok"})";
    return Status();
  });
  add("/readyz", [&recommender = api.recommender](const HttpRequest&, HttpResponse& response) {
    return ready(recommender, response);
  });
  add("/metrics", [&metrics = api.metrics](const HttpRequest&, HttpResponse& response) {
    response.content_type = kExpositionType;
    response.body = metrics.exposition();
    return Status();
  });
  router.add({HttpMethod::kGet,
              "/openapi.json",
              RunOn::kInline,
              true,
              [](const HttpRequest&, HttpResponse& response) {
                response.static_body = openapi_document();
                return Status();
              }});
}

// The paths of the original system: moved for good, method and query kept.
void add_original_routes(Router& router) {
  const auto add = [&](HttpMethod method, std::string from, std::size_t cut, std::string_view to) {
    router.add({method,
                std::move(from),
                RunOn::kInline,
                false,
                [cut, to](const HttpRequest& request, HttpResponse& response) {
                  std::string location(to);
                  location += std::string_view(request.path).substr(cut);
                  if (const auto query = request.target.find('?'); query != std::string::npos) {
                    location += request.target.substr(query);
                  }
                  response.status = 308;
                  response.set_header("Location", location);
                  return Status();
                }});
  };
  constexpr std::size_t kBook = std::string_view("/book").size();
  add(HttpMethod::kGet, "/books", 0, "/v1");
  add(HttpMethod::kPost, "/books", 0, "/v1");
  add(HttpMethod::kGet, "/books/{id}/similar", 0, "/v1");
  add(HttpMethod::kGet, "/collections", 0, "/v1");
  add(HttpMethod::kGet, "/book/{id}", kBook, "/v1/books");
  add(HttpMethod::kGet, "/search", 0, "/v1");
  add(HttpMethod::kPost, "/search", 0, "/v1");
}

}  // namespace bookreco
