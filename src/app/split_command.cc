#include <fmt/format.h>

#include "app/commands.h"
#include "app/evaluation_options.h"
#include "app/progress_bar.h"

namespace bookreco {

Status run_split(const CommandContext& context, const SplitOptions& options) {
  SplitRequest request = options.request;
  request.output = options.output;
  BOOKRECO_TRY(request.data, dataset_options(options.data));
  request.data.use_values = true;  // values are carried over as they are
  request.data.least_per_reader = options.least_per_reader;
  request.data.least_per_item = options.least_per_item;
  RejectFile rejects(options.data.rejects);
  ProgressBar bar(context.quiet);
  BOOKRECO_TRY(
      const SplitReport report,
      split_file(request, options.data.rejects.empty() ? nullptr : &rejects, bar.callback()));
  bar.finish();
  BOOKRECO_TRY(const bool written, rejects.commit());
  if (context.json) {
    fmt::print("{}", report.manifest);
    return {};
  }
  fmt::print(
      "{} interactions of {} readers and {} books from {} rows ({} rejected{}, {} below the "
      "least value, {} repeated).\n",
      report.entries,
      report.readers,
      report.items,
      report.input.report.rows,
      report.input.report.rejected,
      written ? fmt::format(", see {}", options.data.rejects) : "",
      report.input.below_min_value,
      report.input.repeated);
  for (const RejectedRow& row : report.input.report.first_rejected) {
    fmt::print("  line {}: {}: {}\n", row.line, row.field, row.reason);
  }
  for (const SplitFile& file : report.files) {
    fmt::print("  {:<12} {} interactions, {} readers, {} books\n",
               file.name,
               file.entries,
               file.readers,
               file.items);
  }
  if (report.left_out > 0) {
    fmt::print("  left out     {} interactions\n", report.left_out);
  }
  return {};
}

}  // namespace bookreco
