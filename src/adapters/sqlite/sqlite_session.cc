#include "adapters/sqlite/sqlite_session.h"

#include <algorithm>
#include <charconv>
#include <thread>
#include <vector>

#include "adapters/sql/columns.h"
#include "adapters/sqlite/sqlite_error.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxStatements = 96;

/// Of new databases: a page holds about six books, and half as many pages are written as of 4 KB.
constexpr std::int64_t kPageBytes = 8'192;

/// The log is copied into the database when it has this many pages, or is as long as half the
/// database, up to the second bound; after, the file is cut to the third.
constexpr std::int64_t kMinLogPages = 500;
constexpr std::int64_t kMaxLogPages = 25'000;
constexpr std::int64_t kIdleLogBytes = std::int64_t{16} << 20;

/// A text or blob of no bytes is not NULL: SQLite tells them apart by the pointer.
const char* some(const void* data) {
  return data == nullptr ? "" : static_cast<const char*>(data);
}

class SqliteRow final : public SqlRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    const void* data = sqlite3_column_text(statement_, column);
    return {some(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::span<const std::byte> blob(int column) const override {
    const void* data = sqlite3_column_blob(statement_, column);
    return {static_cast<const std::byte*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

int bind(sqlite3_stmt* statement, int slot, const SqlValue& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int slot;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, slot); }
    int operator()(std::int64_t number) const {
      return sqlite3_bind_int64(statement, slot, number);
    }
    int operator()(double number) const { return sqlite3_bind_double(statement, slot, number); }
    int operator()(std::string_view text) const {
      return sqlite3_bind_text64(
          statement, slot, some(text.data()), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(std::span<const std::byte> bytes) const {
      return sqlite3_bind_blob64(statement, slot, some(bytes.data()), bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, slot}, value);
}

/// Resets whatever way the run ends: an unfinished statement would hold its locks, and bound views
/// end with the call.
class Rewind {
 public:
  explicit Rewind(sqlite3_stmt* statement) : statement_(statement) {}
  ~Rewind() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Rewind(const Rewind&) = delete;
  Rewind& operator=(const Rewind&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

int SqliteSession::on_busy(void* self, int count) {
  // Waits are short and uneven: a loader that takes the lock again at once must not starve the
  // others.
  auto& session = *static_cast<SqliteSession*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (count == 0) {
    session.busy_since_ = now;
  } else if (now - session.busy_since_ >= session.busy_timeout_) {
    return 0;
  }
  std::this_thread::sleep_for(std::chrono::microseconds(500 + 137 * (count % 11)));
  return 1;
}

int SqliteSession::on_commit(void* self, sqlite3* connection, const char* schema, int log_pages) {
  auto& session = *static_cast<SqliteSession*>(self);
  if (log_pages < kMinLogPages) {
    return SQLITE_OK;
  }
  const auto pages = one_integer(session, "PRAGMA page_count");
  if (log_pages >= std::clamp(pages.value_or(0) / 2, kMinLogPages, kMaxLogPages)) {
    // What fails here is done by the next: the commit stands.
    sqlite3_wal_checkpoint_v2(connection, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  return SQLITE_OK;
}

Status SqliteSession::checkpoint_by_size() {
  sqlite3_wal_hook(connection_, &SqliteSession::on_commit, this);
  return keep_log(false);
}

Status SqliteSession::keep_log(bool keep) {
  return run_script(fmt::format("PRAGMA journal_size_limit = {}", keep ? -1 : kIdleLogBytes));
}

Result<std::unique_ptr<SqliteSession>> SqliteSession::open(const Path& file,
                                                           const SqliteOptions& options,
                                                           Use use) {
  // Read connections are opened for writing too, for WAL's shared memory, and are held to reading
  // by query_only.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (use == Use::kWrite ? SQLITE_OPEN_CREATE : 0);
  sqlite3* connection = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
  std::unique_ptr<SqliteSession> session(new SqliteSession(connection));
  if (result != SQLITE_OK) {
    return connection == nullptr ? sqlite_error(result, file.native(), "open")
                                 : sqlite_error(connection, "open");
  }
  session->busy_timeout_ = options.busy_timeout;
  sqlite3_busy_handler(connection, &SqliteSession::on_busy, session.get());
  const std::int64_t cache =
      use == Use::kWrite ? options.writer_cache_bytes : options.reader_cache_bytes;
  // No mmap: a damaged disk must answer an error, not SIGBUS.
  BOOKRECO_TRY_VOID(
      session->run_script(fmt::format("PRAGMA page_size = {};"
                                      "PRAGMA cache_size = -{};"
                                      "PRAGMA foreign_keys = ON;"
                                      "PRAGMA cell_size_check = ON;"
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA mmap_size = 0;"
                                      "PRAGMA query_only = {};",
                                      kPageBytes,
                                      cache / 1024,
                                      use == Use::kRead ? "ON" : "OFF")));
  return session;
}

SqliteSession::~SqliteSession() {
  statements_.clear();
  sqlite3_close_v2(connection_);
}

Result<SqliteSession::Statement*> SqliteSession::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end() && !known->second->running) {
    return known->second.get();
  }
  BOOKRECO_CHECK(known == statements_.end());  // a visitor may not run the statement it is visiting
  if (statements_.size() >= kMaxStatements) {
    evict_oldest();
  }
  auto statement = std::make_unique<Statement>();
  statement->sql = sql;
  if (sqlite3_prepare_v3(connection_,
                         statement->sql.c_str(),
                         static_cast<int>(statement->sql.size() + 1),
                         SQLITE_PREPARE_PERSISTENT,
                         &statement->handle,
                         nullptr) != SQLITE_OK) {
    return sqlite_error(connection_, "use");
  }
  // SQLite takes "$1" for a name and numbers names as they appear.
  const int slots = sqlite3_bind_parameter_count(statement->handle);
  for (int slot = 1; slot <= slots; ++slot) {
    const std::string_view name = some(sqlite3_bind_parameter_name(statement->handle, slot));
    std::size_t number = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), number);
    BOOKRECO_CHECK(number > 0);
    statement->parameters.push_back(number - 1);
  }
  Statement* answer = statement.get();
  statements_.emplace(answer->sql, std::move(statement));
  return answer;
}

void SqliteSession::evict_oldest() {
  auto oldest = statements_.end();
  for (auto it = statements_.begin(); it != statements_.end(); ++it) {
    if (!it->second->running &&
        (oldest == statements_.end() || it->second->last_use < oldest->second->last_use)) {
      oldest = it;
    }
  }
  if (oldest != statements_.end()) {
    const auto statement = std::move(oldest->second);  // the key is a view of its text
    statements_.erase(oldest);
  }
}

Status SqliteSession::step_all(sqlite3_stmt* statement, const Visitor& visit) {
  const SqliteRow row(statement);
  for (;;) {
    const int result = sqlite3_step(statement);
    if (result == SQLITE_DONE) {
      return {};
    }
    if (result != SQLITE_ROW) {
      return sqlite_error(connection_, "use");
    }
    if (visit && !visit(row)) {
      return {};
    }
  }
}

Result<std::int64_t> SqliteSession::run(std::string_view sql,
                                        std::span<const SqlValue> parameters,
                                        const Visitor& visit) {
  BOOKRECO_TRY(Statement * statement, prepare(sql));
  statement->last_use = ++uses_;
  const Rewind rewind(statement->handle);
  for (std::size_t slot = 0; slot < statement->parameters.size(); ++slot) {
    BOOKRECO_CHECK(statement->parameters[slot] < parameters.size());
    if (bind(statement->handle,
             static_cast<int>(slot + 1),
             parameters[statement->parameters[slot]]) != SQLITE_OK) {
      return sqlite_error(connection_, "use");
    }
  }
  statement->running = true;
  const Status status = step_all(statement->handle, visit);
  statement->running = false;
  BOOKRECO_TRY_VOID(status);
  return sqlite3_changes64(connection_);
}

std::string SqliteSession::list(int number) const {
  return fmt::format("SELECT value FROM json_each(${})", number);
}

Status SqliteSession::create_vector_table(std::string_view name, std::uint32_t /*dimension*/) {
  return run_script(
      fmt::format("CREATE TABLE {0} (number INTEGER PRIMARY KEY, book_id TEXT NOT NULL UNIQUE,"
                  " change INTEGER NOT NULL, terms TEXT, vector BLOB NOT NULL) STRICT;"
                  "CREATE INDEX {0}_change ON {0} (change);",
                  name));
}

Status SqliteSession::run_script(const std::string& sql) {
  if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return sqlite_error(connection_, "use");
  }
  return {};
}

}  // namespace bookreco
