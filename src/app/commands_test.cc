#include "app/commands.h"

#include <gmock/gmock.h>
#include <simdjson.h>

#include "app/home_for_tests.h"

namespace bookreco {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandsTest : public AppTest {
 protected:
  /// A member of a JSON answer, as text.
  static std::string at(const std::string& json, std::string_view path) {
    simdjson::dom::parser parser;
    simdjson::dom::element found;
    const auto root = parser.parse(json);
    EXPECT_EQ(root.error(), simdjson::SUCCESS) << json;
    return root.at_pointer(path).get(found) == simdjson::SUCCESS ? simdjson::minify(found) : "none";
  }
};

TEST_F(CommandsTest, StatusOfAnEmptyFolderSaysWhatComesNext) {
  const std::string text = printed([&] { return run_status(context_); });
  EXPECT_THAT(text, HasSubstr("books         0"));
  EXPECT_THAT(text, HasSubstr("bookreco ingest"));
  context_.json = true;
  const std::string json = printed([&] { return run_status(context_); });
  EXPECT_EQ(at(json, "/books"), "0");
  EXPECT_EQ(at(json, "/serving/snapshot"), "\"\"");
  EXPECT_EQ(at(json, "/runs"), "[]");
}

TEST_F(CommandsTest, FitThenStatusNamesWhatIsServed) {
  store(*open(), books_for_tests(30));
  context_.json = true;
  const std::string fitted = printed([&] { return run_fit(context_); });
  EXPECT_EQ(at(fitted, "/books"), "30");
  store(*open(), {book_for_tests(30)});
  const std::string json = printed([&] { return run_status(context_); });
  EXPECT_EQ(at(json, "/books"), "31");
  EXPECT_EQ(at(json, "/serving/snapshot"), at(fitted, "/snapshot"));
  EXPECT_EQ(at(json, "/serving/vectorizer"), at(fitted, "/vectorizer"));
  EXPECT_EQ(at(json, "/serving/books"), "31");
  EXPECT_EQ(at(json, "/serving/delta_books"), "1");
  EXPECT_EQ(at(json, "/waiting"), "0");
  EXPECT_EQ(at(json, "/runs/0/kind"), "\"snapshot\"");
  EXPECT_EQ(at(json, "/runs/2/kind"), "\"fit\"");
  EXPECT_EQ(at(json, "/runs/2/status"), "\"finished\"");
  context_.json = false;
  const std::string text = printed([&] { return run_status(context_); });
  EXPECT_THAT(text, HasSubstr("with 31 books, 1 of them since it was built"));
  EXPECT_THAT(text, HasSubstr("latest runs"));
}

TEST_F(CommandsTest, AFailedFitIsSeenInTheStatus) {
  EXPECT_THAT(printed([&] { return run_fit(context_); }), HasSubstr("bookreco ingest"));
  const std::string text = printed([&] { return run_status(context_); });
  EXPECT_THAT(text, HasSubstr("failed"));
  EXPECT_THAT(text, HasSubstr("the catalogue has 0 books"));
}

TEST_F(CommandsTest, QuestionsFitACatalogueThatNeverWas) {
  store(*open(), books_for_tests(30));
  context_.json = true;
  SimilarOptions similar;
  similar.book = "sea TALE 0";
  similar.request.k = 3;
  const std::string json = printed([&] { return run_similar(context_, similar); });
  EXPECT_THAT(at(json, "/books/2/book/title"), HasSubstr("Sea tale"));
  EXPECT_EQ(at(json, "/books/3"), "none");
  SearchRequest search;
  search.query = "roses";
  EXPECT_THAT(at(printed([&] { return run_search(context_, search); }), "/books/0/book/title"),
              HasSubstr("Garden tale"));
  RecommendOptions recommend;
  recommend.loved = {"Crime tale 1"};
  recommend.disliked = {"Sea tale 0"};
  EXPECT_THAT(
      at(printed([&] { return run_recommend(context_, recommend); }), "/books/0/book/title"),
      HasSubstr("Crime tale"));
  similar.book = "Sea tail 3";
  EXPECT_THAT(printed([&] { return run_similar(context_, similar); }),
              HasSubstr("Did you mean:\n"));
}

TEST_F(CommandsTest, VisitorsAreAnsweredByNamesToo) {
  store(*open(), books_for_tests(30));
  context_.json = true;
  AlsoLovedOptions also;
  also.book = "sea TALE 0";
  also.request.k = 2;
  const std::string loved = printed([&] { return run_also_loved(context_, also); });
  EXPECT_EQ(at(loved, "/strategy"), "\"content\"") << "there are no readers";
  EXPECT_THAT(at(loved, "/books/1/book/title"), HasSubstr("Sea tale"));
  OnboardingOptions newcomer;
  newcomer.request.k = 3;
  const std::string first = printed([&] { return run_onboarding(context_, newcomer); });
  EXPECT_EQ(at(first, "/strategy"), "\"clusters\"");
  EXPECT_EQ(at(first, "/books/3"), "none");
  newcomer.loved = {"Crime tale 1"};
  newcomer.unknown = {"Sea tale 0"};
  EXPECT_THAT(printed([&] { return run_onboarding(context_, newcomer); }),
              Not(HasSubstr("Crime tale 1\"")));
  newcomer.disliked = {"Crime tale 1"};
  EXPECT_THAT(printed([&] { return run_onboarding(context_, newcomer); }), HasSubstr("two lists"));
}

TEST_F(CommandsTest, TablesAreForPeople) {
  store(*open(), books_for_tests(12));
  SearchRequest search;
  search.query = "detective";
  search.k = 2;
  EXPECT_THAT(printed([&] { return run_search(context_, search); }),
              testing::AllOf(HasSubstr("title"), HasSubstr("Crime tale"), Not(HasSubstr("{"))));
  search.filter.languages = {"it"};
  EXPECT_EQ(printed([&] { return run_search(context_, search); }), "No book passes.\n");
}

TEST_F(CommandsTest, ADamagedSnapshotIsToldAtTheNextQuestion) {
  store(*open(), books_for_tests(12));
  SearchRequest search;
  search.query = "detective";
  ASSERT_THAT(printed([&] { return run_search(context_, search); }), HasSubstr("Crime tale"));
  const auto platform = open();
  const auto champion = *platform->stores().models().by_alias("snapshot", "champion");
  const Path folder = *platform->blobs().fetch(champion->location);
  for (const char* name : {"cards.brs", "vectors.brs", "words.brs", "snapshot.json"}) {
    const std::string whole = *read_file(folder / name);
    std::string flipped = whole;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x10);
    for (const std::string& bytes : {flipped, whole.substr(0, whole.size() / 2), std::string()}) {
      ASSERT_TRUE(write_file(folder / name, bytes));
      const std::string told = printed([&] { return run_search(context_, search); });
      EXPECT_THAT(told, HasSubstr(name)) << told;
    }
    ASSERT_TRUE(write_file(folder / name, whole));
  }
  EXPECT_THAT(printed([&] { return run_search(context_, search); }), HasSubstr("Crime tale"));
}

}  // namespace
}  // namespace bookreco
