#pragma once

#include <string_view>
#include <utility>

#include "adapters/sql/session.h"
#include "base/result.h"

namespace bookreco {

/// The value that `body(session, value)` sets in one reading transaction, from scratch.
template <class T, class Body>
Result<T> read_value(SqlDatabase& database, const Body& body) {
  T value{};
  BOOKRECO_TRY_VOID(database.read([&](SqlSession& session) {
    value = T{};
    return body(session, value);
  }));
  return value;
}

/// The same in a writing transaction; `undone` as in SqlDatabase::write.
template <class T, class Body>
Result<T> write_value(
    SqlDatabase& database, const Body& body, const std::function<void()>& undone = [] {}) {
  T value{};
  BOOKRECO_TRY_VOID(database.write(
      [&](SqlSession& session) {
        value = T{};
        return body(session, value);
      },
      undone));
  return value;
}

/// Streams an answer whose rows may be damaged: `read(row)` answers a Result, `use` takes its value
/// and answers whether more are wanted. Stops at the first error.
template <class Read, class Use>
Status for_each_row(SqlSession& session,
                    std::string_view sql,
                    std::initializer_list<SqlValue> parameters,
                    const Read& read,
                    const Use& use) {
  Status status;
  const auto run = session.run(sql, parameters, [&](const SqlRow& row) {
    auto value = read(row);
    if (!value) {
      status = std::unexpected(std::move(value).error());
      return false;
    }
    return use(*std::move(value));
  });
  if (status && !run) {
    status = std::unexpected(run.error());
  }
  return status;
}

/// Runs a statement whose count of rows is of no interest.
inline Status execute(SqlSession& session,
                      std::string_view sql,
                      std::initializer_list<SqlValue> parameters = {},
                      const SqlSession::Visitor& visit = {}) {
  const auto run = session.run(sql, parameters, visit);
  return run ? Status() : std::unexpected(run.error());
}

}  // namespace bookreco
