#include <fmt/format.h>

#include "app/commands.h"
#include "app/ingest_files.h"
#include "app/progress_bar.h"
#include "services/ingest/ingest.h"

namespace bookreco {

Result<std::string> ingest_files(Platform& platform,
                                 const IngestOptions& options,
                                 const ProgressFn& progress,
                                 bool json) {
  Ingest ingest(platform.stores(),
                system_clock(),
                platform.settings().data_folder(),
                platform.settings().threads());
  BOOKRECO_TRY(const IngestSummary summary,
               ingest.run({options.files, {options.format, options.reader}}, progress));
  return json ? summary.to_json() + "\n" : summary.to_text();
}

Status run_ingest(const CommandContext& context, const IngestOptions& options) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  ProgressBar bar(context.quiet);
  BOOKRECO_TRY(const std::string summary,
               ingest_files(*platform, options, bar.callback(), context.json));
  bar.finish();
  fmt::print("{}", summary);
  return {};
}

}  // namespace bookreco
