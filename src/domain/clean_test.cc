#include "domain/clean.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "domain/book_json.h"
#include "domain/merge.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

RawBook antigone() {
  return *raw_book_from_json(
      R"json({"product_title": "Antigone", "author": "Jean Anouilh", "resume": "Une &eacute;tude <b>libre</b>.",
    "labels": ["Accueil", "Livres", "\n   ", "Littérature", "Théâtre"], "image_url": "https://example.org/a.jpg",
    "information": {"Date de parution": "08/06/2016", "Editeur": "Table Ronde (La)", "Collection": "La petite Vermillon",
    "Format": "Poche", "Présentation": "Broché", "Nb. de pages": "128 pages", "Poids": "0.085 Kg",
    "Dimensions": "11,0 cm × 18,0 cm × 0,8 cm", "EAN": "9782710381419", "ISBN": "978-2-7103-8141-9"}})json");
}

TEST(Clean, FillsEveryField) {
  const Cleaned cleaned = clean(antigone());
  ASSERT_TRUE(cleaned.book);
  EXPECT_THAT(cleaned.issues, IsEmpty());
  const Book& book = *cleaned.book;
  EXPECT_EQ(book.id, "9782710381419");
  EXPECT_EQ(book.title, "Antigone");
  EXPECT_THAT(book.authors, ElementsAre("Jean Anouilh"));
  EXPECT_EQ(book.description, "Une étude libre.");
  EXPECT_THAT(book.labels, ElementsAre("Littérature", "Théâtre"));
  EXPECT_EQ(book.cover_url, "https://example.org/a.jpg");
  EXPECT_EQ(book.publisher, "La Table Ronde");
  EXPECT_EQ(book.published_on->to_string(), "2016-06-08");
  EXPECT_EQ(book.page_count, 128);
  EXPECT_EQ(book.weight_kg, 0.085);
  EXPECT_EQ(book.width_cm, 11.0);
  EXPECT_EQ(book.height_cm, 18.0);
  EXPECT_EQ(book.depth_cm, 0.8);
  EXPECT_EQ(book.isbn13, "9782710381419");
  EXPECT_EQ(book.language, "fr");
  EXPECT_EQ(book.format, "Poche");
  EXPECT_EQ(book.binding, "Broché");
}

std::vector<Issue> issues_of(std::vector<std::pair<std::string, std::string>> facts) {
  RawBook raw;
  raw.title = "A title";
  raw.facts = std::move(facts);
  const Cleaned cleaned = clean(raw);
  EXPECT_TRUE(cleaned.book);
  return cleaned.issues;
}

TEST(Clean, KnowsWhetherABookCanBeHad) {
  const auto said = [](std::string_view json) { return clean(*raw_book_from_json(json)).book; };
  EXPECT_EQ(said(R"({"title":"A"})")->available, std::nullopt);
  EXPECT_EQ(said(R"({"title":"A","available":null})")->available, std::nullopt);
  EXPECT_EQ(said(R"({"title":"A","available":true})")->available, true);
  EXPECT_EQ(said(R"({"title":"A","available":false})")->available, false);
  EXPECT_EQ(said(R"({"title":"A","information":{"Disponibilité":"Épuisé"}})")->available, false);
  EXPECT_EQ(said(R"({"title":"A","information":{"En stock":"3"}})")->available, true);
  Book book = *said(R"({"title":"A","available":false})");
  EXPECT_EQ(book_from_json(to_json(book)), book);
  EXPECT_FALSE(book_from_json(R"({"available":"no"})"));
  Book unsaid = book;
  unsaid.available.reset();
  EXPECT_NE(content_hash(unsaid), content_hash(book));
  merge(unsaid, book);
  EXPECT_EQ(unsaid.available, false);
}

