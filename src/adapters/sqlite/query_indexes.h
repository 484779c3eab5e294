#pragma once

#include "adapters/sqlite/sqlite_session.h"
#include "base/result.h"

namespace bookreco {

// The indexes that only make queries quick: a load that fills a store drops them first and makes
// them when its rows are there, which costs a small part of keeping them up row by row. Without
// them queries answer the same, slower.

Status drop_query_indexes(SqliteSession& session);
Result<bool> query_indexes_are_whole(SqliteSession& session);

/// Each in a transaction of its own, so that other writers need not wait for all.
Status make_query_indexes(SqliteSession& session);

}  // namespace bookreco
