#include <algorithm>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/evaluation_options.h"
#include "app/optional_run.h"
#include "app/progress_bar.h"
#include "app/search_log.h"
#include "app/table.h"
#include "base/hash.h"

namespace bookreco {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) {
      out.emplace_back(text.substr(0, comma));
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

std::string cell(const EvaluatedModel& model, std::size_t metric) {
  if (!model.failed.empty()) {
    return "-";
  }
  const Interval& interval = model.intervals[metric];
  const double half = (interval.high - interval.low) / 2;
  return half > 0 ? fmt::format("{:.4f} ±{:.4f}", model.scores.values[metric], half)
                  : fmt::format("{:.4f}", model.scores.values[metric]);
}

void print_data(const EvaluationReport& report) {
  for (const DatasetFile& file : report.files) {
    fmt::print(
        "{}: {} interactions from {} rows", file.report.path, file.entries, file.report.rows);
    if (file.report.rejected > 0) {
      fmt::print(", {} rejected", file.report.rejected);
    }
    if (file.below_min_value > 0) {
      fmt::print(", {} below the least value", file.below_min_value);
    }
    if (file.repeated > 0) {
      fmt::print(", {} repeated", file.repeated);
    }
    fmt::print("\n");
    for (const RejectedRow& row : file.report.first_rejected) {
      fmt::print("  line {}: {}: {}\n", row.line, row.field, row.reason);
    }
  }
  fmt::print("{} books ranked for {} readers with {} books to find",
             report.items,
             report.test_readers,
             report.relevant_entries);
  if (report.items_with_vectors) {
    fmt::print(" ({} of the books with a vector)", *report.items_with_vectors);
  }
  if (report.cold_entries > 0) {
    fmt::print(", {} of them of books without a reader in training", report.cold_entries);
  }
  if (report.already_known > 0) {
    fmt::print("; {} more stand in the reader's own history and were passed over",
               report.already_known);
  }
  fmt::print("\n\n");
}

void print_scores(const EvaluationReport& report) {
  std::vector<std::string> header = {"model"};
  for (const MetricAtK& metric : report.metrics) {
    header.push_back(metric.name);
  }
  header.insert(header.end(), {"fit s", "MB"});
  Table table(header);
  for (const EvaluatedModel& model : report.models) {
    std::vector<std::string> row = {model.name};
    for (std::size_t i = 0; i < report.metrics.size(); ++i) {
      row.push_back(cell(model, i));
    }
    row.push_back(fmt::format("{:.1f}", model.fit_seconds));
    row.push_back(fmt::format("{:.1f}", static_cast<double>(model.bytes) * 1e-6));
    table.add(std::move(row));
  }
  fmt::print("{}\n", table.to_text(1'000));
  for (const EvaluatedModel& model : report.models) {
    if (!model.failed.empty()) {
      fmt::print("{} was not fitted: {}\n", model.name, model.failed);
    }
    if (!model.kinds.empty()) {
      fmt::print("{} is made of {}.{}\n",
                 model.name,
                 fmt::join(model.parts, ", "),
                 model.note.empty() ? "" : " " + model.note + ".");
      for (const TunedKind& kind : model.kinds) {
        fmt::print("  {:<12} {:.4f} on the validation cut with {}\n",
                   kind.kind,
                   kind.score,
                   describe_parameters(kind.parameters));
      }
    }
  }
}

void print_segments(const EvaluationReport& report) {
  const auto metrics = segment_metrics(report.metrics);
  std::vector<std::string> header = {"segment", "readers", "model"};
  for (const std::size_t metric : metrics) {
    header.push_back(report.metrics[metric].name);
  }
  Table table(header);
  for (const EvaluatedModel& model : report.models) {
    for (const SegmentScores& segment : model.scores.segments) {
      std::vector<std::string> row = {segment.name, std::to_string(segment.readers), model.name};
      for (const double value : segment.values) {
        row.push_back(fmt::format("{:.4f}", value));
      }
      table.add(std::move(row));
    }
  }
  fmt::print("\n{}", table.to_text(1'000));
}

/// The model that does best on the first metric against each of the others.
void print_comparisons(const EvaluationReport& report) {
  const auto first_score = [](const EvaluatedModel& model) {
    return model.failed.empty() ? model.scores.values[0] : -1;
  };
  const auto best = std::ranges::max_element(report.models, {}, first_score);
  const auto winner = static_cast<std::size_t>(best - report.models.begin());
  Table table({"difference", "metric", "mean", "95 % of resamples", "p"});
  bool any = false;
  for (const Comparison& each : report.comparisons) {
    if (each.a != winner && each.b != winner) {
      continue;
    }
    const double sign = each.a == winner ? 1 : -1;
    const PairedDifference& difference = each.difference;
    const auto [low, high] =
        std::minmax({sign * difference.interval.low, sign * difference.interval.high});
    table.add({fmt::format("{} - {}",
                           report.models[winner].name,
                           report.models[each.a == winner ? each.b : each.a].name),
               report.metrics[each.metric].name,
               fmt::format("{:+.4f}", sign * difference.mean),
               fmt::format("{:+.4f} to {:+.4f}", low, high),
               difference.p < 0.001 ? "<0.001" : fmt::format("{:.3f}", difference.p)});
    any = true;
  }
  if (any) {
    fmt::print("\n{}", table.to_text(1'000));
  }
}

void note(const EvaluationReport& report, ActiveRun& run) {
  run.input(hex(report.fingerprint));
  for (const EvaluatedModel& model : report.models) {
    for (std::size_t i = 0; i < model.scores.values.size(); ++i) {
      run.metric(fmt::format("{}.{}", model.name, report.metrics[i].name), model.scores.values[i]);
    }
    if (model.failed.empty()) {
      run.metric(model.name + ".fit_seconds", model.fit_seconds);
    }
  }
}

}  // namespace

Status run_evaluate(const CommandContext& context, const EvaluateOptions& options) {
  SearchLog log(context.quiet);
  BOOKRECO_TRY(EvaluatorSettings settings,
               evaluator_settings(options.data, options.search, context.settings, log.progress()));
  EvaluationRequest request = options.request;
  request.models = words_of(options.models);
  BOOKRECO_TRY(request.metrics, parse_metrics(options.metrics, options.k));
  request.lists = options.lists;
  request.save_model = options.save_model;
  settings.progress = log.progress();
  settings.tried = log.tried();
  BOOKRECO_TRY(OptionalRun run,
               OptionalRun::start(context.settings,
                                  {"evaluate",
                                   {{"train", request.train},
                                    {"test", request.test},
                                    {"fold_in", request.fold_in},
                                    {"models", options.models},
                                    {"metrics", options.metrics},
                                    {"seed", std::to_string(settings.seed)}}}));
  auto report = run_evaluation(request, settings);
  log.finish();
  if (!report) {
    return run.end(std::unexpected(report.error()));
  }
  if (run.active() != nullptr) {
    note(*report, *run.active());
  }
  BOOKRECO_TRY_VOID(run.end({}));
  if (context.json) {
    fmt::print("{}\n", to_json(*report));
    return {};
  }
  print_data(*report);
  print_scores(*report);
  print_segments(*report);
  print_comparisons(*report);
  return {};
}

}  // namespace bookreco
