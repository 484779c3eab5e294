#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/sql/session.h"
#include "domain/book.h"
#include "domain/filter.h"

namespace bookreco {

/// Keeps facets and book_facets in step with the books, inside write transactions (one at a time). Remembers the numbers of
/// facets from one transaction to the next: they never change, and facets are never deleted.
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
  /// Writes the counts that move has gathered.
  Status flush(SqlSession& session);
  /// The transaction was rolled back.
  void forget();

 private:
  Result<std::int64_t> id_of(SqlSession& session, FacetKind kind, const std::string& name);

  std::unordered_map<std::string, std::int64_t> ids_;  ///< by kind and name as written
  std::map<std::int64_t, std::int64_t> counts_;        ///< what to add to facets.books; in order, for even locking
  std::int64_t last_id_ = 0;
  std::string key_;
};

}  // namespace bookreco
