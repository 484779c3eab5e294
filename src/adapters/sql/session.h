#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace bookreco {

/// A parameter of a statement. Views must outlive the call that takes them; nothing is copied.
using SqlValue = std::
    variant<std::monostate, std::int64_t, double, std::string_view, std::span<const std::byte>>;

/// NULL for "not known": an empty optional or an empty text.
template <class T>
SqlValue or_null(const std::optional<T>& value) {
  return value ? SqlValue(*value) : SqlValue();
}
inline SqlValue or_null(std::string_view text) {
  return text.empty() ? SqlValue() : SqlValue(text);
}

/// One row of an answer; columns count from 0. Views are valid during the visit. NULL reads as 0 or
/// empty.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::span<const std::byte> blob(int column) const = 0;
};

/// One connection, inside a transaction of SqlDatabase. One thread at a time.
class SqlSession {
 public:
  /// Answers whether more rows are wanted.
  using Visitor = std::function<bool(const SqlRow&)>;

  virtual ~SqlSession() = default;
  /// Prepares `sql` (once: prepared statements are kept by text), binds $1, $2, … and streams the
  /// rows of the answer. Answers the rows inserted, updated or deleted. A visitor may run other
  /// statements of this session.
  virtual Result<std::int64_t> run(std::string_view sql,
                                   std::span<const SqlValue> parameters,
                                   const Visitor& visit) = 0;

  Result<std::int64_t> run(std::string_view sql,
                           std::initializer_list<SqlValue> parameters = {},
                           const Visitor& visit = {}) {
    return run(sql, std::span(parameters.begin(), parameters.size()), visit);
  }

  /// A subquery of one column, `value`, over the elements of a JSON array that is bound to
  /// parameter `number`: lists of any length leave the statement's text alone.
  virtual std::string list(int number) const = 0;
  /// Creates the table `name` (number, book_id, change, vector, terms): how vectors are held is the
  /// database's affair.
  virtual Status create_vector_table(std::string_view name, std::uint32_t dimension) = 0;
};

/// A database and its connections. Safe from any thread.
class SqlDatabase {
 public:
  using Body = std::function<Status(SqlSession&)>;

  virtual ~SqlDatabase() = default;
  /// Runs `body` in a transaction that sees one state and writes nothing. Never waits for a writer.
  virtual Status read(const Body& body) = 0;
  /// Runs `body` in a transaction; write transactions of all processes run one after the other.
  /// Commits when body succeeds, else rolls back, and then calls `undone` before any other body
  /// runs. A body may run again after a conflict, so it sets its results from scratch. kUnavailable
  /// when others write for too long.
  virtual Status write(const Body& body, const std::function<void()>& undone) = 0;
  Status write(const Body& body) {
    return write(body, [] {});
  }
  /// Rows are about to be written that are many times those there: what only makes queries quick
  /// may be put off until end_load, or until the next opening. Not inside a transaction.
  virtual Status begin_load() = 0;
  virtual Status end_load() = 0;
  /// Stores::wait_for_change; each thread is told of what was committed since its own last call, or
  /// since the opening.
  virtual bool wait_for_change(std::chrono::milliseconds timeout) = 0;
};

}  // namespace bookreco
