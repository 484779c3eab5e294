#include <boost/json/parse.hpp>

#include "base/hash.h"
#include "base/json_writer.h"
#include "services/evaluator/evaluator.h"

namespace bookreco {
namespace {

constexpr int kSchema = 1;

void write(JsonWriter& json, const Parameters& parameters) {
  json.begin_object();
  for (const auto& [name, value] : parameters) {
    json.field(name, value);
  }
  json.end_object();
}

void write(JsonWriter& json, const DatasetFile& file) {
  json.begin_object()
      .field("file", file.report.path)
      .field("layout", file.report.lists ? "lists" : "pairs")
      .field("rows", file.report.rows)
      .field("rejected", file.report.rejected)
      .field("below_min_value", file.below_min_value)
      .field("repeated", file.repeated)
      .field("entries", file.entries);
  json.key("first_rejected").begin_array();
  for (const RejectedRow& row : file.report.first_rejected) {
    json.begin_object()
        .field("line", row.line)
        .field("field", row.field)
        .field("reason", row.reason)
        .field("text", row.text)
        .end_object();
  }
  json.end_array().end_object();
}

void write(JsonWriter& json, const std::vector<Trial>& trials) {
  json.begin_array();
  for (const Trial& trial : trials) {
    json.begin_object().field("kind", trial.kind).key("parameters");
    write(json, trial.parameters);
    json.field("seconds", trial.seconds).key("score");
    if (trial.failed.empty()) {
      json.value(trial.score);
    } else {
      json.null().field("failed", trial.failed);
    }
    json.end_object();
  }
  json.end_array();
}

void write_scores(JsonWriter& json, const EvaluationReport& report, const EvaluatedModel& model) {
  json.key("metrics").begin_object();
  for (std::size_t i = 0; i < report.metrics.size(); ++i) {
    json.key(report.metrics[i].name).begin_object();
    json.field("k", std::uint64_t{report.metrics[i].k}).field("value", model.scores.values[i]);
    const Interval& interval = model.intervals[i];
    if (interval.low != 0 || interval.high != 0) {
      json.field("low", interval.low).field("high", interval.high);
    }
    json.end_object();
  }
  json.end_object().key("segments").begin_array();
  const auto of_segment = segment_metrics(report.metrics);
  for (const SegmentScores& segment : model.scores.segments) {
    json.begin_object()
        .field("name", segment.name)
        .field("readers", std::uint64_t{segment.readers});
    json.key("metrics").begin_object();
    for (std::size_t i = 0; i < of_segment.size(); ++i) {
      json.field(report.metrics[of_segment[i]].name, segment.values[i]);
    }
    json.end_object().end_object();
  }
  json.end_array();
}

void write_best(JsonWriter& json, const EvaluatedModel& model) {
  json.key("parts").begin_array();
  for (const std::string& part : model.parts) {
    json.value(part);
  }
  json.end_array().key("tuned").begin_array();
  for (const TunedKind& kind : model.kinds) {
    json.begin_object().field("kind", kind.kind).key("parameters");
    write(json, kind.parameters);
    json.field("score", kind.score).field("seconds", kind.seconds).end_object();
  }
  json.end_array().key("trials");
  write(json, model.trials);
  json.field("note", model.note);
}

void write(JsonWriter& json, const EvaluationReport& report, const EvaluatedModel& model) {
  json.begin_object().field("name", model.name);
  if (!model.failed.empty()) {
    json.field("failed", model.failed).end_object();
    return;
  }
  json.field("kind", model.info.kind).key("parameters");
  write(json, model.info.parameters);
  json.field("bytes", model.bytes)
      .field("fit_seconds", model.fit_seconds)
      .field("evaluate_seconds", model.scores.seconds);
  write_scores(json, report, model);
  if (!model.kinds.empty()) {
    write_best(json, model);
  }
  json.end_object();
}

void write_protocol(JsonWriter& json, const EvaluationReport& report) {
  json.key("protocol").begin_object().key("train");
  write(json, report.files[0]);
  json.key("test");
  write(json, report.files[1]);
  if (report.files.size() > 2) {
    json.key("fold_in");
    write(json, report.files[2]);
  }
  if (report.items_with_vectors) {
    json.field("items_with_vectors", *report.items_with_vectors);
  }
  json.field("items", report.items)
      .field("train_readers", report.train_readers)
      .field("test_readers", report.test_readers)
      .field("relevant", report.relevant_entries)
      .field("relevant_cold", report.cold_entries)
      .field("test_already_known", report.already_known)
      .field("test_not_liked", report.not_liked)
      .field("data", hex(report.fingerprint))
      .field("seed", report.seed)
      .field("resamples", std::uint64_t{report.resamples});
  json.end_object();
}

}  // namespace

std::string to_json(const EvaluationReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", kSchema);
  write_protocol(json, report);
  json.key("models").begin_array();
  for (const EvaluatedModel& model : report.models) {
    write(json, report, model);
  }
  json.end_array().key("comparisons").begin_array();
  for (const Comparison& each : report.comparisons) {
    json.begin_object()
        .field("a", report.models[each.a].name)
        .field("b", report.models[each.b].name)
        .field("metric", report.metrics[each.metric].name)
        .field("a_minus_b", each.difference.mean)
        .field("low", each.difference.interval.low)
        .field("high", each.difference.interval.high)
        .field("p", each.difference.p)
        .end_object();
  }
  json.end_array().end_object();
  return out;
}

std::string to_json(const TuneReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", kSchema).key("train");
  write(json, report.file);
  json.field("readers", report.readers)
      .field("items", report.items)
      .field("validation_readers", report.validation_readers)
      .field("kind", report.kind)
      .key("parameters");
  write(json, report.parameters);
  json.field("score", report.score).field("seconds", report.seconds).key("trials");
  write(json, report.trials);
  json.end_object();
  return out;
}

Result<std::map<std::string, Parameters>> parse_parameters(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) {
    return fail(Code::kInvalidArgument,
                "the settings are not a JSON object of models: {}",
                error ? error.message() : std::string("something else"));
  }
  std::map<std::string, Parameters> out;
  for (const auto& [kind, settings] : value.get_object()) {
    if (!settings.is_object()) {
      return fail(Code::kInvalidArgument, "{} has no object of settings", std::string(kind));
    }
    for (const auto& [name, setting] : settings.get_object()) {
      if (!setting.is_number()) {
        return fail(Code::kInvalidArgument,
                    "{} of {} is not a number",
                    std::string(name),
                    std::string(kind));
      }
      out[std::string(kind)][std::string(name)] = setting.to_number<double>();
    }
  }
  return out;
}

std::string print_parameters(const std::map<std::string, Parameters>& parameters) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [kind, settings] : parameters) {
    json.key(kind);
    write(json, settings);
  }
  json.end_object();
  return out + "\n";
}

}  // namespace bookreco
