#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/impression.h"
#include "domain/interaction.h"
#include "domain/reader_history.h"
#include "ports/call_context.h"
#include "ports/stores.h"

namespace bookreco {

/// Most interactions of one call: they are one transaction.
inline constexpr std::size_t kMaxInteractions = 10'000;

/// What readers do with books: recorded, shown, forgotten. Books are named by id, EAN or ISBN and
/// stored by id; one that the catalogue does not have is refused.
class Interactions {
 public:
  virtual ~Interactions() = default;

  struct RowOutcome {
    std::optional<RecordOutcome> stored;    ///< empty when refused
    std::string book_id;                    ///< of the book that was meant, when stored
    std::optional<InteractionIssue> issue;  ///< why it was refused
  };
  /// Records what can be, in one transaction, and answers one outcome per interaction. A time of
  /// kUnknownTime is now; among such rows of one reader and book the later row is the later word.
  /// kInvalidArgument for more than kMaxInteractions.
  virtual Result<std::vector<RowOutcome>> record(std::span<const Interaction> interactions,
                                                 const CallContext& context) = 0;

  /// Counts that books were shown to readers. Impressions wait in memory for the next flush and may
  /// be lost: with the process, or when too many wait (refused, and counted as lost).
  /// kInvalidArgument for more than kMaxInteractions.
  virtual Result<std::vector<RowOutcome>> count_shown(std::span<const Impression> impressions,
                                                      const CallContext& context) = 0;
  /// What is counted of a reader, by book, without what waits. kNotFound for an unknown reader.
  virtual Result<std::vector<Impression>> impressions(std::string_view reader,
                                                      const CallContext& context) = 0;

  /// Makes `interaction` what its reader says of its book, in place of what they said in the same
  /// group, and answers the whole entry. kNotFound for an unknown book, kInvalidArgument for an
  /// event or what admit() refuses.
  virtual Result<LibraryEntry> put(const Interaction& interaction, const CallContext& context) = 0;
  /// Forgets what the reader said of the book and did with it: of `kinds`, or all. kNotFound when
  /// that is nothing.
  virtual Result<std::int64_t> remove(std::string_view reader,
                                      std::string_view book,
                                      std::span<const InteractionKind> kinds,
                                      const CallContext& context) = 0;

  struct LibraryPage {
    struct Item {
      LibraryEntry entry;
      std::optional<Book> book;  ///< empty when it has left the catalogue
    };
    std::vector<Item> items;
    std::int64_t total = 0;
  };
  /// Latest first; entries with a statement of `kinds`, or all. kNotFound for an unknown reader.
  virtual Result<LibraryPage> library(std::string_view reader,
                                      std::span<const InteractionKind> kinds,
                                      std::int64_t offset,
                                      std::int64_t limit,
                                      const CallContext& context) = 0;
  virtual Result<ReaderPage> readers(std::string_view prefix,
                                     std::int64_t offset,
                                     std::int64_t limit,
                                     const CallContext& context) = 0;
  /// Answers the number of interactions that went with the reader; kNotFound for an unknown one.
  virtual Result<std::int64_t> remove_reader(std::string_view reader,
                                             const CallContext& context) = 0;
};

}  // namespace bookreco
