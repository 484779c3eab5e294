#include <gmock/gmock.h>

#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RecommendationsTest : public ApiFixture, public testing::Test {
 protected:
  RecommendationsTest() {
    Hits hits;
    hits.strategy = "neighbours";
    hits.snapshot = "s1";
    hits.hits = {
        {"b1",
         "{\"id\":\"b1\"}",
         0.5,
         {{ReasonKind::kSameAuthor, "Camus \"A\"", 0.25F}, {ReasonKind::kSharedLabel, "Roman", 0}}},
        {"b2", "{\"id\":\"b2\"}", 0.1F, {}}};
    recommender.hits = std::move(hits);
  }
};

TEST_F(RecommendationsTest, SimilarShowsScoresAndWhy) {
  const auto answer = get("/v1/books/9782070360024/similar");
  EXPECT_EQ(answer.body,
            "{\"id\":\"9782070360024\",\"metric\":\"cosine\",\"strategy\":\"neighbours\","
            "\"snapshot\":\"s1\",\"books\":["
            "{\"score\":0.5,\"reasons\":[{\"kind\":\"same_author\",\"value\":\"Camus "
            "\\\"A\\\"\",\"weight\":0.25},"
            "{\"kind\":\"shared_label\",\"value\":\"Roman\"}],\"book\":{\"id\":\"b1\"}},"
            "{\"score\":0.1,\"reasons\":[],\"book\":{\"id\":\"b2\"}}]}");
  EXPECT_EQ(recommender.last_similar.k, 10);
}

TEST_F(RecommendationsTest, SimilarReadsItsParameters) {
  ASSERT_EQ(get("/v1/books/b/"
                "similar?metric=taxicab&k=0&same=author,collection&same=format&within_cluster=true&"
                "language=fr&exclude_id=b2&exclude_author=x&exclude_author=y&exclude_series=s&"
                "exclude_label=l&available=any&prefer_language=en&prefer_format=Poche")
                .status,
            200);
  const SimilarRequest& request = recommender.last_similar;
  EXPECT_EQ(request.metric, Metric::kTaxicab);
  EXPECT_EQ(request.k, 0);
  EXPECT_THAT(request.same,
              ElementsAre(FacetKind::kAuthor, FacetKind::kCollection, FacetKind::kFormat));
  EXPECT_TRUE(request.within_cluster);
  EXPECT_THAT(request.filter.languages, ElementsAre("fr"));
  EXPECT_THAT(request.filter.exclude_ids, ElementsAre("b2"));
  EXPECT_THAT(request.filter.exclude_authors, ElementsAre("x", "y"));
  EXPECT_THAT(request.filter.exclude_series, ElementsAre("s"));
  EXPECT_THAT(request.filter.exclude_labels, ElementsAre("l"));
  EXPECT_EQ(request.filter.available, Availability::kAny);
  EXPECT_THAT(request.prefer.languages, ElementsAre("en"));
  EXPECT_THAT(request.prefer.formats, ElementsAre("Poche"));
}

TEST_F(RecommendationsTest, SimilarRefusesWhatItDoesNotKnow) {
  EXPECT_EQ(get("/v1/books/unknown/similar").status, 404);
  EXPECT_EQ(get("/v1/books/b/similar?k=1000").status, 200);
  for (const char* query : {"k=1001",
                            "k=1000000000",
                            "k=-1",
                            "metric=hamming",
                            "same=shoe",
                            "within_cluster=maybe",
                            "available=perhaps",
                            "available=true&available=false",
                            "kk=1"}) {
    EXPECT_EQ(get(std::string("/v1/books/b/similar?") + query).status, 400) << query;
  }
}

TEST_F(RecommendationsTest, DegradedAnswersSaySo) {
  recommender.hits->degraded = true;
  EXPECT_THAT(get("/v1/books/b/similar").body, HasSubstr("\"degraded\":true"));
  recommender.hits = fail(Code::kUnavailable, "no snapshot yet");
  EXPECT_EQ(get("/v1/books/b/similar").status, 503);
}

TEST_F(RecommendationsTest, SearchReadsItsBody) {
  const auto answer = post("/v1/search",
                           R"({"query":"mer","k":5,"offset":10,"mode":"semantic",)"
                           R"("collection":["Folio"],"label":"Roman","pages_max":300,)"
                           R"("published_after":1900,"language":"fr"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("{\"query\":\"mer\",\"mode\":\"semantic\",\"strategy\""));
  const SearchRequest& request = recommender.last_search;
  EXPECT_EQ(request.query, "mer");
  EXPECT_EQ(request.k, 5);
  EXPECT_EQ(request.offset, 10);
  EXPECT_EQ(request.mode, SearchMode::kSemantic);
  EXPECT_THAT(request.filter.collections, ElementsAre("Folio"));
  EXPECT_EQ(request.filter.pages_max, 300);
  EXPECT_EQ(request.filter.published_after->to_string(), "1900");
}

