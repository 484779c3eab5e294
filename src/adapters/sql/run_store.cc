#include "adapters/sql/run_store.h"

#include <algorithm>

#include "adapters/sql/columns.h"
#include "adapters/sql/query.h"

namespace bookreco {
namespace {

constexpr std::string_view kColumns =
    "id, kind, status, parameters, metrics, input_fingerprint, artifacts, message, started_at, "
    "ended_at";

Result<Run> read_run(const SqlRow& row) {
  Run run;
  run.id = row.text(0);
  run.kind = row.text(1);
  run.status = row.text(2);
  BOOKRECO_TRY_VOID(read_map(row.text(3), run.parameters));
  BOOKRECO_TRY_VOID(read_map(row.text(4), run.metrics));
  run.input_fingerprint = row.text(5);
  BOOKRECO_TRY_VOID(read_list(row.text(6), run.artifacts));
  run.message = row.text(7);
  run.started_at = read_time(row.integer(8));
  if (!row.is_null(9)) {
    run.ended_at = read_time(row.integer(9));
  }
  return run;
}

using Runs = std::vector<Run>;

Result<Runs> read_runs(SqlDatabase& database,
                       std::string_view clauses,
                       std::initializer_list<SqlValue> parameters) {
  const std::string sql = fmt::format("SELECT {} FROM runs {}", kColumns, clauses);
  return read_value<Runs>(database, [&](SqlSession& session, Runs& runs) {
    return for_each_row(session, sql, parameters, read_run, [&](Run&& run) {
      runs.push_back(std::move(run));
      return true;
    });
  });
}

}  // namespace

Status SqlRunStore::save(const Run& run) {
  BOOKRECO_TRY_VOID(require_key(run.id, "id", "a run"));
  for (const std::string* text : {&run.kind, &run.status, &run.input_fingerprint, &run.message}) {
    BOOKRECO_TRY_VOID(require_storable(*text, "a field", "run " + run.id));
  }
  const SqlValue ended = run.ended_at ? SqlValue(time_column(*run.ended_at)) : SqlValue();
  const std::string parameters = map_column(run.parameters);
  const std::string metrics = map_column(run.metrics);
  const std::string artifacts = list_column(run.artifacts);
  const std::string sql = fmt::format(
      "INSERT INTO runs ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
      " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, status = excluded.status,"
      " parameters = excluded.parameters, metrics = excluded.metrics,"
      " input_fingerprint = excluded.input_fingerprint, artifacts = excluded.artifacts,"
      " message = excluded.message, started_at = excluded.started_at,"
      " ended_at = excluded.ended_at",
      kColumns);
  return database_.write([&](SqlSession& session) {
    return execute(session,
                   sql,
                   {run.id,
                    run.kind,
                    run.status,
                    parameters,
                    metrics,
                    or_null(run.input_fingerprint),
                    artifacts,
                    or_null(run.message),
                    time_column(run.started_at),
                    ended});
  });
}

Result<std::optional<Run>> SqlRunStore::get(std::string_view id) {
  BOOKRECO_TRY(auto runs, read_runs(database_, "WHERE id = $1", {id}));
  return runs.empty() ? std::nullopt : std::optional(std::move(runs.front()));
}

Result<std::vector<Run>> SqlRunStore::list(std::string_view kind, std::int64_t limit) {
  const std::int64_t most = std::max<std::int64_t>(limit, 0);
  if (kind.empty()) {
    return read_runs(database_, "ORDER BY started_at DESC, id DESC LIMIT $1", {most});
  }
  return read_runs(
      database_, "WHERE kind = $2 ORDER BY started_at DESC, id DESC LIMIT $1", {most, kind});
}

}  // namespace bookreco
