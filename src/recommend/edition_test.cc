#include "recommend/edition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/catalogue_for_tests.h"
#include "recommend/recommend.h"
#include "recommend/similar.h"

namespace bookreco {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Not;

/// The shelf with more editions of "Germinal" (a6): in English, in pocket, read aloud.
class EditionTest : public testing::Test {
 protected:
  EditionTest() {
    const auto add = [&](const char* id, const char* language, const char* format) -> Book& {
      Book book;
      book.id = id;
      book.work_id = "w-a6";
      book.title = "Germinal";
      book.authors = {"Émile Zola"};
      book.language = language;
      book.format = format;
      return rows_.add(std::move(book), {9, 0, 3, 0.9F}, 0, {"mine"});
    };
    add("y1", "en", "Poche");
    add("y2", "fr", "Poche");
    add("y3", "fr", "").binding = "Livre audio";
    build();
  }
  void build() { snapshot_ = make_snapshot(rows_); }
  Book& book(std::string_view id) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_.book(i).id == id) {
        return rows_.book(i);
      }
    }
    std::abort();
  }
  RowRef ref(std::string_view id) const { return *snapshot_->find(id); }
  std::string_view shown(std::string_view id,
                         const EditionWish& wish = {},
                         std::vector<std::string_view> liked = {},
                         const BookFilter& filter = {}) {
    std::vector<RowRef> refs;
    for (const std::string_view one : liked) {
      refs.push_back(ref(one));
    }
    const Scope scope(*snapshot_, filter);
    const RowRef found = Editions(*snapshot_, wish, refs, scope).in_place_of(ref(id));
    return snapshot_->segment(found).id(found.row);
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_;
};

TEST_F(EditionTest, WithoutAWishWhatWasFoundStays) {
  EXPECT_EQ(shown("y1"), "y1");
  EXPECT_EQ(shown("a6"), "a6");
}

TEST_F(EditionTest, TheRequestMaySayWhich) {
  EXPECT_EQ(shown("y1", {{"FR"}, {}}), "a6") << "the first in this language";
  EXPECT_EQ(shown("y2", {{"fr"}, {}}), "y2") << "between equals the one found";
  EXPECT_EQ(shown("a6", {{"en", "fr"}, {}}), "y1");
  EXPECT_EQ(shown("a6", {{}, {"poche"}}), "y1");
  EXPECT_EQ(shown("a6", {{"fr"}, {"POCHE"}}), "y2");
  EXPECT_EQ(shown("a6", {{}, {"ebook", "livre audio"}}), "y3") << "bindings count too";
  EXPECT_EQ(shown("a6", {{"xx"}, {"papyrus"}}), "a6") << "what is nowhere changes nothing";
}

TEST_F(EditionTest, ElseTheLanguageOfMostLikedBooks) {
  EXPECT_EQ(shown("y1", {}, {"a1"}), "a6");
  EXPECT_EQ(shown("a6", {}, {"g1", "g2", "a1"}), "y1");
}

TEST_F(EditionTest, TheFormatThatTheHistoryShows) {
  EXPECT_EQ(shown("a6", {}, {"a2"}), "a6") << "one book shows no habit";
  book("a3").format = book("a4").format = "poche";
  build();
  EXPECT_EQ(shown("a6", {}, {"a2", "a3", "a4"}), "y2");
  EXPECT_EQ(shown("a6", {}, {"a2", "a3", "f1", "f2"}), "a6") << "not more than half";
}

TEST_F(EditionTest, ABookThatCanBeHadComesFirst) {
  book("y2").available = false;
  build();
  EXPECT_EQ(shown("y2", {{"fr"}, {"poche"}}), "a6");
  book("a6").available = book("y1").available = book("y3").available = false;
  build();
  EXPECT_EQ(shown("a6", {{"fr"}, {"poche"}}), "y2") << "when none can, the wishes decide";
}

TEST_F(EditionTest, NoneOutsideTheScope) {
  BookFilter filter;
  filter.languages = {"en"};
  EXPECT_EQ(shown("y1", {{"fr"}, {}}, {}, filter), "y1");
  const Scope scope(*snapshot_, filter);
  const Editions editions(*snapshot_, {}, {}, scope);
  EXPECT_FALSE(editions.of(snapshot_->base->work_key(ref("a1").row)));
  EXPECT_EQ(editions.of(snapshot_->base->work_key(ref("a6").row)), ref("y1"));
}

TEST_F(EditionTest, EditionsOfTheDeltaTakePart) {
  snapshot_ = make_snapshot(rows_, [&](std::size_t i) { return rows_.book(i).id == "y2"; });
  EXPECT_EQ(shown("a6", {{"fr"}, {"poche"}}), "y2");
  snapshot_->gone = RowSet(snapshot_->base->rows());
  snapshot_->gone.insert(ref("y1").row);
  EXPECT_EQ(shown("a6", {{"en"}, {}}), "a6");
}

TEST_F(EditionTest, RecommendationsAndNeighboursShowIt) {
  RecommendRequest request;
  request.loved = {"a1"};
  request.k = 100;
  request.prefer = {{"fr"}, {"Poche"}};
  EXPECT_THAT(ids(recommend(snapshot_, request).value()),
              AllOf(Contains("y2"), Not(Contains("a6")), Not(Contains("y1"))));
  request = {};
  request.k = 100;
  request.prefer = {{"en"}, {}};
  EXPECT_THAT(ids(recommend(snapshot_, request).value()),
              AllOf(Contains("y1"), Not(Contains("a6"))))
      << "a tour too";
  SimilarRequest similar;
  similar.id = "a3";
  similar.k = 100;
  similar.prefer = {{}, {"livre audio"}};
  const Hits neighbours = bookreco::similar(snapshot_, similar).value();
  EXPECT_THAT(ids(neighbours), AllOf(Contains("y3"), Not(Contains("a6")), Not(Contains("y2"))));
  EXPECT_TRUE(std::ranges::is_sorted(neighbours.hits, std::greater<>(), &Hit::score));
  const auto shown = std::ranges::find(neighbours.hits, "y3", &Hit::id);
  EXPECT_FALSE(shown->reasons.empty());
}

}  // namespace
}  // namespace bookreco
