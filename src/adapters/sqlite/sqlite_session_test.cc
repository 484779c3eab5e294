#include "adapters/sqlite/sqlite_session.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/sqlite_database.h"

namespace bookreco {
namespace {

using testing::ElementsAre;

class SqliteSessionTest : public testing::Test {
 protected:
  std::vector<std::string> rows(std::string_view sql,
                                std::initializer_list<SqlValue> parameters = {}) {
    std::vector<std::string> lines;
    const auto run = session_->run(sql, parameters, [&](const SqlRow& row) {
      lines.push_back(row.is_null(0) ? "NULL" : std::string(row.text(0)));
      return true;
    });
    return run ? lines : std::vector{run.error().message};
  }

  TemporaryFolder folder_;
  Path file_ = folder_.path() / "x.db";
  std::unique_ptr<SqliteSession> session_ =
      *SqliteSession::open(file_, {}, SqliteSession::Use::kWrite);
};

TEST_F(SqliteSessionTest, parameters_are_bound_by_number_whatever_their_order) {
  EXPECT_THAT(rows("SELECT $2 || $1 || $2", {"a", "b"}), ElementsAre("bab"));
  EXPECT_THAT(rows("SELECT $11", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "x"}), ElementsAre("x"));
  EXPECT_THAT(rows("SELECT $1", {SqlValue()}), ElementsAre("NULL"));
  EXPECT_THAT(rows("SELECT typeof($1) || length($1)", {""}), ElementsAre("text0"));
  EXPECT_THAT(rows("SELECT typeof($1) || length($1)", {std::span<const std::byte>()}),
              ElementsAre("blob0"));
}

TEST_F(SqliteSessionTest, lists_are_subqueries) {
  EXPECT_THAT(rows("SELECT 'found' WHERE $1 IN (" + session_->list(2) + ")", {"b", R"(["a","b"])"}),
              ElementsAre("found"));
}

TEST_F(SqliteSessionTest, counts_the_rows_it_changes) {
  ASSERT_TRUE(session_->run_script("CREATE TABLE t (x INTEGER PRIMARY KEY, y TEXT) STRICT"));
  EXPECT_EQ(*session_->run("INSERT INTO t VALUES (1, 'a'), (2, 'b')"), 2);
  EXPECT_EQ(*session_->run("INSERT INTO t VALUES (1, 'a') ON CONFLICT DO NOTHING"), 0);
  EXPECT_EQ(*session_->run("UPDATE t SET y = 'c'"), 2);
}

TEST_F(SqliteSessionTest, many_different_statements_stay_bounded_and_right) {
  for (int i = 0; i < 500; ++i) {
    ASSERT_THAT(rows(fmt::format("SELECT {} + $1", i), {1}), ElementsAre(std::to_string(i + 1)));
  }
  EXPECT_THAT(rows("SELECT 0 + $1", {5}), ElementsAre("5"));
}

TEST_F(SqliteSessionTest, constraints_have_codes) {
  ASSERT_TRUE(
      session_->run_script("CREATE TABLE t (x TEXT NOT NULL UNIQUE CHECK (x <> 'bad')) STRICT;"
                           "CREATE TABLE u (x TEXT REFERENCES t (x)) STRICT"));
  ASSERT_TRUE(session_->run("INSERT INTO t VALUES ('a')"));
  const auto code = [&](std::string_view sql) { return session_->run(sql).error().code; };
  EXPECT_EQ(code("INSERT INTO t VALUES ('a')"), Code::kAlreadyExists);
  EXPECT_EQ(code("INSERT INTO t VALUES ('bad')"), Code::kInvalidArgument);
  EXPECT_EQ(code("INSERT INTO t VALUES (NULL)"), Code::kInvalidArgument);
  EXPECT_EQ(code("INSERT INTO u VALUES ('none')"), Code::kInvalidArgument);
  EXPECT_EQ(code("SELEC 1"), Code::kInternal);
}

TEST_F(SqliteSessionTest, a_read_connection_does_not_write) {
  ASSERT_TRUE(session_->run_script("CREATE TABLE t (x INTEGER)"));
  const auto reader = *SqliteSession::open(file_, {}, SqliteSession::Use::kRead);
  EXPECT_EQ(reader->run("INSERT INTO t VALUES (1)").error().code, Code::kPermissionDenied);
}

TEST_F(SqliteSessionTest, a_writer_waits_its_time_and_no_longer) {
  SqliteOptions options;
  options.busy_timeout = std::chrono::milliseconds(50);
  const auto database = *SqliteDatabase::open(folder_.path() / "y.db", options, system_clock());
  const auto other = *SqliteDatabase::open(folder_.path() / "y.db", options, system_clock());
  const auto nothing = [](SqlSession&) { return Status(); };
  ASSERT_TRUE(database->write([&](SqlSession&) {
    const Stopwatch watch;
    EXPECT_EQ(other->write(nothing).error().code, Code::kUnavailable);
    EXPECT_GE(watch.seconds(), 0.05);
    EXPECT_LT(watch.seconds(), 5);
    EXPECT_TRUE(other->read(nothing));
    return Status();
  }));
  EXPECT_TRUE(other->write(nothing));
}

TEST_F(SqliteSessionTest, what_fails_is_undone_and_said_so) {
  const auto database = *SqliteDatabase::open(folder_.path() / "y.db", {}, system_clock());
  int undone = 0;
  const auto fails = [](SqlSession& session) -> Status {
    EXPECT_TRUE(session.run("INSERT INTO readers (id) VALUES ('r')"));
    return fail(Code::kAborted, "enough");
  };
  EXPECT_EQ(database->write(fails, [&] { ++undone; }).error().code, Code::kAborted);
  EXPECT_EQ(undone, 1);
  EXPECT_TRUE(database->read([](SqlSession& session) {
    EXPECT_TRUE(session.run("SELECT 1 FROM readers", {}, [](const SqlRow&) {
      ADD_FAILURE() << "a row is left";
      return false;
    }));
    return Status();
  }));
}

}  // namespace
}  // namespace bookreco
