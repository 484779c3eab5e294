#include "services/interactions/interactions_service.h"

#include <algorithm>
#include <unordered_map>

#include "domain/isbn.h"

namespace bookreco {
namespace {

/// The form in which the catalogue knows an EAN or ISBN; other ids as they are.
std::string canonical(const std::string& name) {
  if (auto isbn = parse_isbn(name)) {
    return *std::move(isbn);
  }
  return parse_ean13(name).value_or(name);
}

std::unexpected<Error> no_reader(std::string_view reader) {
  return fail(Code::kNotFound, "no reader has the id \"{}\"", reader);
}

std::unexpected<Error> refusal(const InteractionIssue& issue) {
  return fail(Code::kInvalidArgument, "{} \"{}\" {}", issue.field, issue.value, issue.reason);
}

Status check_size(std::size_t rows) {
  return rows <= kMaxInteractions
             ? Status()
             : fail(Code::kInvalidArgument,
                    "{} interactions were sent: send at most {} at once, or load a file with "
                    "`bookreco readers import`",
                    rows,
                    kMaxInteractions);
}

/// Gives the rows without a time the present one, each later than the one before it about the same
/// book of the same reader.
class Stamp {
 public:
  explicit Stamp(Timestamp now) : now_(now) {}

  void operator()(Interaction& interaction) {
    if (interaction.at == kUnknownTime) {
      const auto turn = turns_[interaction.reader_id + '\n' + interaction.book_id]++;
      interaction.at = now_ + std::chrono::milliseconds(turn);
    }
  }

 private:
  const Timestamp now_;
  std::unordered_map<std::string, std::int64_t> turns_;
};

bool has_kind(const LibraryEntry& entry, std::span<const InteractionKind> kinds) {
  return kinds.empty() || std::ranges::any_of(entry.statements, [&](const Interaction& said) {
           return std::ranges::find(kinds, said.kind) != kinds.end();
         });
}

}  // namespace

Result<std::vector<std::optional<std::string>>> InteractionsService::find_books(
    std::span<const std::string> names) {
  std::unordered_map<std::string_view, std::optional<std::string>> ids;
  std::vector<std::string> asked;
  for (const std::string& name : names) {
    if (ids.try_emplace(name).second) {
      asked.push_back(name);
    }
  }
  // As it is first: an id may look like an ISBN and be another book's.
  BOOKRECO_TRY(const auto exact, books_.get(asked));
  std::vector<std::string_view> others;
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (exact[i]) {
      ids[asked[i]] = exact[i]->id;
    } else if (std::string number = canonical(asked[i]); number != asked[i]) {
      others.push_back(asked[i]);
      numbers.push_back(std::move(number));
    }
  }
  BOOKRECO_TRY(const auto mended, books_.get(numbers));
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (mended[i]) {
      ids[others[i]] = mended[i]->id;
    }
  }
  std::vector<std::optional<std::string>> found;
  for (const std::string& name : names) {
    found.push_back(ids[name]);
  }
  return found;
}

Result<std::vector<Interactions::RowOutcome>> InteractionsService::record(
    std::span<const Interaction> interactions, const CallContext& /*context*/) {
  BOOKRECO_TRY_VOID(check_size(interactions.size()));
  const Timestamp now = clock_.now();
  Stamp stamp(now);
  std::vector<RowOutcome> outcomes(interactions.size());
  std::vector<Interaction> sound;
  std::vector<std::size_t> places;  // of the sound ones
  std::vector<std::string> names;
  for (std::size_t i = 0; i < interactions.size(); ++i) {
    Interaction interaction = interactions[i];
    outcomes[i].issue = admit(interaction, now);
    if (!outcomes[i].issue) {
      names.push_back(interaction.book_id);
      sound.push_back(std::move(interaction));
      places.push_back(i);
    }
  }
  BOOKRECO_TRY(const auto ids, find_books(names));
  std::vector<Interaction> found;
  std::vector<std::size_t> found_places;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    RowOutcome& outcome = outcomes[places[i]];
    if (!ids[i]) {
      outcome.issue = {"book", names[i], "no book has this id, EAN or ISBN"};
      continue;
    }
    outcome.book_id = *ids[i];
    sound[i].book_id = *ids[i];
    stamp(sound[i]);
    found.push_back(std::move(sound[i]));
    found_places.push_back(places[i]);
  }
  BOOKRECO_TRY(const auto stored, readers_.record(found));
  for (std::size_t i = 0; i < stored.size(); ++i) {
    outcomes[found_places[i]].stored = stored[i];
  }
  return outcomes;
}