TEST(Clean, TellsWhatItLeavesOut) {
  const std::vector<std::pair<std::string, std::string>> bad{{"published_on", "31/02/2019"},
                                                             {"page_count", "-5"},
                                                             {"page_count", "60000"},
                                                             {"weight_kg", "heavy"},
                                                             {"dimensions", "big"},
                                                             {"ean", "9782710381418"},
                                                             {"isbn13", "123"},
                                                             {"language", "Klingonish"},
                                                             {"cover_url", "file:///etc/passwd"},
                                                             {"cover_url", "javascript:alert(1)"},
                                                             {"series_number", "one"},
                                                             {"width_cm", "-1"},
                                                             {"available", "perhaps"}};
  for (const auto& [name, value] : bad) {
    const std::vector<Issue> issues = issues_of({{name, value}});
    ASSERT_EQ(issues.size(), 1U) << name << " " << value;
    EXPECT_EQ(issues[0].field, name);
    EXPECT_EQ(issues[0].value, value);
    EXPECT_FALSE(issues[0].fatal);
  }
  EXPECT_THAT(issues_of({{"shoe_size", "44"}}),
              ElementsAre(Issue{"shoe_size", "44", "unknown field", false}));
  EXPECT_THAT(issues_of({{"id", "x"}, {"page_count", ""}}), IsEmpty());
}

TEST(Clean, MissingTitleIsFatal) {
  for (const char* title : {"", "   ", "<p></p>", "\x01"}) {
    RawBook raw;
    raw.title = title;
    const Cleaned cleaned = clean(raw);
    EXPECT_FALSE(cleaned.book);
    EXPECT_THAT(cleaned.issues, Contains(Field(&Issue::fatal, true)));
  }
}

TEST(Clean, CodesCheckEachOther) {
  RawBook raw;
  raw.title = "A title";
  raw.facts = {{"EAN", "9782710381419"}, {"ISBN", "2-07-041306-3"}};
  Cleaned cleaned = clean(raw);
  EXPECT_EQ(cleaned.book->ean, "9782710381419");
  EXPECT_EQ(cleaned.book->isbn13, "9782710381419");
  EXPECT_THAT(cleaned.issues, ElementsAre(Field(&Issue::field, "isbn13")));
  raw.facts = {{"EAN", "9782710381418"}, {"ISBN", "2-07-041306-3"}};
  cleaned = clean(raw);
  EXPECT_EQ(cleaned.book->ean, "9782070413065");
  EXPECT_THAT(cleaned.issues, ElementsAre(Field(&Issue::field, "ean")));
  raw.facts = {{"EAN", "4006381333931"}};
  cleaned = clean(raw);
  EXPECT_EQ(cleaned.book->id, "4006381333931");
  EXPECT_EQ(cleaned.book->isbn13, "");
}

