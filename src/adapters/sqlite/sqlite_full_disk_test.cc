#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_stores.h"
#include "adapters/sqlite/test_books.h"

namespace bookreco {
namespace {

constexpr int kPerBatch = 100;

/// No file of this process may grow beyond: what a write then meets (EFBIG) is handled as a full
/// disk is (ENOSPC).
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_{};
};

/// Loads until a batch fails; answers how many batches were stored.
int load_until_full(Stores& stores, int first_batch) {
  for (int batch = first_batch; batch < 1'000; ++batch) {
    const auto outcome = stores.books().upsert(numbered_books(batch * kPerBatch, kPerBatch));
    if (!outcome) {
      EXPECT_EQ(outcome.error().code, Code::kResourceExhausted) << outcome.error().message;
      EXPECT_THAT(outcome.error().message, testing::HasSubstr("free some space"));
      return batch;
    }
  }
  ADD_FAILURE() << "the limit was never met";
  return 0;
}

void expect_whole(Stores& stores, int batches) {
  EXPECT_EQ(*stores.books().count(), batches * kPerBatch);
  EXPECT_EQ(*stores.books().last_change(), batches * kPerBatch);
  EXPECT_EQ(stores.outbox().after(0, 10'000)->size(), static_cast<std::size_t>(batches));
  EXPECT_EQ(stores.books().facets(FacetKind::kAuthor, "", 0, 1)->total, batches * kPerBatch);
  EXPECT_EQ(stores.books().facets(FacetKind::kLabel, "shared", 0, 1)->facets[0].books,
            batches * kPerBatch);
}

TEST(SqliteFullDisk, a_failed_batch_leaves_nothing_and_the_store_works_after) {
  const TemporaryFolder folder;
  const Path file = folder.path() / "stores.db";
  const auto stores = *open_sqlite_stores(file, {}, system_clock());
  int batches = 0;
  {
    const FileSizeLimit limit(3 << 20);
    batches = load_until_full(*stores, 0);
    EXPECT_GT(batches, 2);
    EXPECT_EQ(stores->books().upsert(numbered_books(batches * kPerBatch, kPerBatch)).error().code,
              Code::kResourceExhausted);
    expect_whole(*stores, batches);
  }
  for (int more = 0; more < 3; ++more) {
    const auto outcome = stores->books().upsert(numbered_books(batches * kPerBatch, kPerBatch));
    ASSERT_TRUE(outcome) << outcome.error().message;
    ++batches;
  }
  expect_whole(*stores, batches);
  EXPECT_TRUE(check_sqlite(file));
}

TEST(SqliteFullDisk, a_limit_of_ones_own_is_met_the_same_way) {
  const TemporaryFolder folder;
  const Path file = folder.path() / "stores.db";
  SqliteOptions options;
  options.max_bytes = 2 << 20;
  int batches = 0;
  {
    const auto stores = *open_sqlite_stores(file, options, system_clock());
    batches = load_until_full(*stores, 0);
    expect_whole(*stores, batches);
  }
  const auto stores = *open_sqlite_stores(file, {}, system_clock());
  expect_whole(*stores, batches);
  EXPECT_TRUE(stores->books().upsert(numbered_books(batches * kPerBatch, kPerBatch)));
  expect_whole(*stores, batches + 1);
}

}  // namespace
}  // namespace bookreco
