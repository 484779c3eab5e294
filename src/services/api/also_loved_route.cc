#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

Status also_loved(Recommender& recommender, const HttpRequest& http, HttpResponse& response) {
  Fields fields(http);
  AlsoLovedRequest request;
  request.id = http.path_param("id");
  request.k = fields.integer("k", 0, kMaxK).value_or(request.k);
  request.filter = read_filter(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Hits hits, recommender.also_loved(request, http.context));
  JsonWriter json(response.body);
  json.begin_object().field("id", request.id);
  append_hits(json, hits);
  json.end_object();
  return {};
}

}  // namespace

void add_also_loved_route(Router& router, const Api& api) {
  router.add({HttpMethod::kGet,
              "/v1/books/{id}/also-loved",
              RunOn::kPool,
              true,
              [&recommender = api.recommender](const HttpRequest& request, HttpResponse& response) {
                return also_loved(recommender, request, response);
              }});
}

}  // namespace bookreco
