#include "adapters/sql/cluster_store.h"

#include "adapters/sql/columns.h"
#include "adapters/sql/query.h"

namespace bookreco {
namespace {

Status require_members(std::span<const ClusterMember> members) {
  for (const ClusterMember& member : members) {
    BOOKRECO_TRY_VOID(require_key(member.book_id, "book id", "a cluster member"));
  }
  return {};
}

Result<std::int64_t> current_id(SqlSession& session) {
  return one_integer(session, "SELECT coalesce(max(id), 0) FROM clusterings");
}

Status put_member(SqlSession& session, std::int64_t clustering, const ClusterMember& member) {
  auto stored = session.run(
      "INSERT INTO cluster_members (clustering, book_id, cluster) VALUES ($1, $2, $3)"
      " ON CONFLICT (clustering, book_id) DO UPDATE SET cluster = excluded.cluster",
      {clustering, member.book_id, std::int64_t{member.cluster}});
  if (!stored && stored.error().code == Code::kInvalidArgument) {
    return fail(Code::kInvalidArgument,
                "book {} is put into cluster {}, which the clustering does not have",
                member.book_id,
                member.cluster);
  }
  return stored ? Status() : std::unexpected(stored.error());
}

Result<Clustering> read_clustering(const SqlRow& row) {
  Clustering clustering;
  clustering.id = row.integer(0);
  clustering.model_version = row.text(1);
  clustering.space = row.integer(2);
  clustering.change = row.integer(3);
  BOOKRECO_TRY_VOID(read_map(row.text(4), clustering.metrics));
  return clustering;
}

Status delete_all(SqlSession& session) {
  for (const char* table : {"cluster_members", "clusters", "clusterings"}) {
    BOOKRECO_TRY_VOID(execute(session, fmt::format("DELETE FROM {}", table)));
  }
  return {};
}

}  // namespace

Result<std::int64_t> SqlClusterStore::replace(const Clustering& clustering,
                                              std::span<const ClusterMember> members) {
  BOOKRECO_TRY_VOID(require_storable(clustering.model_version, "model version", "clustering"));
  BOOKRECO_TRY_VOID(require_members(members));
  for (const Cluster& cluster : clustering.clusters) {
    BOOKRECO_TRY_VOID(require_storable(cluster.name, "name", "cluster"));
  }
  const std::string metrics = map_column(clustering.metrics);
  return write_value<std::int64_t>(database_, [&](SqlSession& session, std::int64_t& id) -> Status {
    BOOKRECO_TRY_VOID(delete_all(session));
    BOOKRECO_TRY(
        id,
        one_integer(session,
                    "INSERT INTO clusterings (model_version, space, change, metrics)"
                    " VALUES ($1, $2, $3, $4) RETURNING id",
                    {clustering.model_version, clustering.space, clustering.change, metrics}));
    for (const Cluster& cluster : clustering.clusters) {
      BOOKRECO_TRY_VOID(
          execute(session,
                  "INSERT INTO clusters (clustering, number, name, size) VALUES ($1, $2, $3, $4)",
                  {id, std::int64_t{cluster.number}, cluster.name, cluster.size}));
    }
    for (const ClusterMember& member : members) {
      BOOKRECO_TRY_VOID(put_member(session, id, member));
    }
    return {};
  });
}

Status SqlClusterStore::assign(std::span<const ClusterMember> members, std::int64_t change) {
  BOOKRECO_TRY_VOID(require_members(members));
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const std::int64_t id, current_id(session));
    if (id == 0) {
      return fail(Code::kFailedPrecondition,
                  "there is no clustering to assign books to: fit first");
    }
    std::map<std::int64_t, std::int64_t> growth;
    for (const ClusterMember& member : members) {
      BOOKRECO_TRY(
          const std::int64_t before,
          one_integer(session,
                      "SELECT cluster FROM cluster_members WHERE clustering = $1 AND book_id = $2",
                      {id, member.book_id},
                      -1));
      if (before == std::int64_t{member.cluster}) {
        continue;
      }
      BOOKRECO_TRY_VOID(put_member(session, id, member));
      ++growth[member.cluster];
      if (before >= 0) {
        --growth[before];
      }
    }
    for (const auto& [cluster, more] : growth) {
      BOOKRECO_TRY_VOID(
          session.run("UPDATE clusters SET size = size + $3 WHERE clustering = $1 AND number = $2",
                      {id, cluster, more}));
    }
    return execute(session, "UPDATE clusterings SET change = $2 WHERE id = $1", {id, change});
  });
}

Result<std::optional<Clustering>> SqlClusterStore::current() {
  using Answer = std::optional<Clustering>;
  return read_value<Answer>(database_, [](SqlSession& session, Answer& answer) -> Status {
    BOOKRECO_TRY_VOID(for_each_row(session,
                                   "SELECT id, model_version, space, change, metrics FROM "
                                   "clusterings ORDER BY id DESC LIMIT 1",
                                   {},
                                   read_clustering,
                                   [&](Clustering&& clustering) {
                                     answer = std::move(clustering);
                                     return true;
                                   }));
    if (!answer) {
      return {};
    }
    return execute(session,
                   "SELECT number, name, size FROM clusters WHERE clustering = $1 ORDER BY number",
                   {answer->id},
                   [&](const SqlRow& row) {
                     answer->clusters.push_back({static_cast<std::uint32_t>(row.integer(0)),
                                                 std::string(row.text(1)),
                                                 row.integer(2)});
                     return true;
                   });
  });
}

Status SqlClusterStore::members(const std::function<bool(ClusterMember&&)>& visit) {
  return database_.read([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const std::int64_t id, current_id(session));
    return execute(
        session,
        "SELECT book_id, cluster FROM cluster_members WHERE clustering = $1 ORDER BY book_id",
        {id},
        [&](const SqlRow& row) {
          return visit({std::string(row.text(0)), static_cast<std::uint32_t>(row.integer(1))});
        });
  });
}

}  // namespace bookreco
