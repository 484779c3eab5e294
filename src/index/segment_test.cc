#include "index/segment.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "domain/book_json.h"
#include "index/segment_test_rows.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TestRows shelf() {
  TestRows rows(4);
  Book stranger;
  stranger.id = "9782070360024";
  stranger.ean = "9782070360024";
  stranger.isbn13 = "9782070360024";
  stranger.work_id = "w1";
  stranger.title = "L'Étranger";
  stranger.authors = {"Albert Camus"};
  stranger.labels = {"Roman", "Littérature française"};
  stranger.collection = "Folio";
  stranger.publisher = "Gallimard";
  stranger.format = "Poche";
  stranger.language = "fr";
  stranger.page_count = 186;
  stranger.published_on = parse_iso_date("1971-12-01");
  rows.add(stranger, {1, 0, 0, 0}, 0, {"soleil", "meurtre"});
  Book plague = stranger;
  plague.id = "b-plague";
  plague.ean.clear();
  plague.isbn13 = "9782070360420";
  plague.work_id.clear();
  plague.title = "La Peste";
  plague.labels = {"roman"};
  plague.page_count.reset();
  plague.published_on = parse_iso_date("1972");
  rows.add(plague, {1, 1, 0, 0}, 0, {"peste", "soleil"});
  Book dune;
  dune.id = "b-dune";
  dune.work_id = "w3";
  dune.title = "Dune";
  dune.authors = {"Frank Herbert", "Brian Herbert"};
  dune.labels = {"Science-Fiction"};
  dune.series = "Le cycle de Dune";
  dune.series_number = 1;
  dune.language = "fr";
  dune.page_count = 900;
  rows.add(dune, {0, 0, 1, 0}, 2);
  Book blank;
  blank.id = "b-blank";
  blank.title = "???";
  blank.authors = {"???"};
  rows.add(blank, {0, 0, 0, 0}, 2);
  return rows;
}

std::vector<std::uint32_t> rows_of(const std::optional<RowSet>& set) {
  std::vector<std::uint32_t> rows;
  set->for_each([&](std::size_t row) { rows.push_back(static_cast<std::uint32_t>(row)); });
  return rows;
}

template <class Fill>
std::vector<std::uint32_t> passing(const Segment& segment, const Fill& fill) {
  BookFilter filter;
  fill(filter);
  return rows_of(segment.filter(filter));
}

class SegmentTest : public testing::Test {
 protected:
  TestRows rows_ = shelf();
  Segment segment_ = build_in_memory(rows_.all(), rows_.options());
};

TEST_F(SegmentTest, ShowsCards) {
  ASSERT_EQ(segment_.rows(), 4U);
  for (std::uint32_t row = 0; row < 4; ++row) {
    const Book& book = rows_.book(row);
    std::string card;
    append_card_json(card, book);
    EXPECT_EQ(segment_.card(row), card);
    EXPECT_EQ(segment_.id(row), book.id);
    EXPECT_EQ(segment_.title(row), book.title);
    EXPECT_EQ(segment_.work_id(row), book.work_id);
  }
  EXPECT_NE(segment_.work_key(0), segment_.work_key(1));
  EXPECT_EQ(segment_.cluster(2), 2U);
  EXPECT_THAT(segment_.clusters().rows_of(2), ElementsAre(2, 3));
  EXPECT_THAT(segment_.clusters().rows_of(1), IsEmpty());
  EXPECT_THAT(segment_.clusters().rows_of(99), IsEmpty());
  EXPECT_THAT(segment_.clusters().centre(2), ElementsAre(0, 0, 1, 0));
}

TEST(SegmentBuilderTest, TakesRowsInNoCluster) {
  TestRows rows = TestRows::random(3, 8, 1);
  std::vector<SegmentRow> batch = rows.all();
  batch[0].cluster = batch[2].cluster = kNoCluster;
  batch[1].cluster = 4;
  const Segment segment = build_in_memory(batch, rows.options());
  EXPECT_EQ(segment.cluster(0), kNoCluster);
  EXPECT_EQ(segment.cluster(1), 4U);
  EXPECT_EQ(segment.clusters().count(), 5U);
  EXPECT_THAT(segment.clusters().rows_of(4), ElementsAre(1));
  EXPECT_THAT(segment.clusters().rows_of(kNoCluster), IsEmpty());
  batch[1].cluster = kNoCluster;
  EXPECT_EQ(build_in_memory(batch, rows.options()).clusters().count(), 0U);
}

