#pragma once

#include "adapters/sql/session.h"
#include "ports/stores.h"

namespace bookreco {

class SqlImpressionStore final : public ImpressionStore {
 public:
  explicit SqlImpressionStore(SqlDatabase& database) : database_(database) {}

  Status add(std::span<const Impression> impressions, double half_life_days) override;
  Result<std::vector<Impression>> of(std::string_view reader_id) override;

 private:
  SqlDatabase& database_;
};

}  // namespace bookreco
