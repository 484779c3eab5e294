#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <unordered_set>

#include "domain/interaction.h"
#include "services/ingest/book_matcher.h"
#include "services/ingest/source.h"

namespace bookreco {

/// A row of a reader's file as an interaction with the book that was found for it, ready for
/// ReaderStore::record with OnRepeat::kReplace, or what is wrong with it.
///
/// Its key makes loading the same file again change nothing and a mended file change what was
/// mended: what the row calls its key, else, for all but events, source, book (as the source calls
/// it where it does) and group, with the time unless the row tells a state, of which the next
/// export has the new one.
std::expected<Interaction, InteractionIssue> read_interaction_row(const RawInteraction& raw,
                                                                  const std::string& book_id,
                                                                  Timestamp now);

/// The keys of one run: of rows with the same one the first counts, so that a file that contradicts
/// itself gives the same every time. About 50 bytes a row that is no event.
class SeenRows {
 public:
  /// Whether no row before said what this one speaks of.
  bool is_first(const Interaction& interaction);

 private:
  std::unordered_set<std::uint64_t> keys_;
};

/// The book that the row names itself, without a key of its source.
NamedBook named_book(const RawInteraction& raw);
/// The book of a source's own catalogue.
NamedBook named_book(const RawBook& book);

}  // namespace bookreco
