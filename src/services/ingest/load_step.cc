#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "domain/book_json.h"
#include "domain/json_reader.h"
#include "domain/merge.h"
#include "services/ingest/batch.h"
#include "services/ingest/interaction_loader.h"

namespace bookreco {
namespace {

constexpr std::size_t kBatchBooks = 2'000;

/// Upserts books a batch at a time; rows of one book in the same run become one.
class BookLoader {
 public:
  BookLoader(BookStore& store, IngestSummary& summary) : store_(store), summary_(summary) {}

  Status add(Book&& book) {
    const std::uint64_t key = hash64(book.id);
    if (const auto place = places_.find(key); place != places_.end()) {
      ++summary_.merged;
      merge(batch_[place->second], book);
      return {};
    }
    if (!seen_.insert(key).second) {  // an earlier batch has it
      ++summary_.merged;
      merged_.insert(key);
      BOOKRECO_TRY(auto stored, store_.get(std::span(&book.id, 1)));
      if (stored.front()) {
        merge(*stored.front(), book);
        book = std::move(*stored.front());
      }
    }
    places_.emplace(key, batch_.size());
    batch_.push_back(std::move(book));
    return batch_.size() < kBatchBooks ? Status() : flush();
  }

  Status flush() {
    BOOKRECO_TRY(const auto outcomes, store_.upsert(batch_));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (merged_.contains(hash64(batch_[i].id))) {
        continue;  // its first row was counted, this one as merged
      }
      summary_.loaded += outcomes[i] == UpsertOutcome::kLoaded ? 1 : 0;
      summary_.updated += outcomes[i] == UpsertOutcome::kUpdated ? 1 : 0;
      summary_.unchanged += outcomes[i] == UpsertOutcome::kUnchanged ? 1 : 0;
    }
    batch_.clear();
    places_.clear();
    merged_.clear();
    return {};
  }

 private:
  BookStore& store_;
  IngestSummary& summary_;
  std::vector<Book> batch_;
  std::unordered_map<std::uint64_t, std::size_t> places_;
  std::unordered_set<std::uint64_t> seen_;
  std::unordered_set<std::uint64_t> merged_;
};

Status load_books(const Batch& batch, BookStore& store, IngestSummary& summary, const ProgressFn& progress) {
  BOOKRECO_TRY(ByteSource source, ByteSource::open(batch.prepared().string()));
  LineReader lines(std::move(source), std::size_t{256} << 20);
  BookLoader loader(store, summary);
  const auto total = static_cast<std::uint64_t>(summary.read - summary.rejected);
  for (std::uint64_t done = 1;; ++done) {
    BOOKRECO_TRY(const auto line, lines.next());
    if (!line) {
      return loader.flush();
    }
    BOOKRECO_TRY(Book book, book_from_json(line->text));
    BOOKRECO_TRY_VOID(loader.add(std::move(book)));
    report(progress, "load", done, total);
  }
}

/// The ids of the books that a source calls by keys of its own.
Result<std::unordered_map<std::string, std::string>> read_keys(const Batch& batch) {
  std::unordered_map<std::string, std::string> keys;
  BOOKRECO_TRY(ByteSource source, ByteSource::open(batch.keys().string()));
  LineReader lines(std::move(source));
  for (;;) {
    BOOKRECO_TRY(const auto line, lines.next());
    if (!line) {
      return keys;
    }
    BOOKRECO_TRY(const auto json, parse_json(line->text));
    keys.emplace(std::string(std::string_view(json["key"])), std::string(std::string_view(json["id"])));
  }
}

Status load_interactions(const Batch& batch,
                         Stores& stores,
                         const Clock& clock,
                         RejectFile& rejects,
                         IngestSummary& summary,
                         const ProgressFn& progress) {
  BOOKRECO_TRY(auto keys, read_keys(batch));
  InteractionLoader loader(stores, clock, std::move(keys), rejects, summary);
  BOOKRECO_TRY(ByteSource source, ByteSource::open(batch.interactions().string()));
  LineReader lines(std::move(source));
  for (std::uint64_t done = 1;; ++done) {
    BOOKRECO_TRY(const auto line, lines.next());
    if (!line) {
      return loader.flush();
    }
    BOOKRECO_TRY(RawInteraction raw, raw_interaction_from_json(line->text));
    BOOKRECO_TRY_VOID(loader.add(std::move(raw)));
    report(progress, "load readers", done, static_cast<std::uint64_t>(summary.interactions_read));
  }
}

}  // namespace

Result<StepCounts> load_step(const Batch& batch,
                             Stores& stores,
                             const Clock& clock,
                             RejectFile& rejects,
                             IngestSummary& summary,
                             const ProgressFn& progress) {
  BOOKRECO_TRY_VOID(load_books(batch, stores.books(), summary, progress));
  if (summary.interactions_read > 0) {
    BOOKRECO_TRY_VOID(load_interactions(batch, stores, clock, rejects, summary, progress));
  }
  return StepCounts{summary.loaded + summary.updated + summary.unchanged + summary.merged, ""};
}

}  // namespace bookreco
