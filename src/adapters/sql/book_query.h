#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/session.h"
#include "ports/stores.h"

namespace bookreco {

/// Row numbers of one page of a query's answer, in its order, and how many there are in all.
/// kInvalidArgument for a negative offset or limit.
struct BookNumbers {
  std::vector<std::int64_t> page;
  std::int64_t total = 0;
};
Result<BookNumbers> run_book_query(SqlSession& session, const BookQuery& query);

Result<FacetPage> run_facet_query(SqlSession& session,
                                  FacetKind kind,
                                  std::string_view prefix,
                                  std::int64_t offset,
                                  std::int64_t limit);

/// kInvalidArgument when either is negative.
Status require_window(std::int64_t offset, std::int64_t limit);

}  // namespace bookreco