TEST_F(SegmentTest, FindsByIdAndCodes) {
  EXPECT_EQ(segment_.find("9782070360024"), 0U);
  EXPECT_EQ(segment_.find("b-plague"), 1U);
  EXPECT_EQ(segment_.find("9782070360420"), 1U);
  EXPECT_EQ(segment_.find("9782070360421"), std::nullopt);
  EXPECT_EQ(segment_.find(""), std::nullopt);
  EXPECT_EQ(segment_.find("0000000000000"), std::nullopt);
}

TEST_F(SegmentTest, ValuesAreFolded) {
  ASSERT_EQ(segment_.values(FacetKind::kLabel, 0).size(), 2U);
  EXPECT_EQ(segment_.values(FacetKind::kLabel, 1).size(), 1U);
  const auto roman = segment_.value_number(FacetKind::kLabel, "ROMAN");
  ASSERT_TRUE(roman);
  EXPECT_EQ(segment_.value_name(FacetKind::kLabel, *roman), "Roman");
  EXPECT_THAT(segment_.attributes().rows_with(column_of(FacetKind::kLabel), *roman),
              ElementsAre(0, 1));
  EXPECT_EQ(segment_.value_number(FacetKind::kLabel, "Rom"), std::nullopt);
  EXPECT_TRUE(segment_.value_number(FacetKind::kAuthor, "???"));
  ASSERT_EQ(segment_.terms(0).size(), 2U);
  EXPECT_EQ(segment_.term_name(segment_.terms(0)[0]), "meurtre");
  EXPECT_EQ(segment_.attributes().series_number(2), 1.0);
  EXPECT_EQ(segment_.attributes().series_number(0), std::nullopt);
  EXPECT_THAT(segment_.values(FacetKind::kSeries, 0), IsEmpty());
}

TEST_F(SegmentTest, Filters) {
  EXPECT_FALSE(segment_.filter({}));
  EXPECT_THAT(passing(segment_, [](auto& f) { f.authors = {"albert CAMUS"}; }), ElementsAre(0, 1));
  EXPECT_THAT(
      passing(segment_, [](auto& f) { f.labels = {"science fiction", "Littérature Française"}; }),
      ElementsAre(0, 2));
  EXPECT_THAT(passing(segment_,
                      [](auto& f) {
                        f.labels = {"roman"};
                        f.languages = {"fr"};
                        f.pages_min = 100;
                      }),
              ElementsAre(0));
  EXPECT_THAT(passing(segment_, [](auto& f) { f.labels = {"none such"}; }), IsEmpty());
  EXPECT_THAT(passing(segment_, [](auto& f) { f.pages_max = 899; }), ElementsAre(0));
  EXPECT_THAT(passing(segment_,
                      [](auto& f) {
                        f.pages_min = 186;
                        f.pages_max = 900;
                      }),
              ElementsAre(0, 2));
}

TEST_F(SegmentTest, ExcludedValuesDoNotPass) {
  EXPECT_THAT(passing(segment_, [](auto& f) { f.exclude_authors = {"albert CAMUS", "nobody"}; }),
              ElementsAre(2, 3));
  EXPECT_THAT(passing(segment_,
                      [](auto& f) {
                        f.authors = {"Albert Camus"};
                        f.exclude_labels = {"litterature francaise"};
                      }),
              ElementsAre(1));
  EXPECT_THAT(passing(segment_, [](auto& f) { f.exclude_series = {"le CYCLE de dune"}; }),
              testing::Not(testing::Contains(2)));
}

TEST_F(SegmentTest, KnowsTheEditionsOfAWorkAndWhatIsUnavailable) {
  EXPECT_EQ(segment_.attributes().unavailable().rows(), 0U) << "nothing is said";
  rows_.book(1).work_id = rows_.book(3).work_id = "one";
  rows_.book(1).available = true;
  rows_.book(2).available = false;
  const Segment segment = build_in_memory(rows_.all(), rows_.options());
  EXPECT_THAT(segment.editions(segment.work_key(1)), ElementsAre(1, 3));
  EXPECT_THAT(segment.editions(segment.work_key(2)), ElementsAre(2));
  EXPECT_THAT(segment.editions(12345), IsEmpty());
  EXPECT_TRUE(segment.has_editions(1) && segment.has_editions(3));
  EXPECT_FALSE(segment.has_editions(0) || segment.has_editions(2));
  EXPECT_FALSE(segment_.has_editions(0)) << "no work has";
  EXPECT_THAT(rows_of(segment.attributes().unavailable()), ElementsAre(2));
}

TEST_F(SegmentTest, FiltersByDateWithUnknownParts) {
  const auto date = [](const char* text) { return parse_iso_date(text); };
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_after = date("1971"); }),
              ElementsAre(0, 1));
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_after = date("1971-12-02"); }),
              ElementsAre(1));
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_before = date("1971"); }),
              ElementsAre(0));
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_before = date("1971-11"); }), IsEmpty());
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_before = date("1971-12"); }),
              ElementsAre(0));
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_before = date("1971-12-01"); }),
              ElementsAre(0));
  EXPECT_THAT(passing(segment_, [&](auto& f) { f.published_before = date("-0750"); }), IsEmpty());
}

