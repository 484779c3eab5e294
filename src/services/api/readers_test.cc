#include <gmock/gmock.h>

#include "services/api/requests.h"
#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = InteractionKind;

class ReadersTest : public ApiFixture, public testing::Test {
 protected:
  ReadersTest() {
    Hits hits;
    hits.strategy = "content";
    hits.snapshot = "s1";
    hits.history = 4;
    hits.hits = {{"b1", "{\"id\":\"b1\"}", 0.5, {}}};
    recommender.hits = std::move(hits);
    const Timestamp at(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
    Interactions::LibraryPage page;
    page.total = 30;
    page.items = {{{"9782070360024",
                    {{"r", "9782070360024", Kind::kRating, 4.5, at, "goodreads", ""},
                     {"r", "9782070360024", Kind::kRead, std::nullopt, {}, "", ""}}},
                   sample_book()},
                  {{"gone", {{"r", "gone", Kind::kHide, std::nullopt, at, "api", ""}}}, {}}};
    interactions.library_page = std::move(page);
  }

  HttpResponse put(std::string target, std::string body) {
    return ask(HttpMethod::kPut, std::move(target), std::move(body), "application/json");
  }
  HttpResponse remove(std::string target) { return ask(HttpMethod::kDelete, std::move(target)); }
};

TEST_F(ReadersTest, AreListed) {
  const auto answer = get("/v1/readers?prefix=r&page=2&page_size=5");
  EXPECT_EQ(answer.body,
            R"({"total":2,"page":2,"page_size":5,"readers":[{"id":"r","interactions":3},)"
            R"({"id":"\"q\"","interactions":0}]})");
  EXPECT_EQ(interactions.last_call, "r|5|5");
  EXPECT_EQ(get("/v1/readers?name=r").status, 400);
  EXPECT_EQ(get("/v1/readers?page=0").status, 400);
}

TEST_F(ReadersTest, AreForgotten) {
  EXPECT_EQ(remove("/v1/readers/a%2Fb%20c").body, R"({"removed":2})");
  EXPECT_EQ(interactions.last_call, "a/b c");
  EXPECT_EQ(remove("/v1/readers/r?really=1").status, 400);
  interactions.removed = fail(Code::kNotFound, "no reader has the id \"r\"");
  EXPECT_EQ(remove("/v1/readers/r").status, 404);
}

