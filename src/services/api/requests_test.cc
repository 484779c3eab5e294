#include "services/api/requests.h"

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(SplitJson, CutsArraysAtTheirTopLevel) {
  EXPECT_THAT(*split_json(R"( [ {"a":"]},[\""} , [1,[2]],3 ] )"),
              ElementsAre(R"({"a":"]},[\""})", "[1,[2]]", "3"));
  EXPECT_THAT(*split_json(" {\"a\":1} "), ElementsAre("{\"a\":1}"));
  EXPECT_THAT(*split_json("[ ]"), IsEmpty());
  EXPECT_THAT(*split_json("[{},]"), ElementsAre("{}", ""));
}

TEST(SplitJson, DamageIsTold) {
  for (const char* bad : {"[", "[{}", "[{},", "[\"a", "[\"\\", "[]]", "[{}] x", "[{}]{}"}) {
    const auto rows = split_json(bad);
    ASSERT_FALSE(rows) << bad;
    EXPECT_EQ(rows.error().code, Code::kInvalidArgument);
  }
}

TEST(SplitLines, SkipsEmptyLines) {
  EXPECT_THAT(split_lines("{}\r\n\n {\"a\":1}\n"), ElementsAre("{}", "{\"a\":1}"));
  EXPECT_THAT(split_lines(""), IsEmpty());
}

TEST(JsonObject, OnlySoundObjectsPass) {
  EXPECT_EQ(json_object_problem(R"({"title":"\ud83d\ude00 é","labels":["a"]})"), "");
  const std::string deep = "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}";
  EXPECT_THAT(json_object_problem(deep), HasSubstr("nested deeper than"));
  EXPECT_THAT(json_object_problem(R"({"a":["\u0000"]})"), HasSubstr("NUL"));
  EXPECT_THAT(json_object_problem(R"({"\u0000":1})"), HasSubstr("NUL"));
  EXPECT_EQ(json_object_problem(R"({"title":"a","title":"b"})"),
            "gives \"title\" twice in one object");
  EXPECT_EQ(json_object_problem("[]"), "is not a JSON object");
  for (const char* bad : {"",
                          "{",
                          "{\"a\":1,}",
                          R"({"a":"\ud800"})",
                          R"({"a":"\udc00\ud800"})",
                          "{\"a\":\"\xff\"}",
                          "{\"a\":\"\xed\xa0\x80\"}",
                          "{\"a\":NaN}",
                          "{}{}"}) {
    EXPECT_THAT(json_object_problem(bad), HasSubstr("is not JSON")) << bad;
  }
}

class ReadJson : public testing::Test {
 protected:
  std::optional<Fields> read(std::string body,
                             std::string_view type = "application/json; charset=utf-8") {
    HttpRequest request;
    request.add_header("Content-Type", type);
    request.body = std::move(body);
    response_.clear();
    return read_json_fields(request, response_);
  }
  HttpResponse response_;
};

