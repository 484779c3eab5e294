#pragma once

#include <expected>
#include <string>

#include "domain/interaction.h"
#include "services/ingest/book_matcher.h"
#include "services/ingest/source.h"

namespace bookreco {

/// A row of a reader's file as an interaction with the book that was found for it, ready for
/// ReaderStore::record with OnRepeat::kReplace, or what is wrong with it.
///
/// Its key makes loading the same file again change nothing and a mended file change what was
/// mended: what the row calls its key, else, for all but events, source, book and group, with the
/// time unless the row tells a state, of which the next export has the new one.
std::expected<Interaction, InteractionIssue> read_interaction_row(const RawInteraction& raw,
                                                                  const std::string& book_id,
                                                                  Timestamp now);

/// The book that the row names itself, without a key of its source.
NamedBook named_book(const RawInteraction& raw);
/// The book of a source's own catalogue.
NamedBook named_book(const RawBook& book);

}  // namespace bookreco
