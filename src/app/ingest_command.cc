#include <cstdio>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/ingest_files.h"
#include "app/progress_bar.h"

namespace bookreco {

Result<IngestSummary> ingest_files(Platform& platform,
                                   const IngestOptions& options,
                                   const ProgressFn& progress) {
  Ingest ingest(platform.stores(),
                system_clock(),
                platform.settings().data_folder(),
                platform.settings().threads());
  return ingest.run({options.files, {options.format, options.reader}}, progress);
}

Status require_whole(const IngestSummary& summary) {
  if (summary.lost.empty()) {
    return {};
  }
  return fail(
      Code::kInvalidArgument,
      "{}: the others are loaded; fetch it again and ingest it, known books stay as they are",
      fmt::join(summary.lost, "; "));
}

Status run_ingest(const CommandContext& context, const IngestOptions& options) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  ProgressBar bar(context.quiet);
  BOOKRECO_TRY(const IngestSummary summary, ingest_files(*platform, options, bar.callback()));
  bar.finish();
  fmt::print("{}", context.json ? summary.to_json() + "\n" : summary.to_text());
  std::fflush(stdout);
  return require_whole(summary);
}

}  // namespace bookreco