TEST_F(RecommendationsTest, SearchByGetIsTheSame) {
  ASSERT_EQ(get("/v1/search?query=l%27%C3%A9tranger+camus&mode=lexical&author=Albert+Camus").status,
            200);
  EXPECT_EQ(recommender.last_search.query, "l'étranger camus");
  EXPECT_EQ(recommender.last_search.mode, SearchMode::kLexical);
  EXPECT_THAT(recommender.last_search.filter.authors, ElementsAre("Albert Camus"));
}

TEST_F(RecommendationsTest, SearchRefusesBadBodies) {
  EXPECT_EQ(post("/v1/search", "{\"query\":\"x\"}", "text/plain").status, 415);
  EXPECT_EQ(post("/v1/search", "{\"query\":\"x\"}", "").status, 415);
  EXPECT_EQ(post("/v1/search", "{\"query\":").status, 400);
  EXPECT_EQ(post("/v1/search", "{\"query\":3}").status, 400);
  EXPECT_EQ(post("/v1/search?k=3", "{\"query\":\"x\"}").status, 400);
  const auto answer = post("/v1/search", "{\"q\":\"x\",\"filter\":{\"pages_min\":3}}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("\"field\":\"q\""));
  EXPECT_THAT(answer.body, HasSubstr("\"field\":\"filter\""));
}

TEST_F(RecommendationsTest, RecommendReadsItsBody) {
  ASSERT_EQ(post("/v1/recommendations",
                 R"({"loved":["a","b"],"liked":"c","disliked":[],"k":3,"diversity":0.5,)"
                 R"("exclude_id":["z"],"exclude_author":"a","exclude_label":["l","m"],)"
                 R"("available":"false","prefer_language":["fr","en"],"prefer_format":"ebook"})")
                .status,
            200);
  const RecommendRequest& request = recommender.last_recommend;
  EXPECT_THAT(request.loved, ElementsAre("a", "b"));
  EXPECT_THAT(request.liked, ElementsAre("c"));
  EXPECT_THAT(request.disliked, IsEmpty());
  EXPECT_THAT(request.filter.exclude_ids, ElementsAre("z"));
  EXPECT_EQ(request.k, 3);
  EXPECT_EQ(request.diversity, 0.5);
  EXPECT_THAT(request.filter.exclude_ids, ElementsAre("z"));
  EXPECT_THAT(request.filter.exclude_authors, ElementsAre("a"));
  EXPECT_THAT(request.filter.exclude_labels, ElementsAre("l", "m"));
  EXPECT_EQ(request.filter.available, Availability::kUnavailable);
  EXPECT_THAT(request.prefer.languages, ElementsAre("fr", "en"));
  EXPECT_THAT(request.prefer.formats, ElementsAre("ebook"));
  ASSERT_EQ(post("/v1/recommendations", R"({"available":true})").status, 200);
  EXPECT_EQ(recommender.last_recommend.filter.available, Availability::kAvailable);
  ASSERT_EQ(post("/v1/recommendations", "{}").status, 200);
  EXPECT_EQ(recommender.last_recommend.filter.available, std::nullopt);
  EXPECT_EQ(recommender.last_recommend.diversity, 0.3);
}

TEST_F(RecommendationsTest, AnAnswerHasItsId) {
  EXPECT_THAT(post("/v1/recommendations", "{}").body, testing::Not(HasSubstr("answer")));
  recommender.hits->answer = "AQ";
  EXPECT_THAT(post("/v1/recommendations", "{}").body,
              HasSubstr(R"({"answer":"AQ","strategy":"neighbours",)"));
}

TEST_F(RecommendationsTest, AHundredThousandIdsAreExcluded) {
  std::string body = R"({"exclude_id":["0")";
  for (int i = 1; i < 100'000; ++i) {
    body += fmt::format(",\"97820703{:05}\"", i);
  }
  for (const char* path : {"/v1/recommendations", "/v1/search"}) {
    ASSERT_EQ(post(path, body + "]}").status, 200) << path;
  }
  EXPECT_EQ(recommender.last_recommend.filter.exclude_ids.size(), 100'000);
  EXPECT_EQ(recommender.last_search.filter.exclude_ids.size(), 100'000);
}

TEST_F(RecommendationsTest, RecommendRefusesBadBodies) {
  for (const char* bad : {R"({"diversity":1.5})",
                          R"({"loved":[1]})",
                          R"({"loved":{"id":"a"}})",
                          R"({"k":1001})",
                          R"({"available":1})",
                          R"({"available":["true"]})",
                          R"({"prefer_format":[1]})",
                          R"({"rotation":0})",
                          R"({"hated":[]})",
                          "[]",
                          "nonsense"}) {
    EXPECT_EQ(post("/v1/recommendations", bad).status, 400) << bad;
  }
}

}  // namespace
}  // namespace bookreco
