#pragma once

#include <memory>

#include "adapters/sqlite/sqlite_options.h"
#include "base/clock.h"
#include "base/files.h"
#include "ports/stores.h"

namespace bookreco {

/// The stores in one SQLite file, created when absent (its folder is not). Several processes may
/// open it at once; the file must be on a local disk (WAL shares memory). `clock` outlives the
/// stores. kFailedPrecondition for a file of a newer or another program, kDataLoss for a damaged
/// one.
Result<std::unique_ptr<Stores>> open_sqlite_stores(const Path& file,
                                                   const SqliteOptions& options,
                                                   const Clock& clock);

}  // namespace bookreco
