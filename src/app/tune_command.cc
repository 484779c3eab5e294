#include <fmt/format.h>

#include "app/commands.h"
#include "app/evaluation_options.h"
#include "app/optional_run.h"
#include "app/search_log.h"
#include "base/files.h"

namespace bookreco {

Status run_tune(const CommandContext& context, const TuneOptions& options) {
  SearchLog log(context.quiet);
  BOOKRECO_TRY(EvaluatorSettings settings,
               evaluator_settings(options.data, options.search, context.settings, log.progress()));
  settings.progress = log.progress();
  BOOKRECO_TRY(OptionalRun run,
               OptionalRun::start(context.settings,
                                  {"tune",
                                   {{"train", options.request.train},
                                    {"kind", options.request.kind},
                                    {"objective", options.search.objective},
                                    {"budget", options.search.budget},
                                    {"seed", std::to_string(settings.seed)}}}));
  std::int64_t step = 0;
  settings.tried = [&, shown = log.tried()](const Trial& trial) {
    shown(trial);
    if (run.active() != nullptr && trial.failed.empty()) {
      run.active()->metric_at(++step, "trial_score", trial.score);
    }
  };
  const auto report = run_tuning(options.request, settings);
  log.finish();
  if (!report) {
    return run.end(std::unexpected(report.error()));
  }
  if (run.active() != nullptr) {
    for (const auto& [name, value] : report->parameters) {
      run.active()->metric("best." + name, value);
    }
    run.active()->metric("score", report->score);
    run.active()->metric("trials", static_cast<double>(report->trials.size()));
  }
  BOOKRECO_TRY_VOID(run.end({}));
  const std::string found = print_parameters({{report->kind, report->parameters}});
  if (!options.save.empty()) {
    BOOKRECO_TRY_VOID(write_file(options.save, found));
  }
  if (context.json) {
    fmt::print("{}\n", to_json(*report));
    return {};
  }
  fmt::print("{} trials in {:.1f} s on {} validation readers. The best, {} {:.4f}:\n{}",
             report->trials.size(),
             report->seconds,
             report->validation_readers,
             options.search.objective,
             report->score,
             found);
  return {};
}

}  // namespace bookreco
