#include <array>

#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

constexpr std::array<std::pair<std::string_view, SearchMode>, 3> kModes = {{
    {"hybrid", SearchMode::kHybrid},
    {"lexical", SearchMode::kLexical},
    {"semantic", SearchMode::kSemantic},
}};

Status search(Recommender& recommender,
              Fields& fields,
              const HttpRequest& http,
              HttpResponse& response) {
  constexpr std::int64_t kMaxOffset = 1'000'000;
  SearchRequest request;
  request.query = fields.text("query");
  request.k = fields.integer("k", 0, kMaxK).value_or(request.k);
  request.offset = fields.integer("offset", 0, kMaxOffset).value_or(0);
  request.mode = fields.choice<SearchMode>("mode", kModes).value_or(SearchMode::kHybrid);
  request.filter = read_filter(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Hits hits, recommender.search(request, http.context));
  JsonWriter json(response.body);
  json.begin_object();
  json.field("query", request.query)
      .field("mode", kModes[static_cast<std::size_t>(request.mode)].first);
  append_hits(json, hits);
  json.end_object();
  return {};
}

}  // namespace

void add_search_routes(Router& router, const Api& api) {
  router.add({HttpMethod::kGet,
              "/v1/search",
              RunOn::kInline,
              true,
              [&recommender = api.recommender](const HttpRequest& request, HttpResponse& response) {
                Fields fields(request);
                return search(recommender, fields, request, response);
              }});
  router.add({HttpMethod::kPost,
              "/v1/search",
              RunOn::kInline,
              false,
              [&recommender = api.recommender](const HttpRequest& request,
                                               HttpResponse& response) -> Status {
                if (Fields query(request); query.refused(response)) {
                  return {};
                }
                auto fields = read_json_fields(request, response, kMaxListBytes);
                return fields ? search(recommender, *fields, request, response) : Status();
              }});
}

}  // namespace bookreco
