#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include "adapters/sql/session.h"
#include "adapters/sqlite/sqlite_options.h"
#include "base/files.h"

namespace bookreco {

/// A connection to a SQLite file. Statements stay prepared, the least recently used are let go.
class SqliteSession final : public SqlSession {
 public:
  enum class Use { kWrite, kRead };

  static Result<std::unique_ptr<SqliteSession>> open(const Path& file,
                                                     const SqliteOptions& options,
                                                     Use use);
  ~SqliteSession() override;
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;

  using SqlSession::run;
  Result<std::int64_t> run(std::string_view sql,
                           std::span<const SqlValue> parameters,
                           const Visitor& visit) override;
  std::string list(int number) const override;
  Status create_vector_table(std::string_view name, std::uint32_t dimension) override;

  /// Runs statements without parameters, as a migration holds them.
  Status run_script(const std::string& sql);
  /// Lets the log grow with the database before it is copied into it: a load rewrites the same
  /// index pages again and again.
  Status checkpoint_by_size();
  /// Whether the log's file keeps its length when it begins anew: a load would only allocate it
  /// again.
  Status keep_log(bool keep);
  bool in_transaction() const { return sqlite3_get_autocommit(connection_) == 0; }

 private:
  struct Statement {
    std::string sql;
    sqlite3_stmt* handle = nullptr;
    std::vector<std::size_t>
        parameters;  ///< for each of SQLite's slots, which of $1, $2, … it is, from 0
    std::uint64_t last_use = 0;
    bool running = false;

    ~Statement() { sqlite3_finalize(handle); }
  };

  explicit SqliteSession(sqlite3* connection) : connection_(connection) {}
  Result<Statement*> prepare(std::string_view sql);
  Status step_all(sqlite3_stmt* statement, const Visitor& visit);
  void evict_oldest();

  sqlite3* connection_;
  std::unordered_map<std::string_view, std::unique_ptr<Statement>> statements_;
  std::uint64_t uses_ = 0;
  std::chrono::milliseconds busy_timeout_{};
  std::chrono::steady_clock::time_point busy_since_{};

  static int on_busy(void* self, int count);
  static int on_commit(void* self, sqlite3* connection, const char* schema, int log_pages);
};

}  // namespace bookreco
