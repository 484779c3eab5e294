#include "adapters/sql/model_store.h"

#include "adapters/sql/columns.h"
#include "adapters/sql/outbox.h"
#include "adapters/sql/query.h"
#include "base/json_writer.h"

namespace bookreco {
namespace {

constexpr std::string_view kColumns =
    "name, version, location, parameters, metrics, run_id, created_at";

Result<ModelVersion> read_version(const SqlRow& row) {
  ModelVersion version;
  version.name = row.text(0);
  version.version = row.text(1);
  version.location = row.text(2);
  BOOKRECO_TRY_VOID(read_map(row.text(3), version.parameters));
  BOOKRECO_TRY_VOID(read_map(row.text(4), version.metrics));
  version.run_id = row.text(5);
  version.created_at = read_time(row.integer(6));
  return version;
}

using Versions = std::vector<ModelVersion>;

Result<Versions> read_versions(SqlDatabase& database,
                               std::string_view clauses,
                               std::initializer_list<SqlValue> parameters) {
  const std::string sql = fmt::format("SELECT {} FROM model_versions {}", kColumns, clauses);
  return read_value<Versions>(database, [&](SqlSession& session, Versions& versions) {
    return for_each_row(session, sql, parameters, read_version, [&](ModelVersion&& version) {
      versions.push_back(std::move(version));
      return true;
    });
  });
}

std::optional<ModelVersion> first_of(Versions&& versions) {
  return versions.empty() ? std::nullopt : std::optional(std::move(versions.front()));
}

Result<std::string> one_text(SqlSession& session,
                             std::string_view sql,
                             std::initializer_list<SqlValue> parameters) {
  std::string text;
  BOOKRECO_TRY_VOID(session.run(sql, parameters, [&](const SqlRow& row) {
    text = row.text(0);
    return false;
  }));
  return text;
}

}  // namespace

Status SqlModelStore::add(const ModelVersion& version) {
  BOOKRECO_TRY_VOID(require_key(version.name, "name", "a model version"));
  BOOKRECO_TRY_VOID(require_key(version.version, "version", "a model version"));
  BOOKRECO_TRY_VOID(require_storable(version.location, "location", "model"));
  BOOKRECO_TRY_VOID(require_storable(version.run_id, "run id", "model"));
  const std::string parameters = map_column(version.parameters);
  const std::string metrics = map_column(version.metrics);
  return database_.write([&](SqlSession& session) -> Status {
    const auto added = session.run(
        fmt::format("INSERT INTO model_versions ({}) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    kColumns),
        {version.name,
         version.version,
         or_null(version.location),
         parameters,
         metrics,
         or_null(version.run_id),
         time_column(version.created_at)});
    if (!added && added.error().code == Code::kAlreadyExists) {
      return fail(Code::kAlreadyExists,
                  "version {} of {} exists: versions never change",
                  version.version,
                  version.name);
    }
    return added ? Status() : std::unexpected(added.error());
  });
}

Result<std::optional<ModelVersion>> SqlModelStore::get(std::string_view name,
                                                       std::string_view version) {
  BOOKRECO_TRY(auto versions,
               read_versions(database_, "WHERE name = $1 AND version = $2", {name, version}));
  return first_of(std::move(versions));
}

Result<std::vector<ModelVersion>> SqlModelStore::list(std::string_view name) {
  return read_versions(database_, "WHERE name = $1 ORDER BY created_at DESC, version DESC", {name});
}

Status SqlModelStore::remove(std::string_view name, std::string_view version) {
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const std::string alias,
                 one_text(session,
                          "SELECT alias FROM model_aliases WHERE name = $1 AND version = $2",
                          {name, version}));
    if (!alias.empty()) {
      return fail(Code::kFailedPrecondition,
                  "version {} of {} is its {}: point that alias elsewhere first",
                  version,
                  name,
                  alias);
    }
    BOOKRECO_TRY(const std::int64_t removed,
                 session.run("DELETE FROM model_versions WHERE name = $1 AND version = $2",
                             {name, version}));
    if (removed == 0) {
      return fail(Code::kNotFound, "there is no version {} of {}", version, name);
    }
    return {};
  });
}

Status SqlModelStore::set_alias(std::string_view name,
                                std::string_view alias,
                                std::string_view version) {
  BOOKRECO_TRY_VOID(require_key(alias, "name", "an alias"));
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const std::int64_t known,
                 one_integer(session,
                             "SELECT count(*) FROM model_versions WHERE name = $1 AND version = $2",
                             {name, version}));
    if (known == 0) {
      return fail(Code::kNotFound, "there is no version {} of {}", version, name);
    }
    BOOKRECO_TRY(const std::string previous,
                 one_text(session,
                          "SELECT version FROM model_aliases WHERE name = $1 AND alias = $2",
                          {name, alias}));
    BOOKRECO_TRY_VOID(
        session.run("INSERT INTO model_aliases (name, alias, version) VALUES ($1, $2, $3)"
                    " ON CONFLICT (name, alias) DO UPDATE SET version = excluded.version",
                    {name, alias, version}));
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("name", name)
        .field("alias", alias)
        .field("version", version)
        .field("previous", previous)
        .end_object();
    return append_event(session, clock_, "model.promoted", name, data);
  });
}

Result<std::optional<ModelVersion>> SqlModelStore::by_alias(std::string_view name,
                                                            std::string_view alias) {
  BOOKRECO_TRY(auto versions,
               read_versions(database_,
                             "WHERE name = $1 AND version ="
                             " (SELECT version FROM model_aliases WHERE name = $1 AND alias = $2)",
                             {name, alias}));
  return first_of(std::move(versions));
}

}  // namespace bookreco
