#pragma once

#include <string>

#include "app/commands.h"
#include "app/platform.h"
#include "base/progress.h"

namespace bookreco {

/// Runs the ingest pipeline on the files; answers its summary for people, or as JSON.
Result<std::string> ingest_files(Platform& platform,
                                 const IngestOptions& options,
                                 const ProgressFn& progress,
                                 bool json = false);

}  // namespace bookreco
