#include "adapters/sqlite/query_indexes.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_stores.h"
#include "adapters/sqlite/test_books.h"

namespace bookreco {
namespace {

class QueryIndexes : public testing::Test {
 protected:
  std::unique_ptr<Stores> open() { return *open_sqlite_stores(file_, {}, system_clock()); }

  /// The text of every index, as the database holds it.
  std::set<std::string> indexes() {
    const auto session = *SqliteSession::open(file_, {}, SqliteSession::Use::kRead);
    std::set<std::string> texts;
    EXPECT_TRUE(session->run("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql <> ''",
                             {},
                             [&](const SqlRow& row) {
                               texts.emplace(row.text(0));
                               return true;
                             }));
    return texts;
  }

  static std::int64_t titled(Stores& stores, const std::string& title) {
    BookQuery query;
    query.title = title;
    return stores.books().query(query)->total;
  }

  const TemporaryFolder folder_;
  const Path file_ = folder_.path() / "stores.db";
};

TEST_F(QueryIndexes, are_put_off_by_a_load_and_made_as_they_were) {
  const auto stores = open();
  const auto whole = indexes();
  ASSERT_TRUE(stores->books().begin_load(10'000));
  EXPECT_EQ(indexes().size(), whole.size() - 5);
  ASSERT_TRUE(stores->books().upsert(numbered_books(0, 500)));
  EXPECT_EQ(titled(*stores, "Title 77"), 1);
  EXPECT_EQ(stores->books().facets(FacetKind::kLabel, "", 0, 1)->facets.at(0).books, 500);
  EXPECT_EQ(indexes().size(), whole.size() - 5);
  ASSERT_TRUE(stores->books().end_load());
  EXPECT_EQ(indexes(), whole);
  EXPECT_EQ(titled(*stores, "Title 77"), 1);
  EXPECT_TRUE(check_sqlite(file_));
}

TEST_F(QueryIndexes, stay_when_the_load_is_small_beside_the_store) {
  const auto stores = open();
  const auto whole = indexes();
  ASSERT_TRUE(stores->books().begin_load(100));
  EXPECT_EQ(indexes(), whole);
  ASSERT_TRUE(stores->books().upsert(numbered_books(0, 3'000)));
  ASSERT_TRUE(stores->books().begin_load(11'000));
  EXPECT_EQ(indexes(), whole);
  EXPECT_TRUE(stores->books().end_load());
}

TEST_F(QueryIndexes, are_made_by_the_next_opening_when_the_load_died_and_not_while_it_lives) {
  auto stores = open();
  const auto whole = indexes();
  ASSERT_TRUE(stores->books().begin_load(10'000));
  ASSERT_TRUE(stores->books().upsert(numbered_books(0, 10)));
  const auto other = open();
  EXPECT_NE(indexes(), whole);
  ASSERT_TRUE(other->books().begin_load(10'000));  // two loads at once: the first decides
  ASSERT_TRUE(other->books().end_load());
  EXPECT_NE(indexes(), whole);
  stores.reset();
  stores = open();
  EXPECT_EQ(indexes(), whole);
  EXPECT_EQ(*stores->books().count(), 10);
  EXPECT_TRUE(check_sqlite(file_));
}

}  // namespace
}  // namespace bookreco
