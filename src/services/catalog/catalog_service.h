#pragma once

#include "ports/catalog.h"
#include "ports/stores.h"

namespace bookreco {

/// The catalogue over the stores. Safe from any thread; blocks on the store.
class CatalogService final : public Catalog {
 public:
  CatalogService(BookStore& books, ClusterStore& clusters) : books_(books), clusters_(clusters) {}

  Result<Book> get(std::string_view id, const CallContext& context) override;
  Result<BookPage> query(const BookQuery& query, const CallContext& context) override;
  Result<FacetPage> facets(FacetKind kind,
                           std::string_view prefix,
                           std::int64_t offset,
                           std::int64_t limit,
                           const CallContext& context) override;
  Result<std::optional<Clustering>> clusters(const CallContext& context) override;
  Result<UpsertAnswer> upsert(std::span<const std::string_view> rows,
                              const CallContext& context) override;

 private:
  BookStore& books_;
  ClusterStore& clusters_;
};

}  // namespace bookreco
