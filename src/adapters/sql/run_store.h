#pragma once

#include "adapters/sql/session.h"
#include "ports/stores.h"

namespace bookreco {

class SqlRunStore final : public RunStore {
 public:
  explicit SqlRunStore(SqlDatabase& database) : database_(database) {}

  Status save(const Run& run) override;
  Status append(std::string_view run_id, std::span<const MetricPoint> points) override;
  Result<std::vector<MetricPoint>> points(std::string_view run_id) override;
  Result<std::optional<Run>> get(std::string_view id) override;
  Result<std::vector<Run>> list(std::string_view kind, std::int64_t limit) override;

 private:
  SqlDatabase& database_;
};

}  // namespace bookreco
