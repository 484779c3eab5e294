#pragma once

#include "base/clock.h"
#include "ports/interactions.h"
#include "services/interactions/impression_log.h"

namespace bookreco {

/// The role `interactions` over the stores. Safe from any thread; blocks on the store.
class InteractionsService final : public Interactions {
 public:
  /// `shown_half_life_days`: of the counts of impressions.
  InteractionsService(BookStore& books,
                      ReaderStore& readers,
                      ImpressionStore& impressions,
                      const Clock& clock,
                      double shown_half_life_days = 7)
      : books_(books),
        readers_(readers),
        impressions_(impressions),
        clock_(clock),
        shown_(impressions, shown_half_life_days) {}

  /// What was shown and waits to be counted; whoever runs the service flushes it.
  ImpressionLog& shown() { return shown_; }

  Result<std::vector<RowOutcome>> record(std::span<const Interaction> interactions,
                                         const CallContext& context) override;
  Result<std::vector<RowOutcome>> count_shown(std::span<const Impression> impressions,
                                              const CallContext& context) override;
  Result<std::vector<Impression>> impressions(std::string_view reader,
                                              const CallContext& context) override;
  Result<LibraryEntry> put(const Interaction& interaction, const CallContext& context) override;
  Result<std::int64_t> remove(std::string_view reader,
                              std::string_view book,
                              std::span<const InteractionKind> kinds,
                              const CallContext& context) override;
  Result<LibraryPage> library(std::string_view reader,
                              std::span<const InteractionKind> kinds,
                              std::int64_t offset,
                              std::int64_t limit,
                              const CallContext& context) override;
  Result<ReaderPage> readers(std::string_view prefix,
                             std::int64_t offset,
                             std::int64_t limit,
                             const CallContext& context) override;
  Result<std::int64_t> remove_reader(std::string_view reader, const CallContext& context) override;

 private:
  /// The catalogue's ids of the books that `names` name, in their order; nullopt where it has none.
  Result<std::vector<std::optional<std::string>>> find_books(std::span<const std::string> names);

  BookStore& books_;
  ReaderStore& readers_;
  ImpressionStore& impressions_;
  const Clock& clock_;
  ImpressionLog shown_;
};

}  // namespace bookreco