TEST_F(ReadersTest, LibraryShowsStatementsAndBooks) {
  const auto answer = get("/v1/readers/r/library?kind=rating,read&kind=hide&page=2&page_size=2");
  EXPECT_EQ(interactions.last_call, "r|3|2|2");
  EXPECT_THAT(
      answer.body,
      testing::StartsWith(
          R"({"reader":"r","total":30,"page":2,"page_size":2,"books":[{"id":"9782070360024",)"
          R"("statements":[{"kind":"rating","value":4.5,"at":"2026-03-02T00:00:00.000Z",)"
          R"("source":"goodreads"},{"kind":"read"}],"book":{"id":"9782070360024")"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"id":"gone","statements":[{"kind":"hide")"));
  EXPECT_THAT(answer.header_lines(), HasSubstr("rel=\"next\""));
  EXPECT_EQ(get("/v1/readers/r/library?kind=adored").status, 400);
  EXPECT_EQ(get("/v1/readers/r/library?kinds=read").status, 400);
  interactions.library_page = fail(Code::kNotFound, "no reader has the id \"r\"");
  EXPECT_EQ(get("/v1/readers/r/library").status, 404);
}

TEST_F(ReadersTest, PutSaysWhatTheReaderThinks) {
  const auto answer = put("/v1/readers/r/library/2-07-036002-4",
                          R"({"kind":"rating","value":3.75,"at":"2026-03-02T10:00:00+01:00"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(interactions.recorded.size(), 1);
  const Interaction& said = interactions.recorded.front();
  EXPECT_EQ(said.reader_id, "r");
  EXPECT_EQ(said.book_id, "2-07-036002-4");
  EXPECT_EQ(said.kind, Kind::kRating);
  EXPECT_EQ(said.value, 3.75);
  EXPECT_EQ(to_iso8601(said.at), "2026-03-02T09:00:00.000Z");
  EXPECT_THAT(answer.body, HasSubstr(R"("statements":[{"kind":"rating","value":3.75)"));
  EXPECT_EQ(put("/v1/readers/r/library/unknown", R"({"kind":"loved"})").status, 404);
  for (const char* bad : {"{}",
                          R"({"kind":"adored"})",
                          R"({"kind":3})",
                          R"({"kind":"rating","value":6})",
                          R"({"kind":"rating","value":0})",
                          R"({"kind":"rating","value":1e999})",
                          R"({"kind":"rating","value":NaN})",
                          R"({"kind":"rating","value":"5"})",
                          R"({"kind":"loved","at":"yesterday"})",
                          R"({"kind":"loved","stars":4})",
                          R"([{"kind":"loved"}])",
                          "loved"}) {
    EXPECT_EQ(put("/v1/readers/r/library/b", bad).status, 400) << bad;
  }
  ASSERT_EQ(put("/v1/readers/r/library/b", R"({"kind":"loved","answer":"AQ"})").status, 200);
  EXPECT_EQ(interactions.recorded.front().answer, "AQ");
  EXPECT_EQ(put("/v1/readers/r/library/b?x=1", R"({"kind":"loved"})").status, 400);
  EXPECT_EQ(
      ask(HttpMethod::kPut, "/v1/readers/r/library/b", R"({"kind":"loved"})", "text/plain").status,
      415);
}

TEST_F(ReadersTest, DeleteTakesItBack) {
  EXPECT_EQ(remove("/v1/readers/r/library/b?kind=hide,not_now").body, R"({"removed":2})");
  EXPECT_EQ(interactions.last_call, "r|b|2");
  EXPECT_EQ(remove("/v1/readers/r/library/b?kind=shown").status, 400);
}

TEST_F(ReadersTest, InteractionsComeInABatch) {
  const std::string rows =
      R"({"reader":"r","book":"b1","kind":"click","source":"shop","idempotency_key":"k1"})";
  auto answer = post("/v1/interactions", "[" + rows + "," + rows + "]");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            R"({"recorded":2,"known":0,"refused":0,"rows":[)"
            R"({"index":0,"outcome":"recorded","book":"b1"},)"
            R"({"index":1,"outcome":"recorded","book":"b1"}]})");
  ASSERT_EQ(interactions.recorded.size(), 2);
  EXPECT_EQ(interactions.recorded[0].source, "shop");
  EXPECT_EQ(interactions.recorded[0].idempotency_key, "k1");
  EXPECT_EQ(interactions.recorded[0].at, kUnknownTime);
  EXPECT_EQ(post("/v1/interactions", rows).status, 200);
  EXPECT_EQ(post("/v1/interactions", rows + "\n\n" + rows, "application/x-ndjson").status, 200);
  EXPECT_EQ(post("/v1/interactions", "[]").status, 200);
}

TEST_F(ReadersTest, WhatWasShownIsReportedBesideWhatWasDone) {
  const auto answer = post("/v1/interactions",
                           R"([{"reader":"r","book":"a","kind":"impression"},)"
                           R"({"reader":"r","book":"c","kind":"click","answer":"AQ"},)"
                           R"({"reader":"r","book":"b","kind":"impression",)"
                           R"("at":"2026-03-02T00:00:00Z"},)"
                           R"({"reader":"r","book":"b","kind":"impression","value":3},)"
                           R"({"reader":"r","book":"b","kind":"impression","answer":"AQ"}])");
  EXPECT_EQ(answer.status, 207) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":0,"outcome":"recorded","book":"b"})"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":1,"outcome":"recorded","book":"c"})"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":3,"outcome":"refused","field":"kind")"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":4,"outcome":"refused","field":"answer")"));
  ASSERT_EQ(interactions.recorded.size(), 1);
  EXPECT_EQ(interactions.recorded[0].answer, "AQ");
  ASSERT_EQ(interactions.shown.size(), 2);
  EXPECT_EQ(interactions.shown[0].book_id, "a");
  EXPECT_EQ(to_iso8601(interactions.shown[1].at), "2026-03-02T00:00:00.000Z");
  EXPECT_THAT(get("/v1/readers/r/impressions").body,
              testing::StartsWith(
                  R"({"reader":"r","impressions":[{"book":"a","count":1,"at":"1970-01-01)"));
  EXPECT_EQ(get("/v1/readers/unknown/impressions").status, 404);
  EXPECT_EQ(get("/v1/readers/r/impressions?k=1").status, 400);
}

TEST_F(ReadersTest, ABadRowDoesNotStopTheOthers) {
  const auto answer = post("/v1/interactions",
                           "{\"reader\":\"r\",\"book\":\"b\",\"kind\":\"read\"}\n"
                           "nonsense\n"
                           "{\"reader\":\"r\",\"book\":\"unknown\",\"kind\":\"read\"}\n"
                           "{\"reader\":\"r\",\"book\":\"b\",\"kind\":\"rating\",\"value\":-1}\n"
                           "{\"reader\":\"r\",\"book\":\"b\",\"kind\":\"read\",\"stars\":1}\n",
                           "application/x-ndjson");
  EXPECT_EQ(answer.status, 207);
  EXPECT_THAT(answer.body, HasSubstr(R"("recorded":1,"known":0,"refused":4)"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":1,"outcome":"refused","field":"row")"));
  EXPECT_THAT(answer.body,
              HasSubstr(R"({"index":2,"outcome":"refused","field":"book","value":"unknown")"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":3,"outcome":"refused","field":"value")"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"index":4,"outcome":"refused","field":"stars")"));
  EXPECT_EQ(interactions.recorded.size(), 2);
}

TEST_F(ReadersTest, WhenNothingIsTakenItIsAProblem) {
  const auto answer = post("/v1/interactions", R"([{"reader":"r"},[1]])");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("[0].kind"));
  EXPECT_THAT(answer.body, HasSubstr("[1].row"));
  EXPECT_EQ(post("/v1/interactions", "[{]").status, 400);
  EXPECT_EQ(post("/v1/interactions", "[{}").status, 400);
  EXPECT_EQ(post("/v1/interactions", "{}", "text/csv").status, 415);
  EXPECT_EQ(post("/v1/interactions?dry=1", "{}").status, 400);
}

TEST_F(ReadersTest, RecommendationsAreMadeFromTheHistory) {
  const auto answer = get("/v1/readers/a%2Fb/recommendations?k=7&diversity=0.5&language=fr");
  EXPECT_THAT(answer.body,
              testing::StartsWith(R"({"reader":"a/b","history":4,"strategy":"content")"));
  EXPECT_EQ(recommender.last_recommend.reader, "a/b");
  EXPECT_EQ(recommender.last_recommend.k, 7);
  EXPECT_EQ(recommender.last_recommend.diversity, 0.5);
  EXPECT_THAT(recommender.last_recommend.filter.languages, ElementsAre("fr"));
  for (const char* bad : {"k=1001", "k=-1", "diversity=2", "loved=b1", "n=3"}) {
    EXPECT_EQ(get(std::string("/v1/readers/r/recommendations?") + bad).status, 400) << bad;
  }
  EXPECT_EQ(get("/v1/readers/" + std::string(257, 'x') + "/recommendations").status, 400);
}

TEST_F(ReadersTest, RotationAndEditionsMayBeAskedFor) {
  ASSERT_EQ(get("/v1/readers/r/recommendations?rotation=0&prefer_language=fr&prefer_format=Poche&"
                "available=any&exclude_author=x")
                .status,
            200);
  EXPECT_EQ(recommender.last_recommend.rotation, 0);
  EXPECT_THAT(recommender.last_recommend.prefer.languages, ElementsAre("fr"));
  EXPECT_THAT(recommender.last_recommend.prefer.formats, ElementsAre("Poche"));
  EXPECT_EQ(recommender.last_recommend.filter.available, Availability::kAny);
  EXPECT_THAT(recommender.last_recommend.filter.exclude_authors, ElementsAre("x"));
  ASSERT_EQ(post("/v1/readers/r/recommendations", R"({"rotation":0.5})").status, 200);
  EXPECT_EQ(recommender.last_recommend.rotation, 0.5);
  ASSERT_EQ(get("/v1/readers/r/recommendations").status, 200);
  EXPECT_EQ(recommender.last_recommend.rotation, std::nullopt);
  for (const char* bad : {"rotation=2", "rotation=-1", "rotation=nan", "rotation=inf"}) {
    EXPECT_EQ(get(std::string("/v1/readers/r/recommendations?") + bad).status, 400) << bad;
  }
}

TEST_F(ReadersTest, AnExcludeListMayBeLong) {
  std::string ids;
  for (int i = 0; i < 100'000; ++i) {
    ids += fmt::format("{}\"{}\"", i == 0 ? "" : ",", 9'780'000'000'000 + i);
  }
  const auto body = R"({"k":3,"exclude_id":[)" + ids + "]}";
  ASSERT_EQ(post("/v1/readers/r/recommendations", body).status, 200);
  EXPECT_EQ(recommender.last_recommend.filter.exclude_ids.size(), 100'000);
  EXPECT_EQ(post("/v1/readers/r/recommendations",
                 R"({"exclude_id":")" + std::string(kMaxListBytes, 'x') + "\"}")
                .status,
            413);
  EXPECT_EQ(post("/v1/readers/r/recommendations", R"({"loved":["b"]})").status, 400);
}

}  // namespace
}  // namespace bookreco
