#include "services/api/render.h"

namespace bookreco {

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
  json.field("strategy", hits.strategy).field("snapshot", hits.snapshot);
  if (hits.degraded) {
    json.field("degraded", true);
  }
  json.key("books").begin_array();
  for (const Hit& hit : hits.hits) {
    json.begin_object();
    json.field("score", static_cast<float>(hit.score));
    json.key("reasons").begin_array();
    for (const Reason& reason : hit.reasons) {
      json.begin_object();
      json.field("kind", reason_name(reason.kind)).field("value", reason.value);
      if (reason.weight != 0) {
        json.field("weight", reason.weight);
      }
      json.end_object();
    }
    json.end_array();
    json.key("book").raw(hit.card);
    json.end_object();
  }
  json.end_array();
}

}  // namespace bookreco
