#include "services/api/render.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxEvents = 10'000;
constexpr std::size_t kMaxBody = std::size_t{4} << 20;  // so many events of 400 bytes

/// A time that is ahead is taken as now: nothing is stored, and a visitor's clock may be wrong.
Interaction read_event(Fields& fields) {
  Interaction event;
  event.book_id = fields.text("book");
  const std::string kind = fields.text("kind");
  event.value = fields.number("value", 0.25, 5);
  event.at = fields.time("at").value_or(kUnknownTime);
  if (!fields.errors().empty()) {
    return event;
  }
  if (event.book_id.empty()) {
    fields.refuse("book", "is missing");
  }
  const auto parsed = parse_kind(kind);
  if (!parsed) {
    fields.refuse("kind", "expected one of " + kind_names());
    return event;
  }
  event.kind = *parsed;
  if ((event.kind == InteractionKind::kRating) != event.value.has_value()) {
    fields.refuse("value", event.value ? "only a rating has one" : "a rating has from 0.25 to 5");
  }
  return event;
}

Status recommend(Recommender& recommender, const HttpRequest& http, HttpResponse& response) {
  if (Fields query(http); query.refused(response)) {
    return {};
  }
  auto fields = read_json_fields(http, response, kMaxBody);
  if (!fields) {
    return {};
  }
  SessionRequest request;
  auto events = fields->objects("events", kMaxEvents);
  for (std::size_t i = 0; i < events.size(); ++i) {
    request.events.push_back(read_event(events[i]));
    fields->refuse_in("events", i, events[i]);
  }
  request.k = fields->integer("k", 0, kMaxK).value_or(request.k);
  request.diversity = fields->number("diversity", 0, 1).value_or(request.diversity);
  request.filter = read_filter(*fields);
  if (fields->refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Hits hits, recommender.recommend_session(request, http.context));
  JsonWriter json(response.body);
  json.begin_object().field("history", hits.history).field("ignored", hits.ignored);
  append_hits(json, hits);
  json.end_object();
  return {};
}

}  // namespace

void add_session_route(Router& router, const Api& api) {
  router.add({HttpMethod::kPost,
              "/v1/session/recommendations",
              RunOn::kPool,
              false,
              [&recommender = api.recommender](const HttpRequest& request, HttpResponse& response) {
                return recommend(recommender, request, response);
              }});
}

}  // namespace bookreco