TEST_F(SegmentTest, OrdersByTitle) {
  EXPECT_THAT(segment_.by_title(), ElementsAre(3, 2, 0, 1))
      << "folded: nothing, dune, l etranger, la peste";
}

TEST_F(SegmentTest, ABookWithoutWordsHasNoNeighbours) {
  EXPECT_EQ(segment_.neighbours(0).size(), 3U);
  EXPECT_EQ(segment_.neighbours(0)[0].row, 1U);
  EXPECT_THAT(segment_.neighbours(3), IsEmpty());
}

TEST(SegmentBuilderTest, NeighbourListsEqualTheExactIndex) {
  TestRows rows = TestRows::random(400, 24, 5);
  const Segment segment = build_in_memory(rows.all(), rows.options());
  for (std::uint32_t row = 0; row < segment.rows(); ++row) {
    RowSet others(segment.rows(), true);
    others.erase(row);
    const auto expected =
        segment.vectors().search(segment.vectors().vector(row), Metric::kCosine, 20, &others);
    const auto list = segment.neighbours(row);
    ASSERT_EQ(std::vector<Neighbour>(list.begin(), list.end()), expected) << row;
  }
}

TEST(SegmentBuilderTest, DuplicateVectorsKeepTheSmallerRows) {
  TestRows rows(3);
  for (int i = 0; i < 50; ++i) {
    Book book;
    book.id = fmt::format("b{:02}", i);
    book.title = "Same";
    rows.add(book, {1, 2, 3});
  }
  SegmentOptions options = rows.options();
  options.neighbours = 5;
  const Segment segment = build_in_memory(rows.all(), options);
  std::vector<std::uint32_t> found;
  for (const Neighbour& neighbour : segment.neighbours(2)) {
    found.push_back(neighbour.row);
  }
  EXPECT_THAT(found, ElementsAre(0, 1, 3, 4, 5));
}

TEST(SegmentBuilderTest, ListsAreLeftOutAboveTheLimit) {
  TestRows rows = TestRows::random(30, 8, 1);
  SegmentOptions options = rows.options();
  options.neighbours_up_to = 29;
  EXPECT_THAT(build_in_memory(rows.all(), options).neighbours(0), IsEmpty());
  options.neighbours_up_to = 30;
  options.neighbours = 0;
  EXPECT_THAT(build_in_memory(rows.all(), options).neighbours(0), IsEmpty());
}

TEST(SegmentBuilderTest, AFolderEqualsMemory) {
  TestRows rows = TestRows::random(300, 16, 9);
  const TemporaryFolder folder;
  auto builder = SegmentBuilder::to_folder(folder.path() / "new", rows.options());
  ASSERT_TRUE(builder);
  const auto all = rows.all();
  ASSERT_TRUE(builder->add_batch(std::span(all).first(100)));
  ASSERT_TRUE(builder->add_batch({}));
  ASSERT_TRUE(builder->add_batch(std::span(all).subspan(100)));
  std::set<std::string> steps;
  const auto built = builder->finish([&](const Progress& p) { steps.emplace(p.step); });
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_THAT(steps, UnorderedElementsAre("words", "vectors", "cards", "neighbours"));
  const auto opened = Segment::open(folder.path() / "new");
  ASSERT_TRUE(opened) << opened.error().message;
  const Segment memory = build_in_memory(all, rows.options());
  for (const Segment* segment : {&*built, &*opened}) {
    ASSERT_EQ(segment->rows(), memory.rows());
    for (std::uint32_t row = 0; row < memory.rows(); ++row) {
      ASSERT_EQ(segment->card(row), memory.card(row));
      ASSERT_EQ(segment->find(memory.id(row)), row);
      ASSERT_TRUE(std::ranges::equal(segment->neighbours(row), memory.neighbours(row)));
      ASSERT_TRUE(std::ranges::equal(segment->terms(row), memory.terms(row)));
      ASSERT_TRUE(std::ranges::equal(segment->vectors().vector(row), memory.vectors().vector(row)));
    }
    EXPECT_EQ(segment->words().search("winter garden", 5).size(), 5U);
  }
}

TEST(SegmentBuilderTest, MayBeEmpty) {
  const Segment segment = build_in_memory({}, {.dimension = 8});
  EXPECT_EQ(segment.rows(), 0U);
  EXPECT_EQ(segment.find("x"), std::nullopt);
  EXPECT_THAT(segment.words().search("anything", 5), IsEmpty());
  EXPECT_THAT(passing(segment, [](auto& f) { f.labels = {"x"}; }), IsEmpty());
}

