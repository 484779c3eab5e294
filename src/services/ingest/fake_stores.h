#pragma once

#include <map>
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
  ImpressionStore& impressions() override { return absent<ImpressionStore>(); }
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
      if (query.work_id.empty() ? fold(book.title) == fold(query.title)
                                : book.work_id == query.work_id) {
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

  Result<std::vector<RecordOutcome>> record(std::span<const Interaction> interactions,
                                            OnRepeat repeat) override {
    std::vector<RecordOutcome> outcomes;
    for (const Interaction& interaction : interactions) {
      outcomes.push_back(preview(std::span(&interaction, 1), repeat)->front());
      if (outcomes.back() != RecordOutcome::kKnown) {
        recorded.insert_or_assign(key_of(interaction), interaction);
      }
    }
    return outcomes;
  }
  Result<std::vector<RecordOutcome>> preview(std::span<const Interaction> interactions,
                                             OnRepeat repeat) override {
    std::vector<RecordOutcome> outcomes;
    for (const Interaction& interaction : interactions) {
      const auto place = recorded.find(key_of(interaction));
      const bool known = place != recorded.end() &&
                         (repeat == OnRepeat::kKeep || derive_idempotency_key(place->second) ==
                                                           derive_idempotency_key(interaction));
      outcomes.push_back(place == recorded.end() ? RecordOutcome::kNew
                         : known                 ? RecordOutcome::kKnown
                                                 : RecordOutcome::kReplaced);
    }
    return outcomes;
  }
  Status put(const Interaction&) override { return {}; }
  Result<std::int64_t> remove(std::string_view,
                              std::string_view,
                              std::span<const InteractionKind>) override {
    return 0;
  }
  Result<std::vector<Interaction>> history(std::string_view) override {
    return std::vector<Interaction>{};
  }
  Result<std::vector<Interaction>> history_with(std::string_view, std::string_view) override {
    return std::vector<Interaction>{};
  }
  Result<std::optional<ReaderInfo>> reader(std::string_view) override { return std::nullopt; }
  Result<ReaderPage> readers(std::string_view, std::int64_t, std::int64_t) override {
    return ReaderPage{};
  }
  Result<std::optional<std::int64_t>> remove_reader(std::string_view) override {
    return std::nullopt;
  }
  Status scan(const std::function<bool(const Interaction&)>&) override { return {}; }
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
  std::map<std::string, Interaction> recorded;  ///< by reader and key
  std::map<std::string, Run> saved;             ///< by kind
  int upserts_before_full = -1;                 ///< negative: never

 private:
  static std::string key_of(const Interaction& interaction) {
    return interaction.reader_id + '\n' +
           (interaction.idempotency_key.empty() ? derive_idempotency_key(interaction)
                                                : interaction.idempotency_key);
  }
  template <class Store>
  static Store& absent() {
    Store* none = nullptr;
    BOOKRECO_CHECK(none != nullptr);
    return *none;
  }
};

}  // namespace bookreco
