#pragma once

#include "adapters/sql/session.h"
#include "base/clock.h"
#include "ports/stores.h"

namespace bookreco {

class SqlReaderStore final : public ReaderStore {
 public:
  SqlReaderStore(SqlDatabase& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::int64_t> record(std::span<const Interaction> interactions) override;
  Result<std::vector<Interaction>> history(std::string_view reader_id, std::int64_t limit) override;
  Result<ReaderSummary> summary() override;

 private:
  SqlDatabase& database_;
  const Clock& clock_;
};

}  // namespace bookreco
