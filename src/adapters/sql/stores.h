#pragma once

#include <memory>

#include "adapters/sql/session.h"
#include "base/clock.h"
#include "ports/stores.h"

namespace bookreco {

/// The stores over one database whose schema is up to date. `clock` outlives them.
std::unique_ptr<Stores> make_sql_stores(std::unique_ptr<SqlDatabase> database, const Clock& clock);

}  // namespace bookreco
