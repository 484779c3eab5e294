#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/sql/session.h"
#include "domain/book.h"
#include "domain/filter.h"

namespace bookreco {

/// Keeps facets and book_facets in step with the books, inside write transactions (one at a time).
/// Remembers the numbers of facets from one transaction to the next: they never change, and facets
/// are never deleted.
class FacetIndex {
 public:
  /// To be called first in every transaction.
  Status begin(SqlSession& session);
  /// The facets of `book`, sorted, without repeats; made when absent.
  Result<std::vector<std::int64_t>> of(SqlSession& session, const Book& book);
  /// Row `number` had the facets `before` and has `after` now; both sorted.
  Status move(SqlSession& session,
              std::int64_t number,
              std::span<const std::int64_t> before,
              std::span<const std::int64_t> after);
  /// Writes what move has gathered; to be called last in the transaction.
  Status flush(SqlSession& session);
  /// The transaction was rolled back.
  void forget();

 private:
  struct Change {
    std::int64_t facet;
    std::int64_t book;
    std::int64_t step;  ///< 1 for a book that got the facet, -1 for one that lost it
    auto operator<=>(const Change&) const = default;
  };

  Result<std::int64_t> id_of(SqlSession& session, FacetKind kind, const std::string& name);
  Status flush_facet(SqlSession& session, std::span<const Change> changes);
  Status link(SqlSession& session, bool all);

  std::unordered_map<std::string, std::int64_t> ids_;  ///< by kind and name as written
  std::vector<Change> changes_;
  std::vector<SqlValue> links_;   ///< facet, book, facet, book, … to be inserted
  std::int64_t last_old_id_ = 0;  ///< facets above it were made since the last flush, with one book
  std::int64_t last_id_ = 0;
  std::string key_;
};

}  // namespace bookreco
