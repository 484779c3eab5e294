#include "services/api/render.h"

namespace bookreco {
namespace {

/// The reasons as a JSON array, into `out`.
void render(const std::vector<Reason>& reasons, std::string& out) {
  out.assign(1, '[');
  for (const Reason& reason : reasons) {
    out += out.size() == 1 ? R"({"kind":")" : R"(,{"kind":")";
    out += reason_name(reason.kind);
    out += R"(","value":)";
    append_json_string(out, reason.value);
    if (reason.weight != 0) {
      out += R"(,"weight":)";
      JsonWriter(out).value(reason.weight);
    }
    out += '}';
  }
  out += ']';
}

}  // namespace

std::string_view reason_name(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kSameAuthor:
      return "same_author";
    case ReasonKind::kSameSeries:
      return "same_series";
    case ReasonKind::kSameCollection:
      return "same_collection";
    case ReasonKind::kSameCluster:
      return "same_cluster";
    case ReasonKind::kSharedLabel:
      return "shared_label";
    case ReasonKind::kSharedTerm:
      return "shared_term";
    case ReasonKind::kBecauseOf:
      return "because_of";
    case ReasonKind::kMatchedTerm:
      return "matched_term";
  }
  return "unknown";
}

void append_hits(JsonWriter& json, const Hits& hits) {
  if (!hits.answer.empty()) {
    json.field("answer", hits.answer);
  }
  json.field("strategy", hits.strategy).field("snapshot", hits.snapshot);
  if (hits.degraded) {
    json.field("degraded", true);
  }
  std::string reasons;
  json.key("books").begin_array();
  for (const Hit& hit : hits.hits) {
    render(hit.reasons, reasons);
    json.begin_object();
    json.field("score", static_cast<float>(hit.score));
    if (hit.readers != 0) {
      json.field("readers", hit.readers);
    }
    json.key("reasons").raw(reasons);
    json.key("book").raw(hit.card);
    json.end_object();
  }
  json.end_array();
}

}  // namespace bookreco