TEST(SegmentBuilderTest, RefusesBadRows) {
  TestRows rows = TestRows::random(3, 8, 1);
  std::vector<SegmentRow> batch = rows.all();
  SegmentBuilder builder = SegmentBuilder::to_memory(rows.options());
  const auto refuses = [&](const SegmentRow& row, const char* why) {
    const Status status = builder.add_batch(std::span(&row, 1));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
    EXPECT_THAT(status.error().message, HasSubstr(why));
  };
  const std::vector<float> nan(8, std::nanf(""));
  const std::vector<float> shorter(7, 0.0F);
  const Book nameless;
  refuses({batch[0].book, shorter, 0, {}}, "7 dimensions, not 8");
  refuses({batch[0].book, nan, 0, {}}, "not finite");
  refuses({batch[0].book, batch[0].vector, kMaxCluster + 1, {}}, "cluster");
  refuses({&nameless, batch[0].vector, 0, {}}, "no id");
  const std::vector<std::string_view> terms(5000, "x");
  refuses({batch[0].book, batch[0].vector, 0, terms}, "4096");
}

TEST(SegmentBuilderTest, RefusesAnIdGivenTwice) {
  TestRows rows = TestRows::random(3, 8, 1);
  const std::vector<SegmentRow> batch = rows.all();
  SegmentBuilder builder = SegmentBuilder::to_memory(rows.options());
  ASSERT_TRUE(builder.add_batch(batch));
  ASSERT_TRUE(builder.add_batch(std::span(batch).first(1)));
  const auto segment = builder.finish();
  ASSERT_FALSE(segment);
  EXPECT_EQ(segment.error().code, Code::kInvalidArgument);
  EXPECT_THAT(segment.error().message, HasSubstr("b000000 was given twice"));
}

TEST(SegmentBuilderTest, ManyRowsAreFoundByManyKeys) {
  TestRows rows(2);
  for (int i = 0; i < 5000; ++i) {
    Book book;
    book.id = fmt::format("b{:05}", i);
    book.ean = fmt::format("2{:012}", i);
    book.isbn13 = fmt::format("978{:010}", i);
    book.title = "x";
    rows.add(book, {});
  }
  const Segment segment = build_in_memory(rows.all(), rows.options());
  for (std::uint32_t row = 0; row < 5000; ++row) {
    ASSERT_EQ(segment.find(rows.book(row).id), row);
    ASSERT_EQ(segment.find(rows.book(row).ean), row);
    ASSERT_EQ(segment.find(rows.book(row).isbn13), row);
  }
}

TEST(SegmentGraphTest, LargeSegmentsAnswerFromAGraph) {
  TestRows rows = TestRows::random(3'000, 16, 4);
  SegmentOptions options = rows.options();
  options.graph_from = 1'000;
  const TemporaryFolder folder;
  auto builder = SegmentBuilder::to_folder(folder.path(), options);
  ASSERT_TRUE(builder);
  ASSERT_TRUE(builder->add_batch(rows.all()));
  ASSERT_TRUE(builder->finish());
  const auto segment = Segment::open(folder.path());
  ASSERT_TRUE(segment) << segment.error().message;
  options.graph_from = 1'000'000;
  const Segment scanned = build_in_memory(rows.all(), options);
  EXPECT_GT(std::filesystem::file_size(folder.path() / "graph.brs"), 3'000U * (64 + 128));
  RowSet even(rows.size());
  std::size_t found = 0;
  std::size_t listed = 0;
  for (std::uint32_t row = 0; row < rows.size(); row += 2) {
    even.insert(row);
  }
  for (std::uint32_t row = 0; row < 300; ++row) {
    const auto vector = scanned.vectors().vector(row);
    const auto truth = scanned.nearest(vector, Metric::kCosine, 10, &even);
    for (const Neighbour& each : segment->nearest(vector, Metric::kCosine, 10, &even)) {
      found += static_cast<std::size_t>(std::ranges::count(truth, each));
    }
    EXPECT_EQ(segment->nearest(vector, Metric::kTaxicab, 3),
              scanned.nearest(vector, Metric::kTaxicab, 3));
    const auto list = scanned.neighbours(row);
    for (const Neighbour& each : segment->neighbours(row)) {
      listed += static_cast<std::size_t>(std::ranges::count(list, each));
    }
  }
  EXPECT_GE(found, 300U * 10 * 97 / 100);
  EXPECT_GE(listed, 300U * 20 * 97 / 100);
}

}  // namespace
}  // namespace bookreco