TEST_F(ReadJson, MembersAreFields) {
  auto fields = read(R"({"k":3,"query":"q","none":null,)"
                     R"("author":["a","b"],"pages_min":10,"label":"x"})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->integer("k", 0, 10), 3);
  EXPECT_EQ(fields->text("query"), "q");
  EXPECT_EQ(fields->text("none"), "");
  const BookFilter filter = read_filter(*fields);
  EXPECT_THAT(filter.authors, ElementsAre("a", "b"));
  EXPECT_THAT(filter.labels, ElementsAre("x"));
  EXPECT_EQ(filter.pages_min, 10);
  EXPECT_FALSE(fields->refused(response_));
}

TEST_F(ReadJson, UnknownMembersAreNamed) {
  auto fields = read(R"({"kk":3,"empty":[],"autor":"a","filter":{"author":"a"}})");
  ASSERT_TRUE(fields);
  read_filter(*fields);
  ASSERT_TRUE(fields->refused(response_));
  for (const char* name : {"kk", "empty", "autor", "filter"}) {
    EXPECT_THAT(response_.body, HasSubstr(fmt::format("\"field\":\"{}\"", name)));
  }
}

TEST_F(ReadJson, AMemberGivenTwiceIsNamed) {
  for (const auto& [body, name] : {std::pair(R"({"query":"a","k":1,"query":"b"})", "query"),
                                   {R"({"query":"a","\u0071uery":"b"})", "query"},
                                   {R"({"a":[{"x":1,"y":{"z":1,"z":2}}]})", "z"},
                                   {R"({"":1,"":2})", ""}}) {
    EXPECT_FALSE(read(body)) << body;
    EXPECT_EQ(response_.status, 400);
    EXPECT_THAT(response_.body, HasSubstr(fmt::format("{{\"field\":\"{}\",", name)));
    EXPECT_THAT(response_.body, HasSubstr("twice"));
  }
  for (const char* sound : {R"({"a":{"x":1},"b":{"x":1}})", R"({"a":"\"a\":","b":"a"})"}) {
    EXPECT_TRUE(read(sound)) << sound;
  }
}

TEST_F(ReadJson, WhatIsNotAnObjectIsRefused) {
  for (const char* bad :
       {"", "[]", "3", "{", "\"x\"", R"({"query":"\ud800"})", R"({"query":"a\u0000b"})"}) {
    EXPECT_FALSE(read(bad)) << bad;
    EXPECT_EQ(response_.status, 400) << bad;
  }
  EXPECT_FALSE(read("{\"a\":" + std::string(100000, '[')));
  EXPECT_THAT(response_.body, HasSubstr("nested deeper than 32"));
  EXPECT_FALSE(read("{\"a\":\"" + std::string(300000, 'x') + "\"}"));
  EXPECT_EQ(response_.status, 413);
  std::string many = "{\"a\":1";
  for (std::size_t i = 0; i < kMaxMembers; ++i) {
    many += fmt::format(",\"m{}\":1", i);
  }
  EXPECT_FALSE(read(many + "}"));
  EXPECT_THAT(response_.body, HasSubstr("more than 1,000 members"));
  EXPECT_THAT(json_object_problem(many + "}"), HasSubstr("more than 1,000 members"));
  EXPECT_FALSE(read("{}", "text/plain"));
  EXPECT_EQ(response_.status, 415);
  EXPECT_THAT(response_.body, HasSubstr("application/json"));
}

TEST(Links, KeepTheOtherParametersAndStayInside) {
  HttpRequest request;
  request.target = "/v1/books?author=A%26B&page=3&page_size=10";
  request.path = std::string_view(request.target).substr(0, 9);
  request.query = {{"author", "A&B"}, {"page", "3"}, {"page_size", "10"}};
  HttpResponse response;
  set_links(request, {3, 10}, 35, response);
  EXPECT_EQ(response.header_lines(),
            "Link: </v1/books?author=A%26B&page_size=10&page=1>; rel=\"first\", "
            "</v1/books?author=A%26B&page_size=10&page=2>; rel=\"prev\", "
            "</v1/books?author=A%26B&page_size=10&page=4>; rel=\"next\", "
            "</v1/books?author=A%26B&page_size=10&page=4>; rel=\"last\"\r\n");
  response.clear();
  set_links(request, {1, 10}, 0, response);
  EXPECT_THAT(response.header_lines(), Not(HasSubstr("next")));
  EXPECT_THAT(response.header_lines(), Not(HasSubstr("prev")));
}

TEST(Filter, ReversedRangesAreRefused) {
  HttpRequest request;
  request.query = {{"pages_min", "300"}, {"pages_max", "100"}};
  Fields fields(request);
  read_filter(fields);
  HttpResponse response;
  EXPECT_TRUE(fields.refused(response));
  EXPECT_THAT(response.body, HasSubstr("above pages_max"));
}

}  // namespace
}  // namespace bookreco
