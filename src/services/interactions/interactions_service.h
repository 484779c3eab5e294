#pragma once

#include "base/clock.h"
#include "ports/interactions.h"

namespace bookreco {

/// The role `interactions` over the stores. Safe from any thread; blocks on the store.
class InteractionsService final : public Interactions {
 public:
  InteractionsService(BookStore& books, ReaderStore& readers, const Clock& clock)
      : books_(books), readers_(readers), clock_(clock) {}

  Result<std::vector<RowOutcome>> record(std::span<const Interaction> interactions,
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
  const Clock& clock_;
};

}  // namespace bookreco
