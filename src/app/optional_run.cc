#include "app/optional_run.h"

#include "adapters/sqlite/sqlite_stores.h"

namespace bookreco {

Result<OptionalRun> OptionalRun::start(const Settings& settings, RunStart start) {
  OptionalRun out;
  if (settings.data.dir == default_data_dir()) {
    return out;
  }
  BOOKRECO_TRY_VOID(make_folders(settings.data_folder()));
  BOOKRECO_TRY(out.stores_, open_sqlite_stores(settings.database(), {}, system_clock()));
  BOOKRECO_TRY(ActiveRun run,
               ActiveRun::start(out.stores_->runs(), system_clock(), std::move(start)));
  out.run_.emplace(std::move(run));
  return out;
}

}  // namespace bookreco
