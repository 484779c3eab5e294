#include <array>

#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

constexpr std::array<std::pair<std::string_view, Metric>, 3> kMetrics = {{
    {"cosine", Metric::kCosine},
    {"euclidean", Metric::kEuclidean},
    {"taxicab", Metric::kTaxicab},
}};

constexpr std::array<std::pair<std::string_view, FacetKind>, 7> kShareable = {{
    {"author", FacetKind::kAuthor},
    {"collection", FacetKind::kCollection},
    {"series", FacetKind::kSeries},
    {"publisher", FacetKind::kPublisher},
    {"format", FacetKind::kFormat},
    {"binding", FacetKind::kBinding},
    {"language", FacetKind::kLanguage},
}};

Status similar(Recommender& recommender, const HttpRequest& http, HttpResponse& response) {
  SimilarRequest request;
  request.id = http.path_param("id");
  std::string_view metric = kMetrics[0].first;
  if (!http.query.empty()) {
    Fields fields(http);
    request.k = fields.integer("k", 0, kMaxK).value_or(request.k);
    request.metric = fields.choice<Metric>("metric", kMetrics).value_or(request.metric);
    request.same = fields.choices<FacetKind>("same", kShareable);
    request.within_cluster = fields.boolean("within_cluster").value_or(false);
    request.filter = read_filter(fields);
    request.prefer = read_wish(fields);
    if (fields.refused(response)) {
      return {};
    }
    metric = kMetrics[static_cast<std::size_t>(request.metric)].first;
  }
  BOOKRECO_TRY(const Hits hits, recommender.similar(request, http.context));
  JsonWriter json(response.body);
  json.begin_object();
  json.field("id", request.id).field("metric", metric);
  append_hits(json, hits);
  json.end_object();
  return {};
}

}  // namespace

void add_similar_routes(Router& router, const Api& api) {
  router.add({HttpMethod::kGet,
              "/v1/books/{id}/similar",
              RunOn::kInline,
              true,
              [&recommender = api.recommender](const HttpRequest& request, HttpResponse& response) {
                return similar(recommender, request, response);
              }});
}

}  // namespace bookreco
