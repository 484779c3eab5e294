#include "transport/http.h"

#include <gmock/gmock.h>

#include "transport/problem.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(PercentDecode, DecodesAndRefuses) {
  EXPECT_EQ(percent_decode("caf%C3%A9", false), "café");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
  for (const char* bad : {"%", "%4", "%zz", "%00", "%ff", "%ED%A0%80"}) {
    EXPECT_EQ(percent_decode(bad, false), std::nullopt) << bad;
  }
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string out;
  append_percent_encoded(out, "a b&c=d/é~-._");
  EXPECT_EQ(out, "a%20b%26c%3Dd%2F%C3%A9~-._");
  EXPECT_EQ(percent_decode(out, true), "a b&c=d/é~-._");
}

TEST(Query, KeepsOrderRepeatsAndEmptyValues) {
  const auto pairs = parse_query("a=1&a=2&&b&c=x%3Dy=z");
  ASSERT_TRUE(pairs);
  EXPECT_THAT(*pairs,
              ElementsAre(Pair("a", "1"), Pair("a", "2"), Pair("b", ""), Pair("c", "x=y=z")));
  EXPECT_FALSE(parse_query("a=%"));
  std::string many;
  for (int i = 0; i < 300; ++i) {
    many += "a=1&";
  }
  EXPECT_FALSE(parse_query(many));
}

TEST(Traceparent, OnlyValidOnesAnswerTheirTrace) {
  EXPECT_EQ(trace_id_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(trace_id_of("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"),
            "0af7651916cd43dd8448eb211c80319c");
  for (const char* bad : {"",
                          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                          "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more"}) {
    EXPECT_EQ(trace_id_of(bad), "") << bad;
  }
}

TEST(Etag, MatchesListsWeakOnesAndStar) {
  EXPECT_TRUE(etag_matches("\"a\", W/\"b\"", "b"));
  EXPECT_TRUE(etag_matches(" * ", "b"));
  EXPECT_FALSE(etag_matches("\"ab\"", "b"));
  EXPECT_FALSE(etag_matches("b", "b"));
  EXPECT_FALSE(etag_matches("", "b"));
}

TEST(HttpRequest, HeadersAreFoundInAnyCase) {
  HttpRequest request;
  request.add_header("Content-Type", "Application/JSON ; charset=utf-8");
  request.add_header("accept-encoding", "br, gzip;q=0.8");
  EXPECT_EQ(request.header("CONTENT-TYPE"), "Application/JSON ; charset=utf-8");
  EXPECT_EQ(request.media_type(), "application/json");
  EXPECT_TRUE(request.accepts_gzip());
  EXPECT_EQ(request.header("X"), "");
  request.clear();
  EXPECT_EQ(request.header("Content-Type"), "");
  request.add_header("Accept-Encoding", "gzip;q=0.0");
  EXPECT_FALSE(request.accepts_gzip());
}

TEST(HttpResponse, AHeaderValueCannotAddAHeader) {
  HttpResponse response;
  response.set_header("Location", "/x\r\nSet-Cookie: a=b");
  EXPECT_EQ(response.header_lines(), "Location: /x  Set-Cookie: a=b\r\n");
}

TEST(Problem, HasTheMembersOfTheRfcAndTheFields) {
  HttpResponse response;
  const FieldError errors[] = {{"k", "too \"large\""}};
  set_problem(response, 400, "invalid_argument", "bad", errors);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"bad",)"
            R"("code":"invalid_argument","errors":[{"field":"k","detail":"too \"large\""}]})");
}

TEST(Problem, InternalDetailsStayInside) {
  HttpResponse response;
  set_problem(response, Error{Code::kInternal, "SELECT secret"});
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
  set_problem(response, Error{Code::kUnavailable, "no snapshot yet"});
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("no snapshot yet"));
  EXPECT_THAT(response.header_lines(), HasSubstr("Retry-After: 1\r\n"));
}

TEST(Problem, EveryCodeHasAnErrorStatus) {
  for (int code = 1; code <= 16; ++code) {
    const int status = http_status(static_cast<Code>(code));
    EXPECT_GE(status, 400) << code;
    EXPECT_NE(status_text(status), "Unknown") << code;
  }
}

}  // namespace
}  // namespace bookreco
