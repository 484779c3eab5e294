#include "adapters/sqlite/migrations.h"

#include <array>
#include <map>
#include <string>

#include "adapters/sql/columns.h"
#include "base/hash.h"

extern "C" {  // NOLINTBEGIN(readability-identifier-naming): cmake/Embed.cmake names them
extern const char bookreco_sqlite_0001_begin[];
extern const char bookreco_sqlite_0001_end[];
extern const char bookreco_sqlite_0002_begin[];
extern const char bookreco_sqlite_0002_end[];
extern const char bookreco_sqlite_0003_begin[];
extern const char bookreco_sqlite_0003_end[];
}  // NOLINTEND(readability-identifier-naming)

namespace bookreco {
namespace {

/// "BKRC": what file(1) and PRAGMA application_id know our files by.
constexpr std::int64_t kApplicationId = 0x424B5243;

Status require_ours(SqliteSession& session) {
  BOOKRECO_TRY(const std::int64_t application, one_integer(session, "PRAGMA application_id"));
  BOOKRECO_TRY(const std::int64_t objects,
               one_integer(session, "SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && (application != 0 || objects != 0)) {
    return fail(Code::kFailedPrecondition,
                "the file is a SQLite database of another program: choose another data folder");
  }
  return {};
}

/// Checksums by number; empty for a new database.
Result<std::map<std::int64_t, std::string>> applied(SqliteSession& session) {
  std::map<std::int64_t, std::string> checksums;
  BOOKRECO_TRY(const std::int64_t exists,
               one_integer(session,
                           "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = "
                           "'schema_migrations'"));
  if (exists != 0) {
    BOOKRECO_TRY_VOID(
        session.run("SELECT number, checksum FROM schema_migrations", {}, [&](const SqlRow& row) {
          checksums.emplace(row.integer(0), row.text(1));
          return true;
        }));
  }
  return checksums;
}

/// How many of `migrations` are applied, when those applied are the first of them.
Result<std::size_t> position(SqliteSession& session, std::span<const Migration> migrations) {
  BOOKRECO_TRY(const auto checksums, applied(session));
  if (!checksums.empty() &&
      checksums.rbegin()->first > static_cast<std::int64_t>(migrations.size())) {
    return fail(Code::kFailedPrecondition,
                "the database was made by a newer bookreco: its schema is {}, this program knows "
                "up to {}; install the "
                "newer program, or choose another data folder",
                checksums.rbegin()->first,
                migrations.size());
  }
  for (const auto& [number, checksum] : checksums) {
    if (number < 1 ||
        checksum != hash128_hex(migrations[static_cast<std::size_t>(number - 1)].sql)) {
      return fail(Code::kFailedPrecondition,
                  "schema {} of the database is not this program's: it was made by another build "
                  "of bookreco; use that "
                  "build, or choose another data folder",
                  number);
    }
  }
  return checksums.size();
}

Status apply(SqliteSession& session,
             std::span<const Migration> migrations,
             std::size_t first,
             const Clock& clock) {
  if (first == 0) {
    BOOKRECO_TRY_VOID(session.run_script(fmt::format(
        "PRAGMA application_id = {};"
        "CREATE TABLE schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;",
        kApplicationId)));
  }
  for (const Migration& migration : migrations.subspan(first)) {
    BOOKRECO_TRY_VOID(session.run_script(std::string(migration.sql)));
    BOOKRECO_TRY_VOID(
        session.run("INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES "
                    "($1, $2, $3, $4)",
                    {std::int64_t{migration.number},
                     migration.name,
                     hash128_hex(migration.sql),
                     time_column(clock.now())}));
  }
  return {};
}

}  // namespace

std::span<const Migration> sqlite_migrations() {
  static const std::array migrations{
      Migration{1, "initial", {bookreco_sqlite_0001_begin, bookreco_sqlite_0001_end}},
      Migration{2, "readers", {bookreco_sqlite_0002_begin, bookreco_sqlite_0002_end}},
      Migration{3, "answers", {bookreco_sqlite_0003_begin, bookreco_sqlite_0003_end}},
  };
  return migrations;
}

Status migrate(SqliteSession& session, std::span<const Migration> migrations, const Clock& clock) {
  BOOKRECO_TRY_VOID(require_ours(session));
  BOOKRECO_TRY(const std::size_t before, position(session, migrations));
  // WAL: readers never wait for the writer. synchronous = NORMAL: a crash of the process loses
  // nothing, one of the machine may lose the last commits and never damages the file; FULL would
  // cost a disk flush per commit for rows that can be loaded again. Both are set only after the
  // file is known to be ours.
  BOOKRECO_TRY_VOID(session.run_script("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"));
  if (before == migrations.size()) {
    return {};
  }
  BOOKRECO_TRY_VOID(session.run_script("BEGIN IMMEDIATE"));
  const auto upgrade = [&]() -> Status {
    // Another process may have been faster.
    BOOKRECO_TRY(const std::size_t first, position(session, migrations));
    BOOKRECO_TRY_VOID(apply(session, migrations, first, clock));
    return session.run_script("COMMIT");
  };
  Status status = upgrade();
  if (!status && session.in_transaction()) {
    static_cast<void>(session.run_script("ROLLBACK"));
  }
  return status;
}

}  // namespace bookreco
