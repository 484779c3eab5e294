#include <algorithm>
#include <variant>

#include "base/json_writer.h"
#include "domain/answer_id.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

constexpr std::string_view kTypes[] = {"application/json", "application/x-ndjson"};
constexpr std::size_t kMaxNamed = 100;  // refusals that a problem document lists

using RowOutcome = Interactions::RowOutcome;

InteractionIssue not_an_object(std::string_view row, std::string reason) {
  constexpr std::size_t kShown = 200;
  return {"row", std::string(row.substr(0, kShown)), std::move(reason)};
}

/// What a client reports beside interactions.
constexpr std::string_view kImpression = "impression";

using Row = std::variant<Interaction, Impression>;

/// The interaction or impression of one row, or why it is neither.
std::expected<Row, InteractionIssue> read_row(std::string_view row) {
  auto fields = read_json_row(row);
  if (!fields) {
    return std::unexpected(not_an_object(row, fields.error().message));
  }
  Interaction interaction;
  interaction.reader_id = fields->text("reader");
  interaction.book_id = fields->text("book");
  interaction.answer = fields->text("answer");
  const std::string kind = fields->text("kind");
  const bool shown = kind == kImpression;
  interaction.value = fields->number("value", 0.25, 5);
  interaction.at = fields->time("at").value_or(kUnknownTime);
  interaction.source = fields->text("source");
  interaction.idempotency_key = fields->text("idempotency_key");
  if (const auto parsed = parse_kind(kind)) {
    interaction.kind = *parsed;
  } else if (!shown) {
    fields->refuse("kind", fmt::format("expected one of {}, {}", kind_names(), kImpression));
  }
  if (!fields->errors().empty()) {
    const FieldError& error = fields->errors().front();
    return std::unexpected(InteractionIssue{error.field, "", error.detail});
  }
  if (shown) {
    if (const auto answer = parse_answer_id(interaction.answer);
        !interaction.answer.empty() && !answer) {
      return std::unexpected(InteractionIssue{"answer", "", answer.error().message});
    }
    if (interaction.value || !interaction.source.empty() || !interaction.idempotency_key.empty()) {
      return std::unexpected(InteractionIssue{
          "kind", std::string(kImpression), "takes reader, book, at and answer alone"});
    }
    return Impression{interaction.reader_id, interaction.book_id, interaction.at};
  }
  if (interaction.source.empty()) {
    interaction.source = "api";
  }
  return interaction;
}

std::string_view outcome_name(const RowOutcome& outcome) {
  if (!outcome.stored) {
    return "refused";
  }
  return *outcome.stored == RecordOutcome::kKnown ? "known" : "recorded";
}

void render(const std::vector<RowOutcome>& outcomes, HttpResponse& response) {
  const auto count = [&](std::string_view name) {
    return static_cast<std::int64_t>(std::ranges::count(outcomes, name, outcome_name));
  };
  JsonWriter json(response.body);
  json.begin_object();
  for (const char* name : {"recorded", "known", "refused"}) {
    json.field(name, count(name));
  }
  json.key("rows").begin_array();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const RowOutcome& outcome = outcomes[i];
    json.begin_object()
        .field("index", static_cast<std::uint64_t>(i))
        .field("outcome", outcome_name(outcome));
    if (outcome.issue) {
      json.field("field", outcome.issue->field);
      if (!outcome.issue->value.empty()) {
        json.field("value", outcome.issue->value);
      }
      json.field("reason", outcome.issue->reason);
    } else {
      json.field("book", outcome.book_id);
    }
    json.end_object();
  }
  json.end_array().end_object();
}

void refuse_all(const std::vector<RowOutcome>& outcomes, HttpResponse& response) {
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < std::min(outcomes.size(), kMaxNamed); ++i) {
    const InteractionIssue& issue = *outcomes[i].issue;
    errors.push_back({fmt::format("[{}].{}", i, issue.field), issue.reason});
  }
  set_problem(response,
              422,
              code_name(Code::kInvalidArgument),
              fmt::format("nothing was recorded: {} {}", errors[0].field, errors[0].detail),
              errors);
}

Status record(Interactions& interactions, const HttpRequest& request, HttpResponse& response) {
  Fields query(request);
  if (query.refused(response) || !has_media_type(request, kTypes, response)) {
    return {};
  }
  std::vector<std::string_view> rows;
  if (request.media_type() == kTypes[1]) {
    rows = split_lines(request.body);
  } else {
    BOOKRECO_TRY(rows, split_json(request.body));
  }
  std::vector<RowOutcome> outcomes(rows.size());
  std::vector<Interaction> done;
  std::vector<Impression> shown;
  std::vector<std::size_t> places_of_done;
  std::vector<std::size_t> places_of_shown;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto row = read_row(rows[i]);
    if (!row) {
      outcomes[i].issue = std::move(row).error();
    } else if (auto* interaction = std::get_if<Interaction>(&*row)) {
      done.push_back(std::move(*interaction));
      places_of_done.push_back(i);
    } else {
      shown.push_back(std::get<Impression>(*std::move(row)));
      places_of_shown.push_back(i);
    }
  }
  const auto take = [&](std::vector<RowOutcome>& from, const std::vector<std::size_t>& places) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      outcomes[places[i]] = std::move(from[i]);
    }
  };
  BOOKRECO_TRY(auto recorded, interactions.record(done, request.context));
  take(recorded, places_of_done);
  BOOKRECO_TRY(auto counted, interactions.count_shown(shown, request.context));
  take(counted, places_of_shown);
  const auto refused = std::ranges::count(outcomes, "refused", outcome_name);
  if (refused > 0 && refused == std::ssize(outcomes)) {
    refuse_all(outcomes, response);
    return {};
  }
  response.status = refused > 0 ? 207 : 200;
  render(outcomes, response);
  return {};
}

}  // namespace

void add_interactions_route(Router& router, const Api& api) {
  router.add(
      {HttpMethod::kPost,
       "/v1/interactions",
       RunOn::kPool,
       false,
       [&interactions = api.interactions](const HttpRequest& request, HttpResponse& response) {
         return record(interactions, request, response);
       }});
}

}  // namespace bookreco
