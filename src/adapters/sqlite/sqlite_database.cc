#include "adapters/sqlite/sqlite_database.h"

#include <algorithm>
#include <utility>

#include "adapters/sql/columns.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/query_indexes.h"

namespace bookreco {
namespace {

constexpr std::chrono::milliseconds kPollInterval{100};

/// Commits, or leaves no trace.
Status run_and_commit(SqliteSession& session,
                      std::string_view begin,
                      const SqlDatabase::Body& body) {
  BOOKRECO_TRY_VOID(session.run(begin));
  Status status = body(session);
  if (status) {
    if (auto committed = session.run("COMMIT"); !committed) {
      status = std::unexpected(std::move(committed).error());
    }
  }
  if (session.in_transaction()) {
    static_cast<void>(session.run("ROLLBACK"));
  }
  return status;
}

Status check(SqliteSession& session, std::string_view pragma) {
  std::string first;
  BOOKRECO_TRY_VOID(session.run(pragma, {}, [&](const SqlRow& row) {
    first = row.text(0);
    return false;
  }));
  if (first != "ok") {
    return fail(Code::kDataLoss, "the database is damaged: {}", first);
  }
  return {};
}

Status prepare_writer(SqliteSession& writer, const SqliteOptions& options, const Clock& clock) {
  BOOKRECO_TRY_VOID(migrate(writer, sqlite_migrations(), clock));
  BOOKRECO_TRY_VOID(writer.checkpoint_by_size());
  if (options.max_bytes > 0) {
    BOOKRECO_TRY(const std::int64_t page, one_integer(writer, "PRAGMA page_size"));
    BOOKRECO_TRY_VOID(writer.run_script(fmt::format(
        "PRAGMA max_page_count = {}", std::max<std::int64_t>(1, options.max_bytes / page))));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(const Path& file,
                                                             const SqliteOptions& options,
                                                             const Clock& clock) {
  using Use = SqliteSession::Use;
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file, options));
  BOOKRECO_TRY(database->writer_, SqliteSession::open(file, options, Use::kWrite));
  Status ready = prepare_writer(*database->writer_, options, clock);
  if (!ready) {
    Error error = std::move(ready).error();
    if (error.code == Code::kDataLoss) {
      // Says more than the statement that stumbled.
      if (const Status damage = check(*database->writer_, "PRAGMA quick_check(1)"); !damage) {
        error.message += "; " + damage.error().message;
      }
    }
    return in_context(file.string(), error);
  }
  // Made up by the next opening when it fails here, on a full disk say: queries are only slower.
  static_cast<void>(database->make_up_indexes());
  BOOKRECO_TRY(database->watcher_, SqliteSession::open(file, options, Use::kRead));
  BOOKRECO_TRY(database->data_version_, one_integer(*database->watcher_, "PRAGMA data_version"));
  return database;
}

Result<std::unique_ptr<SqliteSession>> SqliteDatabase::take_reader() {
  {
    const std::lock_guard lock(pool_mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  return SqliteSession::open(file_, options_, SqliteSession::Use::kRead);
}

void SqliteDatabase::give_back(std::unique_ptr<SqliteSession> reader) {
  const std::lock_guard lock(pool_mutex_);
  if (idle_.size() < options_.idle_readers) {
    idle_.push_back(std::move(reader));
  }
}

Status SqliteDatabase::read(const Body& body) {
  BOOKRECO_TRY(auto reader, take_reader());
  Status status = run_and_commit(*reader, "BEGIN", body);
  if (!reader->in_transaction()) {
    give_back(std::move(reader));
  }
  return status;
}

bool SqliteDatabase::take_turn() {
  std::unique_lock lock(turn_mutex_);
  if (!turn_over_.wait_for(lock, options_.busy_timeout, [&] { return !writing_; })) {
    return false;
  }
  writing_ = true;
  return true;
}

void SqliteDatabase::end_turn() {
  {
    const std::lock_guard lock(turn_mutex_);
    writing_ = false;
  }
  turn_over_.notify_one();
}

Status SqliteDatabase::write(const Body& body, const std::function<void()>& undone) {
  if (!take_turn()) {
    return fail(Code::kUnavailable, "the database was written by others for too long: try again");
  }
  Status status = run_and_commit(*writer_, "BEGIN IMMEDIATE", body);
  if (!status) {
    undone();
  }
  end_turn();
  if (status) {
    // Whoever watches has either not looked yet, or waits by now.
    watch_mutex_.lock();
    watch_mutex_.unlock();
    committed_.notify_all();
  }
  return status;
}

Status SqliteDatabase::begin_load() {
  Result<FileLock> lock = lock_load();
  if (!lock) {  // another load goes on
    return lock.error().code == Code::kUnavailable ? Status() : std::unexpected(lock.error());
  }
  return write([&](SqlSession&) -> Status {
    BOOKRECO_TRY_VOID(drop_query_indexes(*writer_));
    BOOKRECO_TRY_VOID(writer_->keep_log(true));
    load_.emplace(*std::move(lock));
    return {};
  });
}

Status SqliteDatabase::end_load() {
  if (!take_turn()) {
    return fail(Code::kUnavailable, "the database was written by others for too long: try again");
  }
  Status made = load_ ? make_query_indexes(*writer_) : Status();
  if (load_ && made) {
    made = writer_->keep_log(false);
  }
  load_.reset();
  end_turn();
  return made;
}

Status SqliteDatabase::make_up_indexes() {
  BOOKRECO_TRY(const bool whole, query_indexes_are_whole(*writer_));
  if (whole) {
    return {};
  }
  BOOKRECO_TRY(const FileLock lock, lock_load());  // else a load goes on, which will make them
  return make_query_indexes(*writer_);
}

void SqliteDatabase::poll_commits() {
  // Differs from the last answer when any other connection, of any process, has committed.
  const Result<std::int64_t> version = one_integer(*watcher_, "PRAGMA data_version");
  if (version && *version != data_version_) {
    data_version_ = *version;
    ++generation_;
  }
}

bool SqliteDatabase::wait_for_change(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(watch_mutex_);
  std::uint64_t& seen = seen_[std::this_thread::get_id()];
  for (;;) {
    poll_commits();
    if (seen != generation_) {
      seen = generation_;
      return true;
    }
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) {
      return false;
    }
    committed_.wait_until(lock, std::min(deadline, now + kPollInterval));
  }
}

Status check_sqlite(const Path& file) {
  BOOKRECO_TRY(auto session, SqliteSession::open(file, {}, SqliteSession::Use::kRead));
  return check(*session, "PRAGMA integrity_check(1)");
}

}  // namespace bookreco
