#pragma once

#include <span>
#include <string_view>

#include "adapters/sqlite/sqlite_session.h"
#include "base/clock.h"
#include "base/result.h"

namespace bookreco {

/// One step of the schema, applied once, in order, never edited after a release: its checksum is
/// kept beside it.
struct Migration {
  int number;
  std::string_view name;
  std::string_view sql;
};

/// The program's migrations, 1, 2, ….
std::span<const Migration> sqlite_migrations();

/// Brings the database to the last of `migrations`, all or nothing. kFailedPrecondition, with the
/// file untouched, when it was made by a newer program, by one with other migrations, or is not a
/// Book Reco database.
Status migrate(SqliteSession& session, std::span<const Migration> migrations, const Clock& clock);

}  // namespace bookreco
