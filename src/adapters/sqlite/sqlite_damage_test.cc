#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_stores.h"
#include "adapters/sqlite/test_books.h"
#include "base/random.h"

namespace bookreco {
namespace {

using testing::HasSubstr;

class SqliteFile : public testing::Test {
 protected:
  Error open_error() {
    const auto stores = open_sqlite_stores(file_, {}, system_clock());
    return stores ? Error{Code::kUnknown, "opened"} : stores.error();
  }
  void fill(int books) {
    const auto stores = *open_sqlite_stores(file_, {}, system_clock());
    ASSERT_TRUE(stores->books().upsert(numbered_books(0, books)));
  }
  void run(const std::string& sql) {
    const auto session = *SqliteSession::open(file_, {}, SqliteSession::Use::kWrite);
    const Status status = session->run_script(sql);
    ASSERT_TRUE(status) << status.error().message;
  }
  void overwrite(std::streamoff offset, const std::string& bytes) {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file << bytes;
  }

  TemporaryFolder folder_;
  Path file_ = folder_.path() / "stores.db";
};

TEST_F(SqliteFile, of_other_content_is_not_opened) {
  ASSERT_TRUE(write_file(file_, std::string(8192, 'x')));
  const Error error = open_error();
  EXPECT_EQ(error.code, Code::kDataLoss);
  EXPECT_THAT(error.message, HasSubstr("stores.db"));
  EXPECT_THAT(error.message, HasSubstr("restore a copy"));
  EXPECT_EQ(*read_file(file_), std::string(8192, 'x'));
}

TEST_F(SqliteFile, of_another_program_is_left_alone) {
  run("CREATE TABLE notes (text TEXT)");
  const std::string before = *read_file(file_);
  const Error error = open_error();
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_THAT(error.message, HasSubstr("another program"));
  EXPECT_EQ(*read_file(file_), before);
}

TEST_F(SqliteFile, of_a_newer_program_is_left_alone) {
  fill(1);
  run("INSERT INTO schema_migrations VALUES (99, 'later', 'x', 0)");
  const Error error = open_error();
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_THAT(error.message,
              HasSubstr("newer bookreco: its schema is 99, this program knows up to 3"));
}

TEST_F(SqliteFile, of_another_build_is_left_alone) {
  fill(1);
  run("UPDATE schema_migrations SET checksum = 'x'");
  EXPECT_EQ(open_error().code, Code::kFailedPrecondition);
}

TEST_F(SqliteFile, without_folder_or_permission_says_so) {
  EXPECT_EQ(open_sqlite_stores(folder_.path() / "none" / "x.db", {}, system_clock()).error().code,
            Code::kNotFound);
  EXPECT_FALSE(open_sqlite_stores(folder_.path(), {}, system_clock()));
  if (::geteuid() != 0) {  // the superuser may write anywhere
    fill(1);
    std::filesystem::permissions(file_, std::filesystem::perms::owner_read);
    EXPECT_EQ(open_error().code, Code::kPermissionDenied);
  }
}

TEST_F(SqliteFile, damaged_at_its_head_is_told_at_opening) {
  fill(100);
  overwrite(100, std::string(200, '\xFF'));
  const Error error = open_error();
  EXPECT_EQ(error.code, Code::kDataLoss) << error.message;
}

TEST_F(SqliteFile, damaged_anywhere_never_crashes_the_reader) {
  fill(2'000);
  const std::string sound = *read_file(file_);
  const auto size = sound.size();
  constexpr std::uint64_t kPage = 8192;
  Random random(20240229);
  int told = 0;
  for (int round = 0; round < 30; ++round) {
    ASSERT_TRUE(write_file(file_, sound));
    for (int hits = 0; hits < 40; ++hits) {
      // Page headers, where damage hurts most.
      const std::uint64_t page = kPage * (1 + random.below(size / kPage - 1));
      std::string noise;
      for (int i = 0; i < 16; ++i) {
        noise += static_cast<char>(random.below(256));
      }
      overwrite(static_cast<std::streamoff>(page), noise);
    }
    const auto stores = open_sqlite_stores(file_, {}, system_clock());
    if (!stores) {
      EXPECT_EQ(stores.error().code, Code::kDataLoss) << stores.error().message;
      ++told;
      continue;
    }
    const Status scanned = (*stores)->books().changes_since(0, [](BookChange&&) { return true; });
    if (!scanned) {
      EXPECT_EQ(scanned.error().code, Code::kDataLoss) << scanned.error().message;
      ++told;
    }
    BookQuery query;
    query.sort = BookSort::kTitle;
    query.offset = 1'900;
    static_cast<void>((*stores)->books().query(query));
    static_cast<void>((*stores)->books().facets(FacetKind::kAuthor, "", 0, 1'000));
    static_cast<void>((*stores)->books().upsert(numbered_books(1'990, 20)));
  }
  EXPECT_GT(told, 20);
}

TEST_F(SqliteFile, cut_short_is_told) {
  fill(2'000);
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  const auto stores = open_sqlite_stores(file_, {}, system_clock());
  const Status status = stores
                            ? (*stores)->books().changes_since(0, [](BookChange&&) { return true; })
                            : Status(std::unexpected(stores.error()));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kDataLoss) << status.error().message;
  EXPECT_FALSE(check_sqlite(file_));
}

TEST_F(SqliteFile, is_migrated_all_or_nothing) {
  const auto session = *SqliteSession::open(file_, {}, SqliteSession::Use::kWrite);
  const Migration good{1, "good", "CREATE TABLE a (x INTEGER) STRICT;"};
  const Migration next{
      2, "next", "ALTER TABLE a ADD COLUMN y TEXT; INSERT INTO a VALUES (1, 'b');"};
  const Migration bad{
      2, "bad", "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT;"};
  const Clock& clock = system_clock();
  ASSERT_TRUE(migrate(*session, std::vector{good}, clock));
  EXPECT_FALSE(migrate(*session, std::vector{good, bad}, clock));
  EXPECT_FALSE(session->run("SELECT * FROM b"));
  ASSERT_TRUE(migrate(*session, std::vector{good, next}, clock));
  ASSERT_TRUE(migrate(*session, std::vector{good, next}, clock));
  EXPECT_TRUE(session->run("SELECT y FROM a"));
  EXPECT_EQ(migrate(*session, std::vector{good}, clock).error().code, Code::kFailedPrecondition);
  EXPECT_EQ(migrate(*session, std::vector{next, good}, clock).error().code,
            Code::kFailedPrecondition);
}

}  // namespace
}  // namespace bookreco
