#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sqlite/query_indexes.h"
#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_stores.h"
#include "adapters/sqlite/test_books.h"
#include "base/random.h"

namespace bookreco {
namespace {

constexpr int kPerBatch = 40;

std::unique_ptr<Stores> open(const Path& file) {
  auto stores = open_sqlite_stores(file, {}, system_clock());
  if (!stores) {
    ADD_FAILURE() << stores.error().message;
    std::abort();
  }
  return *std::move(stores);
}

/// Upserts batch after batch until it is killed; says each on `pipe` when it is committed.
[[noreturn]] void load(const Path& file, int first_batch, int pipe) {
  const auto stores = open(file);
  if (!stores->books().begin_load(1'000'000)) {
    ::_exit(1);
  }
  for (int batch = first_batch;; ++batch) {
    if (!stores->books().upsert(numbered_books(batch * kPerBatch, kPerBatch)) ||
        ::write(pipe, &batch, sizeof batch) != sizeof batch) {
      ::_exit(1);
    }
  }
}

/// Runs load() in a child for about `microseconds` after its first commit; answers the batches it
/// said were committed.
int load_and_kill(const Path& file, int first_batch, std::uint64_t microseconds) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    load(file, first_batch, ends[1]);
  }
  ::close(ends[1]);
  int batch = -1;
  int said = first_batch;
  if (::read(ends[0], &batch, sizeof batch) == sizeof batch) {
    said = batch + 1;
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
  }
  ::kill(child, SIGKILL);
  while (::read(ends[0], &batch, sizeof batch) == sizeof batch) {
    said = batch + 1;
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  return said;
}

/// Every batch is whole or absent, in rows, facets and events; answers how many are there.
int whole_batches(const Path& file) {
  EXPECT_TRUE(check_sqlite(file));
  const auto stores = open(file);
  EXPECT_TRUE(*query_indexes_are_whole(**SqliteSession::open(file, {}, SqliteSession::Use::kRead)));
  const auto books = static_cast<int>(*stores->books().count());
  EXPECT_EQ(books % kPerBatch, 0);
  EXPECT_EQ(*stores->books().last_change(), books);
  std::int64_t last = 0;
  EXPECT_TRUE(stores->books().changes_since(0, [&](BookChange&& change) {
    EXPECT_EQ(change.change, ++last);
    EXPECT_EQ(change.book, numbered_books(static_cast<int>(last) - 1, 1)[0]);
    return true;
  }));
  EXPECT_EQ(last, books);
  EXPECT_EQ(stores->outbox().after(0, 1'000'000)->size(),
            static_cast<std::size_t>(books / kPerBatch));
  EXPECT_EQ(stores->books().facets(FacetKind::kAuthor, "", 0, 1)->total, books);
  const auto labels = stores->books().facets(FacetKind::kLabel, "shared", 0, 1);
  EXPECT_EQ(labels->facets.empty() ? 0 : labels->facets[0].books, books);
  EXPECT_EQ(stores->books().query({})->total, books);
  return books / kPerBatch;
}

TEST(SqliteCrash, kill_9_during_load_loses_no_committed_batch_and_leaves_none_in_part) {
  const char* chosen = std::getenv("BOOKRECO_TEST_SEED");
  const std::uint64_t seed =
      chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : std::random_device()();
  fmt::print("BOOKRECO_TEST_SEED={}\n", seed);
  Random random(seed);
  const TemporaryFolder folder;
  const Path file = folder.path() / "stores.db";
  int batches = 0;
  for (int round = 0; round < 8; ++round) {
    const int said = load_and_kill(file, batches, random.below(60'000));
    batches = whole_batches(file);
    EXPECT_GE(batches, said) << "round " << round;
  }
  EXPECT_GT(batches, 8);
}

}  // namespace
}  // namespace bookreco
