#pragma once

#include <span>
#include <string>
#include <vector>

#include "ports/call_context.h"
#include "ports/stores.h"

namespace bookreco {

/// The catalogue as the API shows and changes it.
class Catalog {
 public:
  virtual ~Catalog() = default;
  /// kNotFound when no book has this id, EAN or ISBN-10/13.
  virtual Result<Book> get(std::string_view id, const CallContext& context) = 0;
  virtual Result<BookPage> query(const BookQuery& query, const CallContext& context) = 0;
  virtual Result<FacetPage> facets(FacetKind kind,
                                   std::string_view prefix,
                                   std::int64_t offset,
                                   std::int64_t limit,
                                   const CallContext& context) = 0;
  virtual Result<std::optional<Clustering>> clusters(const CallContext& context) = 0;

  struct Refusal {
    std::size_t index = 0;  ///< place in the request, from 0
    std::string field;
    std::string value;
    std::string reason;
  };
  struct UpsertAnswer {
    std::int64_t loaded = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::vector<std::string> ids;   ///< of the books stored, in request order
    std::vector<Refusal> refused;   ///< rows that were not stored
    std::vector<Refusal> repaired;  ///< fields that were dropped from rows that were
  };
  /// Cleans and stores JSON objects of our schema; what cannot be cleaned is answered, not thrown
  /// away silently.
  virtual Result<UpsertAnswer> upsert(std::span<const std::string_view> rows,
                                      const CallContext& context) = 0;
};

}  // namespace bookreco
