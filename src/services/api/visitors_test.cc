#include <gmock/gmock.h>

#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class VisitorsTest : public ApiFixture, public testing::Test {
 protected:
  VisitorsTest() {
    Hits hits;
    hits.strategy = "readers";
    hits.snapshot = "s1";
    hits.history = 2;
    hits.ignored = 1;
    hits.hits = {{"b1", "{\"id\":\"b1\"}", 0.5, {}, 12}, {"b2", "{\"id\":\"b2\"}", 0.25, {}, 0}};
    recommender.hits = std::move(hits);
  }
  std::string session(const std::string& events) {
    const auto answer = post("/v1/session/recommendations", R"({"events":)" + events + "}");
    return std::to_string(answer.status) + " " + answer.body;
  }
};

TEST_F(VisitorsTest, AlsoLovedCountsReaders) {
  const auto answer = get("/v1/books/b%2F0/also-loved?k=3&language=fr");
  EXPECT_EQ(answer.body,
            R"({"id":"b/0","strategy":"readers","snapshot":"s1","books":[)"
            R"({"score":0.5,"readers":12,"reasons":[],"book":{"id":"b1"}},)"
            R"({"score":0.25,"reasons":[],"book":{"id":"b2"}}]})");
  EXPECT_EQ(recommender.last_also_loved.id, "b/0");
  EXPECT_EQ(recommender.last_also_loved.k, 3);
  EXPECT_THAT(recommender.last_also_loved.filter.languages, ElementsAre("fr"));
}

TEST_F(VisitorsTest, AlsoLovedRefusesWhatItDoesNotKnow) {
  EXPECT_EQ(get("/v1/books/unknown/also-loved").status, 404);
  for (const char* query : {"k=-1", "k=1001", "k=x", "metric=cosine", "pages_min=-1"}) {
    EXPECT_EQ(get(std::string("/v1/books/b/also-loved?") + query).status, 400) << query;
  }
  recommender.hits->degraded = true;
  EXPECT_THAT(get("/v1/books/b/also-loved").body, HasSubstr("\"degraded\":true"));
  recommender.hits = fail(Code::kUnavailable, "no snapshot yet");
  EXPECT_EQ(get("/v1/books/b/also-loved").status, 503);
}

TEST_F(VisitorsTest, ASessionIsReadInItsOrder) {
  const auto answer = post("/v1/session/recommendations",
                           R"({"events":[{"book":"a","kind":"view","at":"2026-06-08T12:30:00Z"},)"
                           R"({"book":"b","kind":"rating","value":4.5},)"
                           R"({"book":"c","kind":"click","at":"2999-01-01"}],)"
                           R"("k":3,"diversity":0,"author":["X"]})");
  EXPECT_THAT(answer.body,
              HasSubstr(R"({"history":2,"ignored":1,"strategy":"readers","snapshot":"s1",)"));
  const SessionRequest& request = recommender.last_session;
  ASSERT_THAT(request.events, SizeIs(3));
  EXPECT_EQ(request.events[0].book_id, "a");
  EXPECT_EQ(request.events[0].kind, InteractionKind::kView);
  EXPECT_EQ(to_iso8601(request.events[0].at), "2026-06-08T12:30:00.000Z");
  EXPECT_EQ(request.events[1].value, 4.5);
  EXPECT_EQ(request.events[1].at, kUnknownTime);
  EXPECT_EQ(request.events[2].book_id, "c");
  EXPECT_EQ(request.k, 3);
  EXPECT_EQ(request.diversity, 0);
  EXPECT_THAT(request.filter.authors, ElementsAre("X"));
}

TEST_F(VisitorsTest, AnEmptySessionIsOne) {
  for (const char* body : {"{}", R"({"events":[]})", R"({"events":null})"}) {
    EXPECT_EQ(post("/v1/session/recommendations", body).status, 200) << body;
    EXPECT_THAT(recommender.last_session.events, IsEmpty());
  }
}

