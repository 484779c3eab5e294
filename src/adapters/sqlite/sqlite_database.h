#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "adapters/sql/session.h"
#include "adapters/sqlite/sqlite_session.h"
#include "base/clock.h"

namespace bookreco {

/// One writing connection, several reading ones, and one that watches for commits.
class SqliteDatabase final : public SqlDatabase {
 public:
  /// Opens or creates `file` and brings its schema up to date.
  static Result<std::unique_ptr<SqliteDatabase>> open(const Path& file,
                                                      const SqliteOptions& options,
                                                      const Clock& clock);

  Status read(const Body& body) override;
  using SqlDatabase::write;
  Status write(const Body& body, const std::function<void()>& undone) override;
  Status begin_load() override;
  Status end_load() override;
  bool wait_for_change(std::chrono::milliseconds timeout) override;

 private:
  SqliteDatabase(Path file, SqliteOptions options) : file_(std::move(file)), options_(options) {}
  Result<std::unique_ptr<SqliteSession>> take_reader();
  void give_back(std::unique_ptr<SqliteSession> reader);
  /// False when the others took too long.
  bool take_turn();
  void end_turn();
  void poll_commits();
  /// Held while a load goes on without query indexes; given up when its process dies.
  Result<FileLock> lock_load() const { return FileLock::acquire(file_.string() + ".load"); }
  Status make_up_indexes();

  const Path file_;
  const SqliteOptions options_;

  std::mutex turn_mutex_;
  std::condition_variable turn_over_;
  bool writing_ = false;  // guarded by turn_mutex_; who sets it has writer_
  std::unique_ptr<SqliteSession> writer_;
  std::optional<FileLock> load_;  // used by who has writer_

  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<SqliteSession>> idle_;  // guarded by pool_mutex_

  std::mutex watch_mutex_;
  std::condition_variable committed_;
  // Guarded by watch_mutex_.
  std::unique_ptr<SqliteSession> watcher_;
  std::int64_t data_version_ = 0;
  std::uint64_t generation_ = 0;
  std::map<std::thread::id, std::uint64_t> seen_;
};

/// Reads every page and index of a database that nobody writes; kDataLoss with the first damage
/// found.
Status check_sqlite(const Path& file);

}  // namespace bookreco
