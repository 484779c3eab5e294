#include <algorithm>

#include "base/json_writer.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

constexpr std::string_view kTypes[] = {"application/json", "application/x-ndjson"};
constexpr std::size_t kMaxNamed = 100;  // refusals that a problem document lists

void append_refusals(JsonWriter& json,
                     std::string_view name,
                     const std::vector<Catalog::Refusal>& refusals) {
  json.key(name).begin_array();
  for (const Catalog::Refusal& refusal : refusals) {
    json.begin_object();
    json.field("index", static_cast<std::uint64_t>(refusal.index));
    if (!refusal.field.empty()) {
      json.field("field", refusal.field).field("value", refusal.value);
    }
    json.field("reason", refusal.reason);
    json.end_object();
  }
  json.end_array();
}

void render(const Catalog::UpsertAnswer& answer, HttpResponse& response) {
  JsonWriter json(response.body);
  json.begin_object();
  json.field("loaded", answer.loaded)
      .field("updated", answer.updated)
      .field("unchanged", answer.unchanged);
  json.key("ids").begin_array();
  for (const std::string& id : answer.ids) {
    json.value(id);
  }
  json.end_array();
  append_refusals(json, "refused", answer.refused);
  append_refusals(json, "repaired", answer.repaired);
  json.end_object();
}

void refuse_rows(const std::vector<Catalog::Refusal>& refusals,
                 int status,
                 HttpResponse& response) {
  std::vector<FieldError> errors;
  for (const Catalog::Refusal& refusal : refusals) {
    if (errors.size() < kMaxNamed) {
      errors.push_back(
          {fmt::format("[{}]{}{}", refusal.index, refusal.field.empty() ? "" : ".", refusal.field),
           refusal.reason});
    }
  }
  set_problem(response,
              status,
              code_name(Code::kInvalidArgument),
              fmt::format("nothing was stored: {} {}", errors.front().field, errors.front().detail),
              errors);
}

// Rows that are no JSON objects never reach the catalogue: in an array they refuse the whole
// request, since a document that is broken in one place cannot be trusted in another; in JSON Lines
// each line stands for itself.
Status upsert(Catalog& catalog, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  if (fields.refused(response) || !has_media_type(request, kTypes, response)) {
    return {};
  }
  const bool lines = request.media_type() == kTypes[1];
  std::vector<std::string_view> rows;
  if (lines) {
    rows = split_lines(request.body);
  } else {
    BOOKRECO_TRY(rows, split_json(request.body));
  }
  std::vector<std::string_view> sound;
  std::vector<std::size_t> places;  // of the sound rows in the request
  std::vector<Catalog::Refusal> refused;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::string problem = json_object_problem(rows[i]); !problem.empty()) {
      refused.push_back({i, "", "", std::move(problem)});
    } else {
      sound.push_back(rows[i]);
      places.push_back(i);
    }
  }
  if (!refused.empty() && (!lines || sound.empty())) {
    refuse_rows(refused, 400, response);
    return {};
  }
  BOOKRECO_TRY(Catalog::UpsertAnswer answer, catalog.upsert(sound, request.context));
  for (auto* list : {&answer.refused, &answer.repaired}) {
    for (Catalog::Refusal& refusal : *list) {
      refusal.index = refusal.index < places.size() ? places[refusal.index] : refusal.index;
    }
  }
  answer.refused.insert(answer.refused.end(), refused.begin(), refused.end());
  std::ranges::stable_sort(answer.refused, {}, &Catalog::Refusal::index);
  if (!answer.refused.empty() && answer.loaded + answer.updated + answer.unchanged == 0) {
    refuse_rows(answer.refused, 422, response);
    return {};
  }
  render(answer, response);
  return {};
}

}  // namespace

void add_upsert_route(Router& router, const Api& api) {
  router.add({HttpMethod::kPost,
              "/v1/books",
              RunOn::kPool,
              false,
              [&catalog = api.catalog](const HttpRequest& request, HttpResponse& response) {
                return upsert(catalog, request, response);
              }});
}

}  // namespace bookreco
