#pragma once

#include "adapters/sql/session.h"
#include "base/clock.h"
#include "ports/stores.h"

namespace bookreco {

/// Adds an event to the running transaction: it is published if and only if the change it tells of
/// is. `data` is JSON.
Status append_event(SqlSession& session,
                    const Clock& clock,
                    std::string_view type,
                    std::string_view subject,
                    std::string_view data);

class SqlOutbox final : public Outbox {
 public:
  SqlOutbox(SqlDatabase& database, const Clock& clock) : database_(database), clock_(clock) {}

  Status append(const OutboxEvent& event) override;
  Result<std::vector<OutboxEvent>> after(std::int64_t sequence, std::int64_t limit) override;
  Status forget(std::int64_t sequence) override;

 private:
  SqlDatabase& database_;
  const Clock& clock_;
};

}  // namespace bookreco
