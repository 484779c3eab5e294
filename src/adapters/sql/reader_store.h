#pragma once

#include "adapters/sql/session.h"
#include "base/clock.h"
#include "ports/stores.h"

namespace bookreco {

/// What a reader does with a book ends the count of its impressions.
class SqlReaderStore final : public ReaderStore {
 public:
  SqlReaderStore(SqlDatabase& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<RecordOutcome>> record(std::span<const Interaction> interactions,
                                            OnRepeat repeat) override;
  Result<std::vector<RecordOutcome>> preview(std::span<const Interaction> interactions,
                                             OnRepeat repeat) override;
  Status put(const Interaction& interaction) override;
  Result<std::int64_t> remove(std::string_view reader_id,
                              std::string_view book_id,
                              std::span<const InteractionKind> kinds) override;
  Result<std::vector<Interaction>> history(std::string_view reader_id) override;
  Result<std::vector<Interaction>> history_with(std::string_view reader_id,
                                                std::string_view book_id) override;
  Result<std::optional<ReaderInfo>> reader(std::string_view id) override;
  Result<ReaderPage> readers(std::string_view prefix,
                             std::int64_t offset,
                             std::int64_t limit) override;
  Result<std::optional<std::int64_t>> remove_reader(std::string_view id) override;
  Status scan(const std::function<bool(const Interaction&)>& visit) override;
  Result<ReaderSummary> summary() override;

 private:
  SqlDatabase& database_;
  const Clock& clock_;
};

}  // namespace bookreco
