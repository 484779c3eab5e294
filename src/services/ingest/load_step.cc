#include <algorithm>
#include <future>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "domain/book_json.h"
#include "domain/json_reader.h"
#include "domain/merge.h"
#include "services/ingest/batch.h"
#include "services/ingest/interaction_loader.h"

namespace bookreco {
namespace {

constexpr std::size_t kBatchBooks = 4'000;

/// Upserts books a batch at a time, in order, while the next is read. Rows of one book wait for its
/// last one and are stored merged, so that loading the same files again changes nothing.
class BookLoader {
 public:
  BookLoader(BookStore& store, const PreparedIds& ids, IngestSummary& summary)
      : store_(store), partial_(ids.partial), summary_(summary) {
    for (const std::uint64_t id : ids.repeated) {
      ++rows_left_[id];
    }
  }

  Status add(Book&& book) {
    const std::uint64_t key = hash64(book.id);
    const auto left = rows_left_.find(key);
    if (left == rows_left_.end()) {
      return put(std::move(book), key);
    }
    std::string id = book.id;
    const auto [place, first] = waiting_.try_emplace(id, std::move(book));
    if (!first) {
      ++summary_.merged;
      merge(place->second, book);
    }
    if (--left->second > 0) {
      return {};
    }
    return put(std::move(waiting_.extract(id).mapped()), key);
  }

  Status finish() {
    for (auto& [id, book] : waiting_) {  // ids of equal hash
      BOOKRECO_TRY_VOID(put(std::move(book), hash64(id)));
    }
    BOOKRECO_TRY_VOID(flush());
    return join();
  }

 private:
  Status put(Book&& book, std::uint64_t key) {
    if (std::binary_search(partial_.begin(), partial_.end(), key)) {
      BOOKRECO_TRY_VOID(join());  // it may name a book of the batch under way
      BOOKRECO_TRY(auto stored, store_.get(std::span(&book.id, 1)));
      if (stored.front()) {
        merge(*stored.front(), book);
        book = std::move(*stored.front());
      }
    }
    batch_.push_back(std::move(book));
    return batch_.size() < kBatchBooks ? Status() : flush();
  }

  /// Starts to store the batch, once the one before is stored.
  Status flush() {
    BOOKRECO_TRY_VOID(join());
    if (!batch_.empty()) {
      storing_ = std::async(std::launch::async, [this, books = std::exchange(batch_, {})] {
        return store_.upsert(books);
      });
    }
    return {};
  }

  Status join() {
    if (!storing_.valid()) {
      return {};
    }
    BOOKRECO_TRY(const auto outcomes, storing_.get());
    for (const UpsertOutcome outcome : outcomes) {
      summary_.loaded += outcome == UpsertOutcome::kLoaded ? 1 : 0;
      summary_.updated += outcome == UpsertOutcome::kUpdated ? 1 : 0;
      summary_.unchanged += outcome == UpsertOutcome::kUnchanged ? 1 : 0;
    }
    return {};
  }

  BookStore& store_;
  const std::vector<std::uint64_t>& partial_;
  IngestSummary& summary_;
  std::vector<Book> batch_;
  std::future<Result<std::vector<UpsertOutcome>>> storing_;  // waits when destroyed
  std::unordered_map<std::uint64_t, std::size_t> rows_left_;
  std::unordered_map<std::string, Book> waiting_;
};

Status load_books(const Batch& batch,
                  const PreparedIds& ids,
                  BookStore& store,
                  IngestSummary& summary,
                  const ProgressFn& progress) {
  BOOKRECO_TRY(ByteSource source, ByteSource::open(batch.prepared().string()));
  LineReader lines(std::move(source), std::size_t{256} << 20);
  BookLoader loader(store, ids, summary);
  const std::int64_t total = summary.read - summary.rejected;
  BOOKRECO_TRY_VOID(store.begin_load(total));
  for (std::uint64_t done = 1;; ++done) {
    BOOKRECO_TRY(const auto line, lines.next());
    if (!line) {
      BOOKRECO_TRY_VOID(loader.finish());
      return store.end_load();
    }
    BOOKRECO_TRY(Book book, book_from_json(line->text));
    BOOKRECO_TRY_VOID(loader.add(std::move(book)));
    report(progress, "load", done, static_cast<std::uint64_t>(total));
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
    keys.emplace(std::string(std::string_view(json["key"])),
                 std::string(std::string_view(json["id"])));
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
                             const PreparedIds& ids,
                             Stores& stores,
                             const Clock& clock,
                             RejectFile& rejects,
                             IngestSummary& summary,
                             const ProgressFn& progress) {
  BOOKRECO_TRY_VOID(load_books(batch, ids, stores.books(), summary, progress));
  if (summary.interactions_read > 0) {
    BOOKRECO_TRY_VOID(load_interactions(batch, stores, clock, rejects, summary, progress));
  }
  return StepCounts{summary.loaded + summary.updated + summary.unchanged + summary.merged, ""};
}

}  // namespace bookreco
