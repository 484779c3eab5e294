#include "adapters/sql/run_store.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

Status SqlRunStore::append(std::string_view run_id, std::span<const MetricPoint> points) {
  BOOKRECO_TRY_VOID(require_key(run_id, "run id", "a metric"));
  return database_.write([&](SqlSession& session) -> Status {
    for (const MetricPoint& point : points) {
      BOOKRECO_TRY_VOID(require_key(point.name, "name", "a metric"));
      BOOKRECO_TRY_VOID(execute(
          session,
          "INSERT INTO run_metrics (run, name, step, value, at) VALUES ($1, $2, $3, $4, $5)"
          " ON CONFLICT (run, name, step) DO UPDATE SET value = excluded.value, at = excluded.at",
          {run_id,
           point.name,
           point.step,
           std::isnan(point.value) ? SqlValue() : SqlValue(point.value),
           time_column(point.at)}));
    }
    return {};
  });
}

Result<std::vector<MetricPoint>> SqlRunStore::points(std::string_view run_id) {
  using Points = std::vector<MetricPoint>;
  return read_value<Points>(database_, [&](SqlSession& session, Points& points) {
    return execute(
        session,
        "SELECT name, step, value, at FROM run_metrics WHERE run = $1 ORDER BY name, step",
        {run_id},
        [&](const SqlRow& row) {
          points.push_back({std::string(row.text(0)),
                            row.integer(1),
                            row.is_null(2) ? std::numeric_limits<double>::quiet_NaN() : row.real(2),
                            read_time(row.integer(3))});
          return true;
        });
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
