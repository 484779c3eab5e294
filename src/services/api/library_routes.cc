#include <algorithm>

#include "base/json_writer.h"
#include "domain/book_json.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

template <class Visit>
void for_each_kind(const Visit& visit) {
  for (const InteractionKind kind : all_kinds()) {
    visit(std::pair(kind_name(kind), kind));
  }
}

/// The parameter `kind`: several separated by commas or repeated.
std::vector<InteractionKind> read_kinds(Fields& fields) {
  std::vector<std::pair<std::string_view, InteractionKind>> choices;
  for_each_kind([&](const auto& choice) { choices.push_back(choice); });
  return fields.choices<InteractionKind>("kind", choices);
}

void append_entry(JsonWriter& json, const LibraryEntry& entry) {
  json.field("id", entry.book_id);
  json.key("statements").begin_array();
  for (const Interaction& said : entry.statements) {
    json.begin_object().field("kind", kind_name(said.kind));
    if (said.value) {
      json.field("value", *said.value);
    }
    if (said.at != kUnknownTime) {
      json.field("at", to_iso8601(said.at));
    }
    if (!said.source.empty()) {
      json.field("source", said.source);
    }
    if (!said.answer.empty()) {
      json.field("answer", said.answer);
    }
    json.end_object();
  }
  json.end_array();
}

Status list(Interactions& interactions, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  const std::vector<InteractionKind> kinds = read_kinds(fields);
  const Page page = read_page(fields);
  if (fields.refused(response)) {
    return {};
  }
  const std::string_view reader = request.path_param("id");
  BOOKRECO_TRY(const auto found,
               interactions.library(reader, kinds, page.offset(), page.size, request.context));
  set_links(request, page, found.total, response);
  JsonWriter json(response.body);
  json.begin_object().field("reader", reader).field("total", found.total);
  json.field("page", page.number).field("page_size", page.size);
  json.key("books").begin_array();
  std::string card;
  for (const auto& item : found.items) {
    json.begin_object();
    append_entry(json, item.entry);
    if (item.book) {
      card.clear();
      append_card_json(card, *item.book);
      json.key("book").raw(card);
    }
    json.end_object();
  }
  json.end_array().end_object();
  return {};
}

Status put(Interactions& interactions, const HttpRequest& request, HttpResponse& response) {
  if (Fields query(request); query.refused(response)) {
    return {};
  }
  auto fields = read_json_fields(request, response);
  if (!fields) {
    return {};
  }
  Interaction said;
  said.reader_id = request.path_param("id");
  said.book_id = request.path_param("book");
  said.source = "api";
  const std::string kind = fields->text("kind");
  if (const auto parsed = parse_kind(kind)) {
    said.kind = *parsed;
  } else {
    fields->refuse("kind", "expected one of " + kind_names());
  }
  said.value = fields->number("value", 0.25, 5);
  said.at = fields->time("at").value_or(kUnknownTime);
  said.answer = fields->text("answer");
  if (fields->refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const LibraryEntry entry, interactions.put(said, request.context));
  JsonWriter json(response.body);
  json.begin_object().field("reader", said.reader_id);
  append_entry(json, entry);
  json.end_object();
  return {};
}

Status remove(Interactions& interactions, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  const std::vector<InteractionKind> kinds = read_kinds(fields);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const std::int64_t removed,
               interactions.remove(
                   request.path_param("id"), request.path_param("book"), kinds, request.context));
  JsonWriter(response.body).begin_object().field("removed", removed).end_object();
  return {};
}

}  // namespace

void add_library_routes(Router& router, const Api& api) {
  const auto add = [&](HttpMethod method, std::string path, const auto& answer) {
    router.add({method,
                std::move(path),
                RunOn::kPool,
                false,
                [answer, &interactions = api.interactions](const HttpRequest& request,
                                                           HttpResponse& response) {
                  return answer(interactions, request, response);
                }});
  };
  add(HttpMethod::kGet, "/v1/readers/{id}/library", list);
  add(HttpMethod::kPut, "/v1/readers/{id}/library/{book}", put);
  add(HttpMethod::kDelete, "/v1/readers/{id}/library/{book}", remove);
}

}  // namespace bookreco
