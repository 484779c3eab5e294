#pragma once

#include <map>
#include <set>
#include <string>

#include "base/result.h"
#include "domain/book_json.h"
#include "domain/fold.h"
#include "domain/interaction.h"
#include "ports/stores.h"

namespace bookreco {

/// Books, readers and runs in memory, for tests of the pipeline; the other stores are not there.
class FakeStores final : public Stores, public BookStore, public ReaderStore, public RunStore {
 public:
  BookStore& books() override { return *this; }
  ReaderStore& readers() override { return *this; }
  RunStore& runs() override { return *this; }
  VectorStore& vectors() override { return absent<VectorStore>(); }
  ClusterStore& clusters() override { return absent<ClusterStore>(); }
  ModelStore& models() override { return absent<ModelStore>(); }
  Outbox& outbox() override { return absent<Outbox>(); }
  bool wait_for_change(std::chrono::milliseconds /*timeout*/) override { return false; }

  Status begin_load(std::int64_t) override { return {}; }
  Status end_load() override { return {}; }
  Result<std::vector<UpsertOutcome>> upsert(std::span<const Book> books) override {
    if (upserts_before_full == 0) {
      return fail(Code::kResourceExhausted, "the disk is full");
    }
    --upserts_before_full;
    std::vector<UpsertOutcome> outcomes;
    for (const Book& book : books) {
      const auto [place, added] = stored.try_emplace(book.id, book);
      const bool same = content_hash(place->second) == content_hash(book);
      place->second = book;
      outcomes.push_back(added  ? UpsertOutcome::kLoaded
                         : same ? UpsertOutcome::kUnchanged
                                : UpsertOutcome::kUpdated);
    }
    return outcomes;
  }
  Result<std::vector<std::optional<Book>>> get(std::span<const std::string> ids) override {
    std::vector<std::optional<Book>> found;
    for (const std::string& id : ids) {
      const auto place = stored.find(id);
      found.push_back(place == stored.end() ? std::nullopt : std::optional(place->second));
    }
    return found;
  }
  Result<BookPage> query(const BookQuery& query) override {
    BookPage page;
    for (const auto& [id, book] : stored) {
      if (fold(book.title) == fold(query.title)) {
        page.books.push_back(book);
      }
    }
    page.total = static_cast<std::int64_t>(page.books.size());
    return page;
  }
  Result<std::int64_t> remove(std::span<const std::string> /*ids*/) override { return 0; }
  Result<FacetPage> facets(FacetKind, std::string_view, std::int64_t, std::int64_t) override {
    return FacetPage{};
  }
  Status changes_since(std::int64_t, const std::function<bool(BookChange&&)>&) override {
    return {};
  }
  Result<std::int64_t> last_change() override { return 0; }
  Result<std::int64_t> count() override { return static_cast<std::int64_t>(stored.size()); }

  Result<std::int64_t> record(std::span<const Interaction> interactions) override {
    std::int64_t added = 0;
    for (const Interaction& interaction : interactions) {
      const bool derived = interaction.idempotency_key.empty();
      if (keys.insert(derived ? derive_idempotency_key(interaction) : interaction.idempotency_key)
              .second) {
        recorded.push_back(interaction);
        ++added;
      }
    }
    return added;
  }
  Result<std::vector<Interaction>> history(std::string_view, std::int64_t) override {
    return recorded;
  }
  Result<ReaderSummary> summary() override { return ReaderSummary{}; }

  Status save(const Run& run) override {
    saved[run.kind] = run;
    return {};
  }
  Status append(std::string_view, std::span<const MetricPoint>) override { return {}; }
  Result<std::vector<MetricPoint>> points(std::string_view) override {
    return std::vector<MetricPoint>{};
  }
  Result<std::optional<Run>> get(std::string_view /*id*/) override { return std::nullopt; }
  Result<std::vector<Run>> list(std::string_view, std::int64_t) override {
    return std::vector<Run>{};
  }

  std::map<std::string, Book> stored;
  std::set<std::string> keys;
  std::vector<Interaction> recorded;
  std::map<std::string, Run> saved;  ///< by kind
  int upserts_before_full = -1;      ///< negative: never

 private:
  template <class Store>
  static Store& absent() {
    Store* none = nullptr;
    BOOKRECO_CHECK(none != nullptr);
    return *none;
  }
};

}  // namespace bookreco
