#include <algorithm>

#include "base/json_writer.h"
#include "domain/fold.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

JsonWriter& begin_page(JsonWriter& json, std::int64_t total, const Page& page) {
  json.begin_object();
  return json.field("total", total).field("page", page.number).field("page_size", page.size);
}

Status list_facet(Catalog& catalog,
                  const FacetName& facet,
                  const HttpRequest& request,
                  HttpResponse& response) {
  Fields fields(request);
  const std::string prefix = fields.text("prefix");
  const Page page = read_page(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const FacetPage found,
               catalog.facets(facet.kind, prefix, page.offset(), page.size, request.context));
  set_links(request, page, found.total, response);
  JsonWriter json(response.body);
  begin_page(json, found.total, page).key(facet.many).begin_array();
  for (const FacetCount& count : found.facets) {
    json.begin_object();
    json.field("name", count.name).field("books", count.books);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return {};
}

Status list_clusters(Catalog& catalog, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  const std::string prefix = fold(fields.text("prefix"));
  const Page page = read_page(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const std::optional<Clustering> clustering, catalog.clusters(request.context));
  std::vector<const Cluster*> found;
  if (clustering) {
    for (const Cluster& cluster : clustering->clusters) {
      if (prefix.empty() || fold(cluster.name).starts_with(prefix)) {
        found.push_back(&cluster);
      }
    }
  }
  const auto total = static_cast<std::int64_t>(found.size());
  set_links(request, page, total, response);
  JsonWriter json(response.body);
  begin_page(json, total, page);
  if (clustering) {
    json.field("model_version", clustering->model_version);
    json.key("metrics").begin_object();
    for (const auto& [name, value] : clustering->metrics) {
      json.field(name, value);
    }
    json.end_object();
  }
  json.key("clusters").begin_array();
  for (std::int64_t i = page.offset(); i < std::min(page.offset() + page.size, total); ++i) {
    const Cluster& cluster = *found[static_cast<std::size_t>(i)];
    json.begin_object();
    json.field("number", std::uint64_t{cluster.number})
        .field("name", cluster.name)
        .field("books", cluster.size);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return {};
}

}  // namespace

void add_facet_routes(Router& router, const Api& api) {
  for (const FacetName& facet : facet_names()) {
    router.add(
        {HttpMethod::kGet,
         "/v1/" + std::string(facet.many),
         RunOn::kPool,
         true,
         [&catalog = api.catalog, &facet](const HttpRequest& request, HttpResponse& response) {
           return list_facet(catalog, facet, request, response);
         }});
  }
  router.add({HttpMethod::kGet,
              "/v1/clusters",
              RunOn::kPool,
              true,
              [&catalog = api.catalog](const HttpRequest& request, HttpResponse& response) {
                return list_clusters(catalog, request, response);
              }});
}

}  // namespace bookreco
