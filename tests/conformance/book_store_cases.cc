#include "conformance/stores_factory.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CONFORMANCE_SUITE(BookStoreCases);

using enum UpsertOutcome;

std::vector<std::string> changes(BookStore& books, std::int64_t since) {
  std::vector<std::string> lines;
  EXPECT_TRUE(books.changes_since(since, [&](BookChange&& change) {
    lines.push_back(
        fmt::format("{} {}{}", change.change, change.book.id, change.deleted ? " deleted" : ""));
    return true;
  }));
  return lines;
}

TEST_P(BookStoreCases, keep_every_field) {
  std::vector<Book> books{whole_book(1), bare_book("bare")};
  Book odd = bare_book("odd");
  odd.published_on = PartialDate{-750, 0, 0};
  odd.page_count = 0;
  odd.weight_kg = 1e-300;
  odd.authors = {"A \"quoted\" \\ name", "名前", "a\tb\nc", "😀"};
  odd.title = "";
  books.push_back(odd);
  EXPECT_THAT(*stores_->books().upsert(books), ElementsAre(kLoaded, kLoaded, kLoaded));
  const std::vector<std::string> ids{"odd", "unknown", books[0].id, "bare", "odd"};
  const auto got = *stores_->books().get(ids);
  EXPECT_THAT(got, ElementsAre(odd, std::nullopt, books[0], books[1], odd));
}

TEST_P(BookStoreCases, partial_dates_come_back_as_they_were) {
  std::vector<Book> books;
  for (const PartialDate date : {PartialDate{2019, 0, 0},
                                 {2019, 5, 0},
                                 {2019, 5, 7},
                                 {-1, 12, 31},
                                 {-9999, 0, 0},
                                 {0, 1, 1}}) {
    books.push_back(bare_book(fmt::format("d{}", books.size())));
    books.back().published_on = date;
  }
  ASSERT_TRUE(stores_->books().upsert(books));
  for (const Book& book : books) {
    EXPECT_EQ((*stores_->books().get(std::vector{book.id}))[0], book);
  }
}

TEST_P(BookStoreCases, tell_loaded_updated_and_unchanged_apart) {
  std::vector<Book> books{whole_book(1), whole_book(2)};
  ASSERT_TRUE(stores_->books().upsert(books));
  books[1].title = "Another";
  books.push_back(whole_book(3));
  EXPECT_THAT(*stores_->books().upsert(books), ElementsAre(kUnchanged, kUpdated, kLoaded));
  EXPECT_THAT(*stores_->books().upsert(books), ElementsAre(kUnchanged, kUnchanged, kUnchanged));
  EXPECT_EQ(*stores_->books().count(), 3);
  EXPECT_THAT(*stores_->books().upsert({}), IsEmpty());
}

TEST_P(BookStoreCases, take_the_same_id_twice_in_a_batch_in_order) {
  Book first = whole_book(1);
  Book second = first;
  second.labels = {"Essai"};
  EXPECT_THAT(*stores_->books().upsert(std::vector{first, second, second, first}),
              ElementsAre(kLoaded, kUpdated, kUnchanged, kUpdated));
  EXPECT_EQ((*stores_->books().get(std::vector{first.id}))[0], first);
  EXPECT_EQ(*stores_->books().count(), 1);
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "essai", 0, 10)->total, 0);
}

TEST_P(BookStoreCases, answer_the_same_while_a_load_goes_on) {
  for (const bool ended : {false, true}) {
    ASSERT_TRUE(stores_->books().begin_load(1'000'000));
    const std::vector<Book> books{whole_book(ended ? 4 : 2), whole_book(ended ? 5 : 3)};
    EXPECT_THAT(*stores_->books().upsert(books), ElementsAre(kLoaded, kLoaded));
    EXPECT_THAT(*stores_->books().upsert(books), ElementsAre(kUnchanged, kUnchanged));
    BookQuery query;
    query.work_id = books[0].work_id;
    query.sort = BookSort::kTitle;
    EXPECT_EQ(stores_->books().query(query)->books.at(0), books[0]);
    EXPECT_EQ(stores_->books().facets(FacetKind::kCollection, "", 0, 9)->facets.at(0).books,
              ended ? 4 : 2);
    ASSERT_TRUE(stores_->books().end_load());
    EXPECT_EQ(stores_->books().query(query)->books.at(0), books[0]);
  }
  ASSERT_TRUE(stores_->books().end_load());
  EXPECT_EQ(*stores_->books().last_change(), 4);
}

