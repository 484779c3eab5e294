#include "recommend/search.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/catalogue_for_tests.h"
#include "recommend/titles.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

SearchRequest query(const char* text, SearchMode mode = SearchMode::kHybrid) {
  SearchRequest request;
  request.query = text;
  request.mode = mode;
  return request;
}

class SearchTest : public testing::Test {
 protected:
  Hits ask(const SearchRequest& request, const std::vector<float>& vector = {}) {
    auto answer = search(snapshot_, request, vector);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
};

TEST_F(SearchTest, WordsFindTitlesAuthorsAndLabels) {
  const Hits title = ask(query("peste", SearchMode::kLexical));
  EXPECT_THAT(ids(title), ElementsAre("a3"));
  EXPECT_EQ(title.strategy, "lexical");
  EXPECT_FALSE(title.degraded);
  EXPECT_THAT(reasons(title.hits[0], ReasonKind::kMatchedTerm), ElementsAre("peste"));
  EXPECT_GT(title.hits[0].reasons[0].weight, 0);
  EXPECT_THAT(ids(ask(query("camus", SearchMode::kLexical))),
              UnorderedElementsAre("a1", "a2", "a3", "a4", "a5", "z1"));
  EXPECT_THAT(ids(ask(query("POLICIER", SearchMode::kLexical))),
              UnorderedElementsAre("f1", "f2", "f3", "f4"));
  EXPECT_THAT(ids(ask(query("harry pot", SearchMode::kLexical))), UnorderedElementsAre("g1", "g2"));
}

TEST_F(SearchTest, TyposAreForgivenAndNamed) {
  const Hits answer = ask(query("germinnal", SearchMode::kLexical));
  ASSERT_THAT(ids(answer), Contains("a6"));
  EXPECT_THAT(reasons(answer.hits[0], ReasonKind::kMatchedTerm), ElementsAre("germinal"));
}

TEST_F(SearchTest, EveryEditionIsFound) {
  const auto found = ids(ask(query("l'etranger", SearchMode::kLexical)));
  EXPECT_THAT(found, IsSupersetOf({"a1", "a2"}));
}

TEST_F(SearchTest, SemanticRanksByTheVector) {
  const Hits answer = ask(query("intrigue", SearchMode::kSemantic), {0, 0, 1, 0});
  EXPECT_EQ(answer.strategy, "semantic");
  const auto found = ids(answer);
  EXPECT_THAT(std::vector(found.begin(), found.begin() + 4),
              UnorderedElementsAre("f1", "f2", "f3", "f4"));
}

TEST_F(SearchTest, HybridPutsTheTitleTypedFirst) {
  const Hits answer = ask(query("Dune"), {0, 1, 0, 0});
  EXPECT_EQ(answer.strategy, "hybrid");
  EXPECT_EQ(answer.hits[0].id, "d1");
  EXPECT_GT(answer.hits[0].score, 1.5);
  EXPECT_THAT(ids(answer), IsSupersetOf({"d2", "d3", "d4", "e1"}));
  const Hits author = ask(query("agatha christie"), {1, 0, 0, 0});
  const auto found = ids(author);
  EXPECT_THAT(std::vector(found.begin(), found.begin() + 4),
              UnorderedElementsAre("f1", "f2", "f3", "f4"));
}

TEST_F(SearchTest, WithoutAVectorWordsAnswer) {
  const float nan = std::nanf("");
  for (const std::vector<float>& vector :
       {std::vector<float>{}, {0, 0, 0, 0}, {1, 0}, {nan, 0, 0, 0}}) {
    const Hits answer = ask(query("peste"), vector);
    EXPECT_EQ(answer.strategy, "lexical");
    EXPECT_TRUE(answer.degraded);
    EXPECT_THAT(ids(answer), ElementsAre("a3"));
  }
}

TEST_F(SearchTest, FiltersHoldInEveryMode) {
  for (const SearchMode mode : {SearchMode::kHybrid, SearchMode::kLexical, SearchMode::kSemantic}) {
    SearchRequest request = query("camus", mode);
    request.filter.collections = {"FOLIO"};
    for (const std::string_view id : ids(ask(request, {1, 0, 0, 0}))) {
      EXPECT_THAT((std::set<std::string_view>{"a3", "a4", "a6", "z1"}), Contains(id));
    }
  }
}

TEST_F(SearchTest, AnEmptyQueryListsByTitle) {
  SearchRequest request = query(" \t");
  request.filter.collections = {"Folio"};
  const Hits answer = ask(request);
  EXPECT_EQ(answer.strategy, "titles");
  EXPECT_THAT(ids(answer), ElementsAre("z1", "a6", "a4", "a3"));
  request.offset = 1;
  request.k = 2;
  EXPECT_THAT(ids(ask(request)), ElementsAre("a6", "a4"));
  request.offset = 10;
  EXPECT_THAT(ids(ask(request)), IsEmpty());
}

TEST_F(SearchTest, PagesFitTogether) {
  SearchRequest request = query("roman soleil");
  request.k = 16;
  const Hits all_hits = ask(request, {1, 1, 0, 0});
  const auto views = ids(all_hits);
  const std::vector<std::string> all(views.begin(), views.end());
  ASSERT_EQ(all.size(), 16U);
  std::vector<std::string> pages;
  for (request.offset = 0, request.k = 5; request.offset < 16; request.offset += 5) {
    const Hits page = ask(request, {1, 1, 0, 0});
    for (const std::string_view id : ids(page)) {
      pages.emplace_back(id);
    }
  }
  pages.resize(16);
  EXPECT_EQ(pages, all);
}

TEST_F(SearchTest, StrangeQueriesFindNothingAndHarmNothing) {
  for (const std::string& text : {std::string("???"),
                                  std::string("\0\0", 2),
                                  std::string("\xED\xA0\x80"),
                                  std::string("\xFF"),
                                  std::string(100'000, 'x'),
                                  std::string("zzzzqqqq")}) {
    SearchRequest request = query("", SearchMode::kLexical);
    request.query = text;
    EXPECT_THAT(ids(ask(request)), IsEmpty());
  }
}

TEST_F(SearchTest, RefusesBadNumbers) {
  const auto refuses = [&](std::int64_t k, std::int64_t offset) {
    SearchRequest request = query("x");
    request.k = k;
    request.offset = offset;
    const auto answer = search(snapshot_, request, {});
    return !answer && answer.error().code == Code::kInvalidArgument;
  };
  EXPECT_TRUE(refuses(-1, 0));
  EXPECT_TRUE(refuses(kMaxK + 1, 0));
  EXPECT_TRUE(refuses(10, -1));
  EXPECT_TRUE(refuses(10, kMaxOffset + 1));
  EXPECT_FALSE(refuses(0, 0));
  EXPECT_FALSE(refuses(kMaxK, kMaxOffset));
}

TEST_F(SearchTest, FindsTitlesExactlyThenNearly) {
  const auto find = [&](const char* title, std::int64_t k = 5) {
    return *find_title(snapshot_, title, k);
  };
  const Hits dune = find("DUNE");
  ASSERT_FALSE(dune.hits.empty());
  EXPECT_EQ(dune.hits[0].id, "d1");
  EXPECT_EQ(dune.hits[0].score, 1);
  EXPECT_THAT(ids(dune), IsSupersetOf({"d2", "d3", "d4"}));
  EXPECT_THAT(ids(find("L'etranger", 2)), ElementsAre("a1", "a2"));
  EXPECT_EQ(find("harry poter chambre").hits.at(0).id, "g2");
  EXPECT_EQ(find("mort sur le nill").hits.at(0).id, "f3");
  EXPECT_LT(find("mort sur le nill").hits.at(0).score, 1);
  EXPECT_THAT(find("Dune", 0).hits, IsEmpty());
  EXPECT_THAT(find("???").hits, IsEmpty());
  EXPECT_THAT(find("").hits, IsEmpty());
  EXPECT_EQ(find_title(snapshot_, "x", -1).error().code, Code::kInvalidArgument);
}

TEST(SearchPropertyTest, AnswersDoNotDependOnTheSplit) {
  TestRows rows = TestRows::random(160, 8, 31);
  const auto whole = make_snapshot(rows);
  Random random(4);
  for (const std::size_t share : {1U, 5U, 13U}) {
    const auto split = make_snapshot(rows, [&](std::size_t i) { return i % 17 < share; });
    for (const char* text : {"winter",
                             "the sea of the garden",
                             "author 7",
                             "lettre hous",
                             "king road",
                             "",
                             "label 3"}) {
      for (const SearchMode mode :
           {SearchMode::kLexical, SearchMode::kSemantic, SearchMode::kHybrid}) {
        std::vector<float> vector(8);
        for (float& x : vector) {
          x = static_cast<float>(random.normal());
        }
        SearchRequest request = query(text, mode);
        request.k = 40;
        const auto one = search(whole, request, vector);
        const auto two = search(split, request, vector);
        ASSERT_TRUE(one && two);
        ASSERT_EQ(ids(*one), ids(*two)) << text << " in mode " << static_cast<int>(mode);
        for (std::size_t h = 0; h < one->hits.size(); ++h) {
          ASSERT_NEAR(one->hits[h].score, two->hits[h].score, 1e-6);
        }
      }
    }
  }
}

TEST(SearchPropertyTest, DeletedRowsAreNeverFound) {
  TestRows rows = TestRows::random(60, 8, 32);
  auto snapshot = make_snapshot(rows);
  snapshot->gone = RowSet(60);
  for (std::size_t row = 0; row < 60; row += 2) {
    snapshot->gone.insert(row);
  }
  SearchRequest request = query("winter sea night");
  request.k = 60;
  for (const char* text : {"winter sea night", ""}) {
    request.query = text;
    const auto answer = search(snapshot, request, std::vector<float>(8, 1.0F));
    EXPECT_THAT(answer->hits, SizeIs(testing::Le(30)));
    for (const Hit& hit : answer->hits) {
      EXPECT_EQ((hit.id.back() - '0') % 2, 1) << hit.id;
    }
  }
}

}  // namespace
}  // namespace bookreco
