#pragma once

#include "adapters/sql/session.h"
#include "ports/stores.h"

namespace bookreco {

/// Holds one clustering: a new one takes the place of the last.
class SqlClusterStore final : public ClusterStore {
 public:
  explicit SqlClusterStore(SqlDatabase& database) : database_(database) {}

  Result<std::int64_t> replace(const Clustering& clustering,
                               std::span<const ClusterMember> members) override;
  Status assign(std::span<const ClusterMember> members, std::int64_t change) override;
  Result<std::optional<Clustering>> current() override;
  Status members(const std::function<bool(ClusterMember&&)>& visit) override;

 private:
  SqlDatabase& database_;
};

}  // namespace bookreco