TEST(Clean, HasLimits) {
  RawBook raw;
  raw.title = std::string(2'000, 'a');
  raw.description = std::string(200'000, 'b');
  for (int i = 0; i < 150; ++i) {
    raw.labels.push_back("label " + std::to_string(i));
    raw.authors.push_back("Author " + std::to_string(i));
  }
  const Cleaned cleaned = clean(raw);
  EXPECT_EQ(cleaned.book->title.size(), kMaxTitle);
  EXPECT_EQ(cleaned.book->description.size(), kMaxDescription);
  EXPECT_EQ(cleaned.book->labels.size(), kMaxListed);
  EXPECT_EQ(cleaned.book->authors.size(), kMaxListed);
  EXPECT_EQ(cleaned.issues.size(), 4U);
}

TEST(Clean, SeriesLeaveTheTitle) {
  RawBook raw;
  raw.title = "Mockingjay (The Hunger Games, #3)";
  const Cleaned cleaned = clean(raw);
  EXPECT_EQ(cleaned.book->title, "Mockingjay");
  EXPECT_EQ(cleaned.book->series, "The Hunger Games");
  EXPECT_EQ(cleaned.book->series_number, 3);
}

TEST(Clean, IsAFixedPoint) {
  const Book book = *clean(antigone()).book;
  const Cleaned again = clean(*raw_book_from_json(to_json(book)));
  ASSERT_TRUE(again.book);
  EXPECT_EQ(*again.book, book);
  EXPECT_THAT(again.issues, IsEmpty());
}

TEST(RawBook, JsonRoundTripsAnyText) {
  RawBook raw{"T\"\\\n",
              {"A", ""},
              "d\x01",
              {"l"},
              {{"EAN", "1"}, {"x y", ""}},
              "goodbooks:1",
              true,
              3,
              44};
  std::string json;
  append_raw_book_json(json, raw);
  EXPECT_EQ(json.find('\n'), std::string::npos);
  EXPECT_EQ(*raw_book_from_json(json), raw);
}

TEST(RawBook, RefusesWhatIsNoObject) {
  for (const char* json : {"", "[]", "1", "{", "{\"title\":}", "null", "\"x\"", "{\"a\":1}}"}) {
    EXPECT_FALSE(raw_book_from_json(json)) << json;
  }
}

TEST(RawBook, RepairsSurrogatesControlsAndLatin1) {
  EXPECT_EQ(clean(*raw_book_from_json(R"({"title": "a\ud800b \ud83d\ude00 \u0000c"})")).book->title,
            "a\xEF\xBF\xBD"
            "b \xF0\x9F\x98\x80 c");
  EXPECT_EQ(clean(*raw_book_from_json("{\"title\": \"Caf\xE9\"}")).book->title, "Café");
  EXPECT_EQ(clean(*raw_book_from_json("{\"title\": \"a\tb\x01\"}")).book->title, "a b");
}

TEST(BookJson, RoundTripsAndNamesTheWrongField) {
  const Book book = *clean(antigone()).book;
  EXPECT_EQ(*book_from_json(to_json(book)), book);
  EXPECT_EQ(book_from_json(R"({"id":"x","page_count":"many"})").error().message,
            "page_count: a whole number is expected");
  EXPECT_FALSE(book_from_json(R"({"id":"x","shoe":1})"));
  EXPECT_FALSE(book_from_json(R"({"published_on":"2019-02-31"})"));
  std::string card;
  append_card_json(card, book);
  EXPECT_EQ(card.find("description"), std::string::npos);
}

TEST(BookJson, ContentHashSeesAllButTheId) {
  Book book = *clean(antigone()).book;
  const std::string before = content_hash(book);
  book.id = "other";
  EXPECT_EQ(content_hash(book), before);
  book.depth_cm = 0.9;
  EXPECT_NE(content_hash(book), before);
}

TEST(Merge, KeepsTheBestOfBoth) {
  Book into = *clean(antigone()).book;
  Book other = into;
  into.page_count.reset();
  into.labels = {"Théâtre"};
  other.labels = {"théâtre", "Classiques"};
  other.description = "A longer description than the one that was there before.";
  other.publisher = "Another";
  merge(into, other);
  EXPECT_EQ(into.page_count, 128);
  EXPECT_THAT(into.labels, ElementsAre("Théâtre", "Classiques"));
  EXPECT_EQ(into.description, other.description);
  EXPECT_EQ(into.publisher, "La Table Ronde");
}

TEST(Clean, TheFrenchBooks) {
  const char* folder = std::getenv("BOOKRECO_TEST_DATA");
  if (folder == nullptr) {
    if (const char* strict = std::getenv("BOOKRECO_TEST_STRICT");
        strict != nullptr && std::string_view(strict) == "1") {
      FAIL() << "BOOKRECO_TEST_DATA is not set";
    }
    GTEST_SKIP() << "BOOKRECO_TEST_DATA names no folder of real data";
  }
  LineReader lines(*ByteSource::open(std::string(folder) + "/furet/raw_output.json.xz"));
  int books = 0;
  int french = 0;
  int other_language = 0;
  std::set<std::string> ids;
  std::map<std::string, int> reasons;
  while (const auto line = *lines.next()) {
    std::string_view text = line->text;
    if (!text.starts_with('{')) {
      continue;
    }
    text.remove_suffix(text.ends_with(',') ? 1 : 0);
    const Cleaned cleaned = clean(*raw_book_from_json(text));
    ASSERT_TRUE(cleaned.book) << text;
    ++books;
    ids.insert(cleaned.book->id);
    french += cleaned.book->language == "fr" ? 1 : 0;
    other_language += cleaned.book->language != "fr" && !cleaned.book->language.empty() ? 1 : 0;
    for (const Issue& issue : cleaned.issues) {
      ++reasons[issue.field];
    }
  }
  EXPECT_EQ(books, 3'278);
  EXPECT_EQ(ids.size(), 3'278U);
  EXPECT_GE(french, books * 98 / 100);
  EXPECT_LE(other_language, 20);  // some are sold in English
  EXPECT_EQ(reasons, (std::map<std::string, int>{{"dimensions", 36}, {"isbn13", 2}}));
}

}  // namespace
}  // namespace bookreco
