#include <gmock/gmock.h>

#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kNdjson = "application/x-ndjson";

class UpsertTest : public ApiFixture, public testing::Test {
 protected:
  UpsertTest() { catalog.upsert_answer->loaded = 1; }
};

TEST_F(UpsertTest, ObjectsArraysAndLinesBecomeRows) {
  catalog.upsert_answer->ids = {"b1"};
  const auto answer = post("/v1/books", R"({"title":"a"})");
  EXPECT_EQ(answer.body,
            R"({"loaded":1,"updated":0,"unchanged":0,"ids":["b1"],"refused":[],"repaired":[]})");
  EXPECT_THAT(catalog.rows, ElementsAre(R"({"title":"a"})"));
  EXPECT_EQ(post("/v1/books", R"([{"title":"a"}, {"title":"b,]"}])").status, 200);
  EXPECT_THAT(catalog.rows, ElementsAre(R"({"title":"a"})", R"({"title":"b,]"})"));
  EXPECT_EQ(post("/v1/books", "{\"title\":\"a\"}\n\n{\"title\":\"b\"}\n", kNdjson).status, 200);
  EXPECT_THAT(catalog.rows, ElementsAre(R"({"title":"a"})", R"({"title":"b"})"));
}

TEST_F(UpsertTest, ABrokenArrayStoresNothing) {
  for (const char* bad : {R"([{"title":"a"},{"title":])",
                          R"([{"title":"a"},{"title"}])",
                          R"([{"title":"a"},3])",
                          R"([{"title":"a"},])",
                          R"([{"title":"a","title":"b"}])",
                          "",
                          "nonsense"}) {
    EXPECT_EQ(post("/v1/books", bad).status, 400) << bad;
    EXPECT_THAT(catalog.rows, IsEmpty()) << bad;
  }
  EXPECT_THAT(post("/v1/books", R"([{"title":"a"},{"title":"\ud800"}])").body,
              HasSubstr("\"field\":\"[1]\""));
}

TEST_F(UpsertTest, ABrokenLineIsRefusedAlone) {
  catalog.upsert_answer->refused = {{1, "title", "", "is empty"}};
  catalog.upsert_answer->repaired = {{0, "page_count", "-3", "is negative"}};
  const auto answer = post(
      "/v1/books", "not json\n{\"title\":\"a\",\"page_count\":-3}\n[]\n{\"title\":\"\"}", kNdjson);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(catalog.rows, testing::SizeIs(2));
  EXPECT_THAT(answer.body, HasSubstr("\"refused\":[{\"index\":0,\"reason\":\"is not JSON"));
  EXPECT_THAT(answer.body, HasSubstr("{\"index\":2,\"reason\":\"is not a JSON object\"}"));
  EXPECT_THAT(
      answer.body,
      HasSubstr("{\"index\":3,\"field\":\"title\",\"value\":\"\",\"reason\":\"is empty\"}]"));
  EXPECT_THAT(answer.body,
              HasSubstr("\"repaired\":[{\"index\":1,\"field\":\"page_count\",\"value\":\"-3\","
                        "\"reason\":\"is negative\"}]"));
}

TEST_F(UpsertTest, WhenEveryRowIsRefusedTheAnswerIsAProblem) {
  catalog.upsert_answer->loaded = 0;
  catalog.upsert_answer->refused = {{0, "title", "", "is missing"}};
  const auto answer = post("/v1/books", "{}");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("{\"field\":\"[0].title\",\"detail\":\"is missing\"}"));
  EXPECT_EQ(post("/v1/books", "x\ny", kNdjson).status, 400);
}

TEST_F(UpsertTest, OtherTypesAndParametersAreRefused) {
  EXPECT_EQ(post("/v1/books", "{}", "application/x-www-form-urlencoded").status, 415);
  EXPECT_EQ(post("/v1/books?dry=1", "{}").status, 400);
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.target = "/v1/books";
  request.add_header("Content-Type", "application/json");
  request.add_header("Content-Encoding", "gzip");
  EXPECT_EQ(ask(request).status, 415);
}

TEST_F(UpsertTest, StoreFailuresKeepTheirCode) {
  catalog.upsert_answer = fail(Code::kResourceExhausted, "the disk is full");
  EXPECT_EQ(post("/v1/books", "{\"title\":\"a\"}").status, 503);
}

}  // namespace
}  // namespace bookreco
