#include "conformance/stores_factory.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Four books that differ in what queries ask for.
class BookQueryCases : public StoresTest {
 protected:
  BookQueryCases() {
    Book a = bare_book("a");
    a.title = "Éloge de l'ombre";
    a.authors = {"Jun'ichirō Tanizaki"};
    a.labels = {"Essai", "Japon"};
    a.language = "fr";
    a.published_on = PartialDate{1933, 0, 0};
    a.page_count = 90;
    a.description = "La beauté de l'ŒUVRE ancienne";
    a.weight_kg = 0.1;
    Book b = bare_book("b");
    b.title = "eloge de l ombre";
    b.authors = {"JUNICHIRO TANIZAKI", "Jun'ichiro Tanizaki"};
    b.labels = {"essai"};
    b.language = "en";
    b.published_on = PartialDate{1933, 12, 25};
    b.page_count = 120;
    b.weight_kg = 0.2;
    b.ean = b.isbn13 = "9780000000019";
    Book c = bare_book("c");
    c.title = "Zazie dans le métro";
    c.authors = {"Raymond Queneau"};
    c.labels = {"Roman"};
    c.language = "fr";
    c.published_on = PartialDate{1959, 3, 0};
    c.page_count = 90;
    c.series = "Folio";
    c.series_number = 2;
    c.work_id = "w1";
    Book d = bare_book("d");
    d.title = "Antigone";
    d.labels = {"Théâtre", "Roman"};
    d.cover_url = "https://example.org/d.jpg";
    d.width_cm = d.height_cm = d.depth_cm = 10;
    EXPECT_TRUE(stores_->books().upsert(std::vector{d, b, a, c}));
  }

  std::vector<std::string> ids(const BookQuery& query) {
    const auto page = stores_->books().query(query);
    if (!page) {
      return {page.error().message};
    }
    std::vector<std::string> found;
    for (const Book& book : page->books) {
      found.push_back(book.id);
    }
    total_ = page->total;
    return found;
  }

  std::int64_t total_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, BookQueryCases, testing::ValuesIn(stores_factories()), name_of);

TEST_P(BookQueryCases, exclude_values) {
  EXPECT_THAT(ids({.filter = {.exclude_authors = {"raymond QUENEAU", "nobody"}}}),
              ElementsAre("a", "b", "d"));
  EXPECT_THAT(ids({.filter = {.exclude_labels = {"ESSAI"}}}), ElementsAre("c", "d"));
  EXPECT_EQ(total_, 2);
  EXPECT_THAT(ids({.filter = {.exclude_series = {"folio"}}}), ElementsAre("a", "b", "d"));
  EXPECT_THAT(ids({.filter = {.labels = {"Roman"}, .exclude_series = {"folio"}}}),
              ElementsAre("d"));
  EXPECT_THAT(ids({.filter = {.exclude_authors = {"nobody"}}}), ElementsAre("a", "b", "c", "d"));
}

