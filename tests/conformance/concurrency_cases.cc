#include <atomic>
#include <thread>

#include "conformance/stores_factory.h"

namespace bookreco {
namespace {

using namespace std::chrono_literals;

CONFORMANCE_SUITE(ConcurrencyCases);

TEST_P(ConcurrencyCases, two_writers_lose_nothing) {
  constexpr int kBatches = 40;
  constexpr int kPerBatch = 5;
  const auto other = open();
  const auto load = [](Stores& stores, int writer) {
    for (int batch = 0; batch < kBatches; ++batch) {
      std::vector<Book> books;
      for (int i = 0; i < kPerBatch; ++i) {
        Book book = whole_book((writer * kBatches + batch) * kPerBatch + i);
        book.labels = {"shared", fmt::format("of {}", writer)};
        books.push_back(book);
      }
      const auto outcome = stores.books().upsert(books);
      EXPECT_TRUE(outcome) << outcome.error().message;
    }
  };
  std::thread second([&] { load(*other, 1); });
  load(*stores_, 0);
  second.join();

  constexpr int kBooks = 2 * kBatches * kPerBatch;
  EXPECT_EQ(*stores_->books().count(), kBooks);
  EXPECT_EQ(*stores_->books().last_change(), kBooks);
  std::int64_t last = 0;
  int seen = 0;
  ASSERT_TRUE(stores_->books().changes_since(0, [&](BookChange&& change) {
    EXPECT_EQ(change.change, last + 1);
    last = change.change;
    ++seen;
    return true;
  }));
  EXPECT_EQ(seen, kBooks);
  EXPECT_EQ(events().size(), 2 * kBatches);
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "shared", 0, 10)->facets[0].books, kBooks);
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "of 1", 0, 10)->facets[0].books, kBooks / 2);
}

TEST_P(ConcurrencyCases, many_threads_share_one_bundle) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 6; ++reader) {
    readers.emplace_back([&] {
      while (!stop) {
        std::int64_t changes = 0;
        EXPECT_TRUE(stores_->books().changes_since(0, [&](BookChange&&) {
          ++changes;
          return true;
        }));
        EXPECT_EQ(changes % 4, 0) << "a batch was seen in part";
        EXPECT_TRUE(stores_->books().query({.filter = {.labels = {"roman"}}, .limit = 3}));
        EXPECT_TRUE(stores_->readers().history("r"));
      }
    });
  }
  for (int batch = 0; batch < 50; ++batch) {
    std::vector<Book> books;
    for (int i = 0; i < 4; ++i) {
      books.push_back(whole_book(batch * 4 + i));
    }
    EXPECT_TRUE(stores_->books().upsert(books));
  }
  stop = true;
  for (std::thread& reader : readers) {
    reader.join();
  }
  EXPECT_EQ(*stores_->books().count(), 200);
}

TEST_P(ConcurrencyCases, a_reader_does_not_wait_for_a_writer_nor_see_its_half) {
  ASSERT_TRUE(stores_->books().upsert(std::vector{whole_book(1), whole_book(2)}));
  const auto other = open();
  int visits = 0;
  ASSERT_TRUE(stores_->books().changes_since(0, [&](BookChange&&) {
    EXPECT_TRUE(other->books().upsert(std::vector{whole_book(10 + visits)}));
    ++visits;
    return true;
  }));
  EXPECT_EQ(visits, 2) << "a scan sees one state";
  EXPECT_EQ(*stores_->books().count(), 4);
}

TEST_P(ConcurrencyCases, changes_of_others_and_of_oneself_are_noticed) {
  const auto other = open();
  static_cast<void>(stores_->wait_for_change(0ms));
  EXPECT_FALSE(stores_->wait_for_change(20ms));
  ASSERT_TRUE(other->books().upsert(std::vector{whole_book(1)}));
  EXPECT_TRUE(stores_->wait_for_change(10s));
  EXPECT_FALSE(stores_->wait_for_change(20ms));
  ASSERT_TRUE(stores_->books().upsert(std::vector{whole_book(2)}));
  EXPECT_TRUE(stores_->wait_for_change(0ms));

  std::thread writer([&] {
    std::this_thread::sleep_for(30ms);
    EXPECT_TRUE(stores_->books().upsert(std::vector{whole_book(3)}));
  });
  EXPECT_TRUE(stores_->wait_for_change(10s));
  writer.join();
}

TEST_P(ConcurrencyCases, each_waiting_thread_is_told) {
  std::atomic<int> told = 0;
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] { told += stores_->wait_for_change(10s) ? 1 : 0; });
  }
  ASSERT_TRUE(stores_->books().upsert(std::vector{whole_book(1)}));
  for (std::thread& thread : waiting) {
    thread.join();
  }
  EXPECT_EQ(told, 3);
}

TEST_P(ConcurrencyCases, several_open_a_new_database_at_once) {
  const auto home = GetParam().make();
  std::vector<std::thread> openers;
  for (int i = 0; i < 6; ++i) {
    openers.emplace_back([&, i] {
      const auto stores = home->open(clock_);
      ASSERT_TRUE(stores) << stores.error().message;
      EXPECT_TRUE((*stores)->books().upsert(std::vector{whole_book(i)}));
    });
  }
  for (std::thread& opener : openers) {
    opener.join();
  }
  EXPECT_EQ(*(*home->open(clock_))->books().count(), 6);
}

TEST_P(ConcurrencyCases, what_was_written_is_there_after_opening_again) {
  ASSERT_TRUE(stores_->books().upsert(std::vector{whole_book(1)}));
  stores_.reset();
  stores_ = open();
  EXPECT_EQ((*stores_->books().get(std::vector{whole_book(1).id}))[0], whole_book(1));
  EXPECT_THAT(*stores_->books().upsert(std::vector{whole_book(1)}),
              testing::ElementsAre(UpsertOutcome::kUnchanged));
}

}  // namespace
}  // namespace bookreco
