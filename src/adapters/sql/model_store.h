#pragma once

#include "adapters/sql/session.h"
#include "base/clock.h"
#include "ports/stores.h"

namespace bookreco {

class SqlModelStore final : public ModelStore {
 public:
  SqlModelStore(SqlDatabase& database, const Clock& clock) : database_(database), clock_(clock) {}

  Status add(const ModelVersion& version) override;
  Result<std::optional<ModelVersion>> get(std::string_view name, std::string_view version) override;
  Result<std::vector<ModelVersion>> list(std::string_view name) override;
  /// kFailedPrecondition while an alias points at it, kNotFound when it is not there.
  Status remove(std::string_view name, std::string_view version) override;
  /// kNotFound when the version is not there.
  Status set_alias(std::string_view name,
                   std::string_view alias,
                   std::string_view version) override;
  Result<std::optional<ModelVersion>> by_alias(std::string_view name,
                                               std::string_view alias) override;

 private:
  SqlDatabase& database_;
  const Clock& clock_;
};

}  // namespace bookreco
