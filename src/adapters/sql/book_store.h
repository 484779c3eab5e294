#pragma once

#include "adapters/sql/facet_index.h"
#include "adapters/sql/session.h"
#include "base/clock.h"
#include "ports/stores.h"

namespace bookreco {

class SqlBookStore final : public BookStore {
 public:
  SqlBookStore(SqlDatabase& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<UpsertOutcome>> upsert(std::span<const Book> books) override;
  Status begin_load(std::int64_t books) override;
  Status end_load() override { return database_.end_load(); }
  Result<std::int64_t> remove(std::span<const std::string> ids) override;
  Result<std::vector<std::optional<Book>>> get(std::span<const std::string> ids) override;
  Result<BookPage> query(const BookQuery& query) override;
  Result<FacetPage> facets(FacetKind kind,
                           std::string_view prefix,
                           std::int64_t offset,
                           std::int64_t limit) override;
  Status changes_since(std::int64_t change,
                       const std::function<bool(BookChange&&)>& visit) override;
  Result<std::int64_t> last_change() override;
  Result<std::int64_t> count() override;

 private:
  class Batch;

  /// Runs `body` over a batch that touches the books `ids`, and tells of its changes by one event.
  Status change_books(SqlSession& session,
                      std::string_view event,
                      std::span<const std::string> ids,
                      const std::function<Status(Batch&)>& body);

  SqlDatabase& database_;
  const Clock& clock_;
  FacetIndex facets_;  // used in write transactions only
};

}  // namespace bookreco
