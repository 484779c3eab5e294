#include "adapters/sqlite/sqlite_stores.h"

#include "adapters/sql/stores.h"
#include "adapters/sqlite/sqlite_database.h"

namespace bookreco {

Result<std::unique_ptr<Stores>> open_sqlite_stores(const Path& file,
                                                   const SqliteOptions& options,
                                                   const Clock& clock) {
  BOOKRECO_TRY(auto database, SqliteDatabase::open(file, options, clock));
  return make_sql_stores(std::move(database), clock);
}

}  // namespace bookreco
