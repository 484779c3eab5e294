#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

Status recommend(Recommender& recommender, const HttpRequest& http, HttpResponse& response) {
  if (Fields query(http); query.refused(response)) {
    return {};
  }
  auto fields = read_json_fields(http, response, kMaxListBytes);
  if (!fields) {
    return {};
  }
  RecommendRequest request;
  request.loved = fields->texts("loved");
  request.liked = fields->texts("liked");
  request.disliked = fields->texts("disliked");
  request.k = fields->integer("k", 0, kMaxK).value_or(request.k);
  request.diversity = fields->number("diversity", 0, 1).value_or(request.diversity);
  request.filter = read_filter(*fields);
  request.prefer = read_wish(*fields);
  if (fields->refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Hits hits, recommender.recommend(request, http.context));
  JsonWriter json(response.body);
  json.begin_object();
  append_hits(json, hits);
  json.end_object();
  return {};
}

}  // namespace

void add_recommend_routes(Router& router, const Api& api) {
  router.add({HttpMethod::kPost,
              "/v1/recommendations",
              RunOn::kPool,
              false,
              [&recommender = api.recommender](const HttpRequest& request, HttpResponse& response) {
                return recommend(recommender, request, response);
              }});
}

}  // namespace bookreco