TEST_P(BookStoreCases, number_changes_without_gaps_or_repeats) {
  EXPECT_EQ(*stores_->books().last_change(), 0);
  ASSERT_TRUE(stores_->books().upsert(std::vector{bare_book("a"), bare_book("b"), bare_book("c")}));
  Book changed = bare_book("a");
  changed.title = "New";
  ASSERT_TRUE(stores_->books().upsert(std::vector{changed, bare_book("b")}));
  EXPECT_EQ(*stores_->books().remove(std::vector<std::string>{"b", "unknown", "b"}), 1);
  EXPECT_THAT(changes(stores_->books(), 0), ElementsAre("3 c", "4 a", "5 b deleted"));
  EXPECT_THAT(changes(stores_->books(), 4), ElementsAre("5 b deleted"));
  EXPECT_THAT(changes(stores_->books(), 5), IsEmpty());
  EXPECT_EQ(*stores_->books().last_change(), 5);
}

TEST_P(BookStoreCases, stop_streaming_when_told) {
  ASSERT_TRUE(stores_->books().upsert(std::vector{bare_book("a"), bare_book("b"), bare_book("c")}));
  int visits = 0;
  ASSERT_TRUE(stores_->books().changes_since(0, [&](BookChange&&) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2);
}

TEST_P(BookStoreCases, a_visitor_may_read) {
  ASSERT_TRUE(stores_->books().upsert(std::vector{whole_book(1), whole_book(2)}));
  ASSERT_TRUE(stores_->books().changes_since(0, [&](BookChange&& change) {
    EXPECT_EQ((*stores_->books().get(std::vector{change.book.id}))[0], change.book);
    EXPECT_TRUE(stores_->books().changes_since(0, [](BookChange&&) { return true; }));
    return true;
  }));
}

TEST_P(BookStoreCases, forget_a_deleted_book_but_for_its_id) {
  const Book book = whole_book(1);
  ASSERT_TRUE(stores_->books().upsert(std::vector{book}));
  ASSERT_EQ(*stores_->books().remove(std::vector{book.id}), 1);
  EXPECT_EQ((*stores_->books().get(std::vector{book.id}))[0], std::nullopt);
  EXPECT_EQ(*stores_->books().count(), 0);
  EXPECT_EQ(stores_->books().query({})->total, 0);
  EXPECT_EQ(stores_->books().facets(FacetKind::kAuthor, "", 0, 10)->total, 0);
  Book left;
  ASSERT_TRUE(stores_->books().changes_since(0, [&](BookChange&& change) {
    left = change.book;
    return true;
  }));
  Book nothing;
  nothing.id = book.id;
  EXPECT_EQ(left, nothing);
  EXPECT_THAT(*stores_->books().upsert(std::vector{book}), ElementsAre(kLoaded));
  EXPECT_EQ(stores_->books().facets(FacetKind::kAuthor, "albert", 0, 10)->facets[0].books, 1);
}

TEST_P(BookStoreCases, find_a_book_by_ean_or_isbn) {
  Book other = bare_book("b0123456789abcdef");
  other.ean = "3012345678901";
  other.isbn13 = "9780000099999";
  const Book usual = whole_book(1);
  ASSERT_TRUE(stores_->books().upsert(std::vector{other, usual}));
  const std::vector<std::string> ids{other.ean, other.isbn13, usual.ean};
  EXPECT_THAT(*stores_->books().get(ids), ElementsAre(other, other, usual));
}

TEST_P(BookStoreCases, write_one_event_for_a_batch) {
  ASSERT_TRUE(stores_->books().upsert(std::vector{bare_book("a"), bare_book("b")}));
  ASSERT_TRUE(stores_->books().upsert(std::vector{bare_book("a"), bare_book("b")}));
  ASSERT_TRUE(stores_->books().remove(std::vector<std::string>{"a", "unknown"}));
  ASSERT_TRUE(stores_->books().remove(std::vector<std::string>{"a"}));
  const auto written = events();
  ASSERT_EQ(written.size(), 2);
  EXPECT_EQ(written[0].type, "book.upserted");
  EXPECT_EQ(written[0].data, R"({"count":2,"first_change":1,"last_change":2})");
  EXPECT_EQ(written[0].at, clock_.time);
  EXPECT_EQ(written[0].id.size(), 32);
  EXPECT_EQ(written[1].type, "book.deleted");
  EXPECT_EQ(written[1].data, R"({"count":1,"first_change":3,"last_change":3})");
  EXPECT_NE(written[0].id, written[1].id);
}

TEST_P(BookStoreCases, refuse_a_batch_with_text_that_cannot_be_stored) {
  const std::string nul("a\0b", 3);
  const std::string bad = "a\xC3(";
  const auto refused = [&](auto&& spoil, std::string_view field) {
    Book book = whole_book(2);
    spoil(book);
    const auto result = stores_->books().upsert(std::vector{whole_book(1), book});
    EXPECT_EQ(code_of(result), "invalid_argument");
    EXPECT_THAT(result.error().message, HasSubstr(field));
  };
  refused([&](Book& book) { book.title = nul; }, "title");
  refused([&](Book& book) { book.description = bad; }, "description");
  refused([&](Book& book) { book.labels.push_back(nul); }, "label");
  refused([&](Book& book) { book.id = nul; }, "id");
  refused([&](Book& book) { book.id = ""; }, "id");
  EXPECT_EQ(*stores_->books().count(), 0);
  EXPECT_EQ(*stores_->books().last_change(), 0);
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ((*stores_->books().get(std::vector{nul}))[0], std::nullopt);
  EXPECT_EQ(*stores_->books().remove(std::vector{nul, bad}), 0);
}

TEST_P(BookStoreCases, take_sql_for_text) {
  std::vector<Book> books;
  for (const std::string text :
       {"'; DROP TABLE books; --", "\" OR 1=1 --", "$1", "?1", "%", "_", "\\", "[]", "null"}) {
    Book book = bare_book(text);
    book.title = text;
    book.authors = {text};
    book.labels = {text};
    books.push_back(book);
  }
  ASSERT_TRUE(stores_->books().upsert(books));
  for (const Book& book : books) {
    EXPECT_EQ((*stores_->books().get(std::vector{book.id}))[0], book);
  }
  BookQuery query;
  query.cover_url = "' OR '1'='1";
  query.filter.exclude_ids = {"') OR 1=1 --"};
  EXPECT_EQ(stores_->books().query(query)->total, 0);
  EXPECT_EQ(*stores_->books().count(), static_cast<std::int64_t>(books.size()));
  EXPECT_TRUE(stores_->books().facets(FacetKind::kAuthor, "' OR 1=1", 0, 10));
}

TEST_P(BookStoreCases, hold_a_large_batch_and_a_long_text) {
  std::vector<Book> books;
  for (int i = 0; i < 5000; ++i) {
    books.push_back(whole_book(i));
  }
  books[0].description.assign(3 << 20, 'x');
  ASSERT_TRUE(stores_->books().upsert(books));
  EXPECT_EQ(*stores_->books().count(), 5000);
  EXPECT_EQ((*stores_->books().get(std::vector{books[0].id}))[0], books[0]);
  std::vector<std::string> ids;
  for (const Book& book : books) {
    ids.push_back(book.id);
  }
  EXPECT_EQ((*stores_->books().get(ids)).back(), books.back());
  EXPECT_EQ(*stores_->books().remove(ids), 5000);
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "", 0, 10)->total, 0);
}

}  // namespace
}  // namespace bookreco
