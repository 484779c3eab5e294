#pragma once

#include "app/commands.h"
#include "app/platform.h"
#include "base/progress.h"
#include "services/ingest/ingest.h"

namespace bookreco {

/// Runs the ingest pipeline on the files.
Result<IngestSummary> ingest_files(Platform& platform,
                                   const IngestOptions& options,
                                   const ProgressFn& progress);

/// kInvalidArgument that says what was lost of files that break off, and what to do.
Status require_whole(const IngestSummary& summary);

}  // namespace bookreco