TEST_F(VisitorsTest, ASessionSaysWhichEventIsWrong) {
  EXPECT_THAT(session(R"([{"book":"a","kind":"view"},{"book":"a","kind":"seen"}])"),
              HasSubstr("events[1].kind"));
  EXPECT_THAT(session(R"([{"kind":"view"}])"), HasSubstr("events[0].book: is missing"));
  EXPECT_THAT(session(R"([{"book":"a"}])"), HasSubstr("events[0].kind: expected one of loved"));
  EXPECT_THAT(session(R"([{"book":"a","kind":"rating"}])"), HasSubstr("events[0].value"));
  EXPECT_THAT(session(R"([{"book":"a","kind":"view","value":3}])"), HasSubstr("only a rating"));
  EXPECT_THAT(session(R"([{"book":"a","kind":"view","at":"soon"}])"), HasSubstr("events[0].at"));
  EXPECT_THAT(session(R"([{"book":"a","kind":"view","reader":"r"}])"),
              HasSubstr("events[0].reader: is not known here"));
  EXPECT_THAT(session(R"([{"book":["a"],"kind":"view"}])"), HasSubstr("events[0].book"));
  EXPECT_THAT(session(R"([{"book":"a","kind":"view"},"a"])"), HasSubstr("a list of objects"));
  EXPECT_THAT(session(R"({"book":"a","kind":"view"})"), HasSubstr("a list of objects"));
  EXPECT_THAT(session(R"([{"book":"a\u0000","kind":"view"}])"), HasSubstr("NUL"));
  EXPECT_THAT(session(R"([{"book":"a","book":"b","kind":"view"}])"), HasSubstr("given twice"));
  for (const char* bad : {R"([[]])", R"([null])", "3", R"("a")", R"([{}])"}) {
    EXPECT_THAT(session(bad), testing::StartsWith("400 ")) << bad;
  }
  EXPECT_THAT(session("[{\"book\":\"\xff\",\"kind\":\"view\"}]"), testing::StartsWith("400 "));
  EXPECT_EQ(post("/v1/session/recommendations?k=3", "{}").status, 400);
  EXPECT_EQ(post("/v1/session/recommendations", R"({"k":1001})").status, 400);
  EXPECT_EQ(post("/v1/session/recommendations", "{}", "text/plain").status, 415);
}

TEST_F(VisitorsTest, TenThousandEventsAreTakenAndNoMore) {
  std::string events = "[";
  for (int i = 0; i < 10'000; ++i) {
    events += fmt::format(R"({}{{"book":"9782070{:06}","kind":"click"}})", i == 0 ? "" : ",", i);
  }
  EXPECT_THAT(session(events + "]"), testing::StartsWith("200 "));
  EXPECT_THAT(recommender.last_session.events, SizeIs(10'000));
  EXPECT_EQ(recommender.last_session.events.back().book_id, "9782070009999");
  EXPECT_THAT(session(events + R"(,{"book":"a","kind":"click"}])"), HasSubstr("at most 10000"));
  const std::string large = R"({"events":[],"author":")" + std::string(5 << 20, 'x') + "\"}";
  EXPECT_EQ(post("/v1/session/recommendations", large).status, 413);
}

TEST_F(VisitorsTest, OnboardingBeginsByGetAndGoesOnByPost) {
  const auto first = get("/v1/onboarding?k=2&language=fr");
  EXPECT_THAT(first.body, testing::StartsWith(R"({"history":2,"strategy":"readers")"));
  EXPECT_EQ(recommender.last_onboarding.k, 2);
  EXPECT_THAT(recommender.last_onboarding.filter.languages, ElementsAre("fr"));
  EXPECT_THAT(recommender.last_onboarding.loved, IsEmpty());
  ASSERT_EQ(
      post("/v1/onboarding",
           R"({"loved":["a"],"liked":"b","disliked":["c"],"unknown":["d","e"],"label":"Roman"})")
          .status,
      200);
  const OnboardingRequest& request = recommender.last_onboarding;
  EXPECT_THAT(request.loved, ElementsAre("a"));
  EXPECT_THAT(request.liked, ElementsAre("b"));
  EXPECT_THAT(request.disliked, ElementsAre("c"));
  EXPECT_THAT(request.unknown, ElementsAre("d", "e"));
  EXPECT_THAT(request.filter.labels, ElementsAre("Roman"));
  EXPECT_EQ(request.k, 6);
}

TEST_F(VisitorsTest, OnboardingRefusesWhatItDoesNotKnow) {
  for (const char* query : {"k=101", "k=-1", "loved=a", "q=1"}) {
    EXPECT_EQ(get(std::string("/v1/onboarding?") + query).status, 400) << query;
  }
  for (const char* body : {R"({"k":101})", R"({"loved":[1]})", R"({"hated":["a"]})", "[]", "x"}) {
    EXPECT_EQ(post("/v1/onboarding", body).status, 400) << body;
  }
  EXPECT_EQ(post("/v1/onboarding", "{}", "").status, 415);
  recommender.hits = fail(Code::kInvalidArgument, "no book has the id");
  EXPECT_EQ(post("/v1/onboarding", R"({"loved":["x"]})").status, 400);
}

}  // namespace
}  // namespace bookreco
