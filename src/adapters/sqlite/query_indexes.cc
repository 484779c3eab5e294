#include "adapters/sqlite/query_indexes.h"

#include <array>

#include "adapters/sql/columns.h"

namespace bookreco {
namespace {

struct QueryIndex {
  std::string_view name;
  std::string_view on;  ///< as in the migrations, which make them too
};

// Not books_ean and books_isbn13, which have few rows and are asked while loading.
constexpr std::array kIndexes{
    QueryIndex{"books_work", "books (work_id) WHERE work_id IS NOT NULL"},
    QueryIndex{"books_title", "books (title_folded) WHERE deleted = 0"},
    QueryIndex{"books_published", "books (published_key) WHERE deleted = 0"},
    QueryIndex{"books_pages", "books (page_count) WHERE deleted = 0"},
    QueryIndex{"facets_books", "facets (kind, books) WHERE books > 0"},
};

}  // namespace

Status drop_query_indexes(SqliteSession& session) {
  for (const QueryIndex& index : kIndexes) {
    BOOKRECO_TRY_VOID(session.run(fmt::format("DROP INDEX IF EXISTS {}", index.name)));
  }
  return {};
}

Result<bool> query_indexes_are_whole(SqliteSession& session) {
  for (const QueryIndex& index : kIndexes) {
    BOOKRECO_TRY(
        const std::int64_t there,
        one_integer(session,
                    "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = $1",
                    {index.name}));
    if (there == 0) {
      return false;
    }
  }
  return true;
}

Status make_query_indexes(SqliteSession& session) {
  for (const QueryIndex& index : kIndexes) {
    BOOKRECO_TRY_VOID(
        session.run(fmt::format("CREATE INDEX IF NOT EXISTS {} ON {}", index.name, index.on)));
  }
  return {};
}

}  // namespace bookreco
