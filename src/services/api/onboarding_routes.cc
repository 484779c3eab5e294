#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

Status onboarding(Recommender& recommender,
                  Fields& fields,
                  OnboardingRequest request,
                  const HttpRequest& http,
                  HttpResponse& response) {
  request.k = fields.integer("k", 0, kMaxQuestions).value_or(request.k);
  request.filter = read_filter(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Hits hits, recommender.onboarding(request, http.context));
  JsonWriter json(response.body);
  json.begin_object().field("history", hits.history);
  append_hits(json, hits);
  json.end_object();
  return {};
}

Status begin(Recommender& recommender, const HttpRequest& http, HttpResponse& response) {
  Fields fields(http);
  return onboarding(recommender, fields, {}, http, response);
}

Status go_on(Recommender& recommender, const HttpRequest& http, HttpResponse& response) {
  if (Fields query(http); query.refused(response)) {
    return {};
  }
  auto fields = read_json_fields(http, response);
  if (!fields) {
    return {};
  }
  OnboardingRequest request;
  request.loved = fields->texts("loved");
  request.liked = fields->texts("liked");
  request.disliked = fields->texts("disliked");
  request.unknown = fields->texts("unknown");
  return onboarding(recommender, *fields, std::move(request), http, response);
}

}  // namespace

void add_onboarding_routes(Router& router, const Api& api) {
  const auto add = [&](HttpMethod method, bool etag, const auto& answer) {
    router.add({method,
                "/v1/onboarding",
                RunOn::kPool,
                etag,
                [answer, &recommender = api.recommender](const HttpRequest& request,
                                                         HttpResponse& response) {
                  return answer(recommender, request, response);
                }});
  };
  add(HttpMethod::kGet, true, begin);
  add(HttpMethod::kPost, false, go_on);
}

}  // namespace bookreco