Result<std::vector<Interactions::RowOutcome>> InteractionsService::count_shown(
    std::span<const Impression> impressions, const CallContext& /*context*/) {
  BOOKRECO_TRY_VOID(check_size(impressions.size()));
  const Timestamp now = clock_.now();
  std::vector<Impression> admitted(impressions.begin(), impressions.end());
  std::vector<RowOutcome> outcomes(impressions.size());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < admitted.size(); ++i) {
    outcomes[i].issue = admit(admitted[i], now);
    names.push_back(outcomes[i].issue ? "" : admitted[i].book_id);
  }
  BOOKRECO_TRY(const auto ids, find_books(names));
  for (std::size_t i = 0; i < admitted.size(); ++i) {
    RowOutcome& outcome = outcomes[i];
    if (outcome.issue) {
      continue;
    }
    if (!ids[i]) {
      outcome.issue = {"book", names[i], "no book has this id, EAN or ISBN"};
      continue;
    }
    admitted[i].book_id = outcome.book_id = *ids[i];
    if (shown_.add(std::move(admitted[i]))) {
      outcome.stored = RecordOutcome::kNew;
    } else {
      outcome.issue = {"kind", "impression", "too many wait to be counted: it is lost"};
    }
  }
  return outcomes;
}

Result<std::vector<Impression>> InteractionsService::impressions(std::string_view reader,
                                                                 const CallContext& /*context*/) {
  BOOKRECO_TRY(const auto info, readers_.reader(reader));
  if (!info) {
    return no_reader(reader);
  }
  return impressions_.of(reader);
}

Result<LibraryEntry> InteractionsService::put(const Interaction& interaction,
                                              const CallContext& /*context*/) {
  Interaction said = interaction;
  if (kind_group(said.kind) == KindGroup::kEvent) {
    return fail(Code::kInvalidArgument,
                "{} is an event, not a word about the book: post it to /v1/interactions",
                kind_name(said.kind));
  }
  const Timestamp now = clock_.now();
  if (said.at == kUnknownTime) {
    said.at = now;
  }
  if (const auto issue = admit(said, now)) {
    return refusal(*issue);
  }
  BOOKRECO_TRY(const auto ids, find_books(std::span(&said.book_id, 1)));
  if (!ids.front()) {
    return fail(Code::kNotFound, "no book has the id, EAN or ISBN \"{}\"", said.book_id);
  }
  said.book_id = *ids.front();
  BOOKRECO_TRY_VOID(readers_.put(said));
  BOOKRECO_TRY(const auto history, readers_.history_with(said.reader_id, said.book_id));
  std::vector<LibraryEntry> entries = library_of(history);
  if (entries.empty()) {  // removed by another in between
    return LibraryEntry{said.book_id, {said}};
  }
  return std::move(entries.front());
}

Result<std::int64_t> InteractionsService::remove(std::string_view reader,
                                                 std::string_view book,
                                                 std::span<const InteractionKind> kinds,
                                                 const CallContext& /*context*/) {
  const std::string name(book);
  BOOKRECO_TRY(const auto ids, find_books(std::span(&name, 1)));
  // A book that has left the catalogue is still in libraries, under its id.
  BOOKRECO_TRY(const std::int64_t gone,
               readers_.remove(reader, ids.front().value_or(canonical(name)), kinds));
  if (gone == 0) {
    return fail(Code::kNotFound, "reader \"{}\" has nothing of the book \"{}\"", reader, book);
  }
  return gone;
}

Result<Interactions::LibraryPage> InteractionsService::library(
    std::string_view reader,
    std::span<const InteractionKind> kinds,
    std::int64_t offset,
    std::int64_t limit,
    const CallContext& /*context*/) {
  BOOKRECO_TRY(const auto info, readers_.reader(reader));
  if (!info) {
    return no_reader(reader);
  }
  BOOKRECO_TRY(const auto history, readers_.history(reader));
  std::vector<LibraryEntry> entries = library_of(history);
  std::erase_if(entries, [&](const LibraryEntry& entry) { return !has_kind(entry, kinds); });
  LibraryPage page;
  page.total = static_cast<std::int64_t>(entries.size());
  const auto begin = std::clamp<std::int64_t>(offset, 0, page.total);
  const auto end = begin + std::clamp<std::int64_t>(limit, 0, page.total - begin);
  std::vector<std::string> ids;
  for (auto i = begin; i < end; ++i) {
    LibraryEntry& entry = entries[static_cast<std::size_t>(i)];
    ids.push_back(entry.book_id);
    page.items.push_back({std::move(entry), std::nullopt});
  }
  BOOKRECO_TRY(auto books, books_.get(ids));
  for (std::size_t i = 0; i < books.size(); ++i) {
    page.items[i].book = std::move(books[i]);
  }
  return page;
}

Result<ReaderPage> InteractionsService::readers(std::string_view prefix,
                                                std::int64_t offset,
                                                std::int64_t limit,
                                                const CallContext& /*context*/) {
  return readers_.readers(prefix, offset, limit);
}

Result<std::int64_t> InteractionsService::remove_reader(std::string_view reader,
                                                        const CallContext& /*context*/) {
  shown_.forget(reader);
  BOOKRECO_TRY(const auto gone, readers_.remove_reader(reader));
  if (!gone) {
    return no_reader(reader);
  }
  return *gone;
}

}  // namespace bookreco