TEST_P(BookQueryCases, filter_by_availability) {
  Book gone = bare_book("e");
  gone.available = false;
  Book there = bare_book("f");
  there.available = true;
  ASSERT_TRUE(stores_->books().upsert(std::vector{gone, there}));
  EXPECT_THAT(ids({}), ElementsAre("a", "b", "c", "d", "e", "f")) << "a list shows all";
  EXPECT_THAT(ids({.filter = {.available = Availability::kAny}}),
              ElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_THAT(ids({.filter = {.available = Availability::kAvailable}}),
              ElementsAre("a", "b", "c", "d", "f"))
      << "what nothing is known of too";
  EXPECT_THAT(ids({.filter = {.available = Availability::kUnavailable}}), ElementsAre("e"));
  EXPECT_EQ(total_, 1);
  ASSERT_TRUE(stores_->books().remove(std::vector<std::string>{"e"}));
  EXPECT_THAT(ids({.filter = {.available = Availability::kUnavailable}}), IsEmpty());
}

TEST_P(BookQueryCases, facets_match_folded_and_lists_by_or) {
  EXPECT_THAT(ids({.filter = {.labels = {"ESSAI"}}}), ElementsAre("a", "b"));
  EXPECT_THAT(ids({.filter = {.labels = {"japon", "theatre"}}}), ElementsAre("a", "d"));
  EXPECT_THAT(ids({.filter = {.labels = {"essai"}, .languages = {"FR"}}}), ElementsAre("a"));
  EXPECT_THAT(ids({.filter = {.authors = {"Jun'ichirô  Tanizaki"}}}), ElementsAre("a", "b"));
  EXPECT_THAT(ids({.filter = {.series = {"folio"}}}), ElementsAre("c"));
  EXPECT_THAT(ids({.filter = {.labels = {"essai"}, .series = {"folio"}}}), IsEmpty());
  EXPECT_THAT(ids({.filter = {.labels = {"no such label"}}}), IsEmpty());
  EXPECT_EQ(total_, 0);
}

TEST_P(BookQueryCases, fields_match_exactly) {
  EXPECT_THAT(ids({.title = "ÉLOGE DE L’OMBRE"}), ElementsAre("a", "b"));
  EXPECT_THAT(ids({.work_id = "w1"}), ElementsAre("c"));
  EXPECT_THAT(ids({.ean = "9780000000019"}), ElementsAre("b"));
  EXPECT_THAT(ids({.isbn13 = "9780000000019"}), ElementsAre("b"));
  EXPECT_THAT(ids({.isbn13 = "9780000000026"}), IsEmpty());
  EXPECT_THAT(ids({.cover_url = "https://example.org/d.jpg"}), ElementsAre("d"));
}

TEST_P(BookQueryCases, a_book_whose_id_is_its_ean_is_found_by_it) {
  ASSERT_TRUE(stores_->books().upsert(std::vector{whole_book(5)}));
  EXPECT_THAT(ids({.ean = whole_book(5).ean}), ElementsAre(whole_book(5).id));
  EXPECT_THAT(ids({.isbn13 = whole_book(5).ean}), ElementsAre(whole_book(5).id));
}

TEST_P(BookQueryCases, ranges_include_their_ends_and_pass_over_the_unknown) {
  EXPECT_THAT(ids({.filter = {.pages_min = 90, .pages_max = 90}}), ElementsAre("a", "c"));
  EXPECT_THAT(ids({.filter = {.pages_min = 91}}), ElementsAre("b"));
  EXPECT_THAT(ids({.weight_kg = {0.15, {}}}), ElementsAre("b"));
  EXPECT_THAT(ids({.width_cm = {10, 10}, .height_cm = {{}, 10}, .depth_cm = {10, {}}}),
              ElementsAre("d"));
  EXPECT_THAT(ids({.series_number = {2, 2}}), ElementsAre("c"));
  EXPECT_THAT(ids({.series_number = {3, 2}}), IsEmpty());
}

TEST_P(BookQueryCases, a_bare_year_is_the_whole_year) {
  EXPECT_THAT(ids({.filter = {.published_after = PartialDate{1933, 0, 0},
                              .published_before = PartialDate{1933, 0, 0}}}),
              ElementsAre("a", "b"));
  EXPECT_THAT(ids({.filter = {.published_before = PartialDate{1959, 3, 0}}}),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(ids({.filter = {.published_before = PartialDate{1959, 2, 0}}}),
              ElementsAre("a", "b"));
  EXPECT_THAT(ids({.filter = {.published_after = PartialDate{1933, 12, 26}}}), ElementsAre("c"));
}

TEST_P(BookQueryCases, descriptions_are_searched_folded) {
  EXPECT_THAT(ids({.description_contains = "beaute de l'oeuvre"}), ElementsAre("a"));
  EXPECT_THAT(ids({.filter = {.labels = {"roman"}}, .description_contains = "oeuvre"}), IsEmpty());
  EXPECT_EQ(total_, 0);
}

TEST_P(BookQueryCases, exclusions_are_left_out) {
  EXPECT_THAT(ids({.filter = {.exclude_ids = {"a", "c", "unknown"}}}), ElementsAre("b", "d"));
  EXPECT_EQ(total_, 2);
  Book other = bare_book("e");
  other.work_id = "w1";
  ASSERT_TRUE(stores_->books().upsert(std::vector{other}));
  EXPECT_THAT(ids({.filter = {.exclude_ids = {"c"}}}), ElementsAre("a", "b", "d"))
      << "in every edition";
}

TEST_P(BookQueryCases, orders_put_the_unknown_last_and_break_ties_by_id) {
  EXPECT_THAT(ids({}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids({.descending = true}), ElementsAre("d", "c", "b", "a"));
  EXPECT_THAT(ids({.sort = BookSort::kTitle}), ElementsAre("d", "a", "b", "c"));
  EXPECT_THAT(ids({.sort = BookSort::kTitle, .descending = true}), ElementsAre("c", "a", "b", "d"));
  EXPECT_THAT(ids({.sort = BookSort::kPublishedOn}), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids({.sort = BookSort::kPublishedOn, .descending = true}),
              ElementsAre("c", "b", "a", "d"));
  EXPECT_THAT(ids({.sort = BookSort::kPageCount}), ElementsAre("a", "c", "b", "d"));
  EXPECT_THAT(ids({.sort = BookSort::kPageCount, .descending = true}),
              ElementsAre("b", "a", "c", "d"));
  EXPECT_THAT(ids({.sort = BookSort::kChange, .descending = true}),
              ElementsAre("c", "a", "b", "d"));
}

TEST_P(BookQueryCases, pages_are_cut_and_counted_exactly) {
  EXPECT_THAT(ids({.offset = 1, .limit = 2}), ElementsAre("b", "c"));
  EXPECT_EQ(total_, 4);
  EXPECT_THAT(ids({.offset = 4}), IsEmpty());
  EXPECT_EQ(total_, 4);
  EXPECT_THAT(ids({.limit = 0}), IsEmpty());
  EXPECT_EQ(total_, 4);
  EXPECT_THAT(
      ids({.filter = {.languages = {"fr"}}, .sort = BookSort::kTitle, .offset = 1, .limit = 1}),
      ElementsAre("c"));
  EXPECT_EQ(total_, 2);
  EXPECT_EQ(code_of(stores_->books().query({.offset = -1})), "invalid_argument");
  EXPECT_EQ(code_of(stores_->books().query({.limit = -1})), "invalid_argument");
  EXPECT_THAT(ids({.offset = std::numeric_limits<std::int64_t>::max()}), IsEmpty());
}

TEST_P(BookQueryCases, all_orders_and_filters_agree_with_a_plain_scan) {
  std::vector<Book> books;
  for (int i = 0; i < 600; ++i) {
    Book book = bare_book(fmt::format("x{:03}", (i * 7919) % 600));
    book.labels = {fmt::format("L{}", i % 7), fmt::format("M{}", i % 3)};
    book.language = i % 2 == 0 ? "fr" : "en";
    book.page_count = 100 + i % 50;
    books.push_back(book);
  }
  ASSERT_TRUE(stores_->books().upsert(books));
  for (const BookSort sort : {BookSort::kId, BookSort::kPageCount, BookSort::kTitle}) {
    BookQuery query{.filter = {.labels = {"L3", "l5"}, .languages = {"fr"}, .pages_max = 130},
                    .sort = sort,
                    .limit = 1000};
    std::vector<std::string> expected;
    for (const Book& book : books) {
      const bool label = book.labels[0] == "L3" || book.labels[0] == "L5";
      if (label && book.language == "fr" && *book.page_count <= 130) {
        expected.push_back(book.id);
      }
    }
    const auto found = ids(query);
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected));
    EXPECT_EQ(total_, static_cast<std::int64_t>(expected.size()));
  }
}

TEST_P(BookQueryCases, facets_are_counted_most_books_first) {
  const auto labels = *stores_->books().facets(FacetKind::kLabel, "", 0, 10);
  std::vector<std::string> lines;
  for (const FacetCount& facet : labels.facets) {
    lines.push_back(fmt::format("{} {}", facet.books, facet.name));
  }
  // One spelling stands for all that fold alike: the first that was stored.
  EXPECT_THAT(lines, ElementsAre("2 Roman", "2 essai", "1 Japon", "1 Théâtre"));
  EXPECT_EQ(labels.total, 4);
  const auto second = *stores_->books().facets(FacetKind::kLabel, "", 1, 1);
  EXPECT_EQ(second.facets[0].name, "essai");
  EXPECT_EQ(second.total, 4);
  const auto prefixed = *stores_->books().facets(FacetKind::kLabel, "THÉ", 0, 10);
  EXPECT_EQ(prefixed.total, 1);
  EXPECT_EQ(prefixed.facets[0].name, "Théâtre");
  EXPECT_EQ(stores_->books().facets(FacetKind::kBinding, "", 0, 10)->total, 0);
  EXPECT_EQ(code_of(stores_->books().facets(FacetKind::kLabel, "", -1, 10)), "invalid_argument");
}

TEST_P(BookQueryCases, facets_follow_changes) {
  Book c = bare_book("c");
  c.labels = {"Essai", "ESSAI", "Poésie"};
  ASSERT_TRUE(stores_->books().upsert(std::vector{c}));
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "essai", 0, 10)->facets[0].books, 3);
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "roman", 0, 10)->facets[0].books, 1);
  EXPECT_EQ(stores_->books().facets(FacetKind::kSeries, "", 0, 10)->total, 0);
  EXPECT_THAT(ids({.filter = {.labels = {"poesie"}}}), ElementsAre("c"));
  ASSERT_TRUE(stores_->books().remove(std::vector<std::string>{"d"}));
  EXPECT_EQ(stores_->books().facets(FacetKind::kLabel, "roman", 0, 10)->total, 0);
  EXPECT_THAT(ids({.filter = {.labels = {"roman"}}}), IsEmpty());
}

}  // namespace
}  // namespace bookreco
