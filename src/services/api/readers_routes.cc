#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

Status list(Interactions& interactions, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  const std::string prefix = fields.text("prefix");
  const Page page = read_page(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const ReaderPage found,
               interactions.readers(prefix, page.offset(), page.size, request.context));
  set_links(request, page, found.total, response);
  JsonWriter json(response.body);
  json.begin_object().field("total", found.total);
  json.field("page", page.number).field("page_size", page.size);
  json.key("readers").begin_array();
  for (const ReaderInfo& reader : found.readers) {
    json.begin_object()
        .field("id", reader.id)
        .field("interactions", reader.interactions)
        .end_object();
  }
  json.end_array().end_object();
  return {};
}

Status list_impressions(Interactions& interactions,
                        const HttpRequest& request,
                        HttpResponse& response) {
  if (Fields query(request); query.refused(response)) {
    return {};
  }
  const std::string_view reader = request.path_param("id");
  BOOKRECO_TRY(const auto shown, interactions.impressions(reader, request.context));
  JsonWriter json(response.body);
  json.begin_object().field("reader", reader).key("impressions").begin_array();
  for (const Impression& one : shown) {
    json.begin_object().field("book", one.book_id).field("count", one.count);
    json.field("at", to_iso8601(one.at)).end_object();
  }
  json.end_array().end_object();
  return {};
}

Status remove(Interactions& interactions, const HttpRequest& request, HttpResponse& response) {
  if (Fields query(request); query.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const std::int64_t removed,
               interactions.remove_reader(request.path_param("id"), request.context));
  JsonWriter(response.body).begin_object().field("removed", removed).end_object();
  return {};
}

/// From the query or, with POST, from a body with room for a long list of excluded books.
Status recommend(Recommender& recommender,
                 Fields& fields,
                 const HttpRequest& http,
                 HttpResponse& response) {
  RecommendRequest request;
  request.reader = http.path_param("id");
  if (const std::string problem = reader_id_problem(request.reader); !problem.empty()) {
    fields.refuse("id", problem);
  }
  request.k = fields.integer("k", 0, kMaxK).value_or(request.k);
  request.diversity = fields.number("diversity", 0, 1).value_or(request.diversity);
  request.rotation = fields.number("rotation", 0, 1);
  request.filter = read_filter(fields);
  request.prefer = read_wish(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Hits hits, recommender.recommend(request, http.context));
  JsonWriter json(response.body);
  json.begin_object().field("reader", request.reader).field("history", hits.history);
  append_hits(json, hits);
  json.end_object();
  return {};
}

Status recommend_by_query(Recommender& recommender,
                          const HttpRequest& request,
                          HttpResponse& response) {
  Fields fields(request);
  return recommend(recommender, fields, request, response);
}

Status recommend_by_body(Recommender& recommender,
                         const HttpRequest& request,
                         HttpResponse& response) {
  if (Fields query(request); query.refused(response)) {
    return {};
  }
  auto fields = read_json_fields(request, response, kMaxListBytes);
  return fields ? recommend(recommender, *fields, request, response) : Status();
}

}  // namespace

void add_readers_routes(Router& router, const Api& api) {
  const auto add = [&](HttpMethod method, std::string path, auto& service, const auto& answer) {
    router.add({method,
                std::move(path),
                RunOn::kPool,
                false,
                [answer, &service](const HttpRequest& request, HttpResponse& response) {
                  return answer(service, request, response);
                }});
  };
  add(HttpMethod::kGet, "/v1/readers", api.interactions, list);
  add(HttpMethod::kDelete, "/v1/readers/{id}", api.interactions, remove);
  add(HttpMethod::kGet, "/v1/readers/{id}/impressions", api.interactions, list_impressions);
  const std::string path = "/v1/readers/{id}/recommendations";
  add(HttpMethod::kGet, path, api.recommender, recommend_by_query);
  add(HttpMethod::kPost, path, api.recommender, recommend_by_body);
}

}  // namespace bookreco
