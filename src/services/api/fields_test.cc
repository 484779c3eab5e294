#include "services/api/fields.h"

#include <array>

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = FieldValue::Kind;

Fields query(std::initializer_list<std::pair<std::string, std::string>> pairs) {
  Fields fields;
  for (const auto& [name, value] : pairs) {
    fields.add(name, {Kind::kQuery, value});
  }
  return fields;
}

constexpr std::array<std::pair<std::string_view, int>, 2> kColours = {{{"red", 1}, {"green", 2}}};

TEST(Fields, ReadsEveryType) {
  Fields fields = query({{"t", "a b"},
                         {"l", "1"},
                         {"l", "2"},
                         {"i", "-7"},
                         {"n", "0.5"},
                         {"b", "true"},
                         {"d", "2016-06"},
                         {"c", "green"},
                         {"cs", "red,green"},
                         {"empty", ""}});
  EXPECT_EQ(fields.text("t"), "a b");
  EXPECT_THAT(fields.texts("l"), ElementsAre("1", "2"));
  EXPECT_EQ(fields.integer("i", -10, 10), -7);
  EXPECT_EQ(fields.number("n", 0, 1), 0.5);
  EXPECT_EQ(fields.boolean("b"), true);
  EXPECT_EQ(fields.date("d")->to_string(), "2016-06");
  EXPECT_EQ(fields.choice<int>("c", kColours), 2);
  EXPECT_THAT(fields.choices<int>("cs", kColours), ElementsAre(1, 2));
  EXPECT_EQ(fields.integer("empty", 0, 1), std::nullopt);
  EXPECT_EQ(fields.text("absent"), "");
  HttpResponse response;
  EXPECT_FALSE(fields.refused(response));
  EXPECT_EQ(response.body, "");
}

TEST(Fields, TellsEverythingThatIsWrongAtOnce) {
  Fields fields = query({{"k", "many"},
                         {"page", "1"},
                         {"page", "2"},
                         {"d", "2019-02-31"},
                         {"colour", "x"},
                         {"c", "blue"}});
  fields.integer("k", 0, 1000);
  fields.integer("page", 1, 10);
  fields.date("d");
  fields.choice<int>("c", kColours);
  HttpResponse response;
  ASSERT_TRUE(fields.refused(response));
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(
      response.body,
      HasSubstr(R"({"field":"k","detail":"expected a whole number from 0 to 1000, got 'many'"})"));
  EXPECT_THAT(response.body,
              HasSubstr(R"({"field":"page","detail":"expected one value, got several"})"));
  EXPECT_THAT(response.body, HasSubstr(R"("field":"d")"));
  EXPECT_THAT(response.body, HasSubstr("expected one of red, green, got 'blue'"));
  EXPECT_THAT(response.body, HasSubstr(R"({"field":"colour","detail":"is not known here"})"));
  EXPECT_THAT(response.body, HasSubstr("colour: is not known here; known are k, page, d, c\""));
}

TEST(Fields, NumbersAreHeldToTheirRange) {
  for (const char* bad :
       {"1001", "-1", "1e9", "10.5", "NaN", "inf", "0x10", " 1", "1 ", "9223372036854775808"}) {
    Fields fields = query({{"k", bad}});
    HttpResponse response;
    EXPECT_EQ(fields.integer("k", 0, 1000), std::nullopt) << bad;
    EXPECT_TRUE(fields.refused(response)) << bad;
  }
  EXPECT_EQ(query({{"k", "10.0"}}).integer("k", 0, 1000), 10);
  EXPECT_EQ(query({{"k", "1e3"}}).integer("k", 0, 1000), 1000);
}

TEST(Fields, JsonTypesAreNotGuessed) {
  Fields fields;
  fields.add("k", {Kind::kString, "10"});
  fields.add("query", {Kind::kNumber, "10"});
  fields.add("b", {Kind::kString, "true"});
  fields.add("list", {Kind::kString, "x"}, true);
  fields.add("deep", {Kind::kOther, "an object"});
  fields.integer("k", 0, 10);
  fields.text("query");
  fields.boolean("b");
  fields.text("list");
  fields.texts("deep");
  HttpResponse response;
  ASSERT_TRUE(fields.refused(response));
  for (const char* name : {"k", "query", "b", "list", "deep"}) {
    EXPECT_THAT(response.body, HasSubstr(fmt::format("\"field\":\"{}\"", name)));
  }
  EXPECT_THAT(response.body, HasSubstr("expected text or a list of text, got an object"));
}

TEST(Fields, LongAndManyValuesAreRefusedWithoutEchoingThem) {
  Fields fields;
  fields.add("long", {Kind::kQuery, std::string(5000, 'x')});
  for (int i = 0; i < 1001; ++i) {
    fields.add("many", {Kind::kQuery, "x"});
  }
  fields.text("long");
  EXPECT_TRUE(fields.texts("many").empty());
  HttpResponse response;
  ASSERT_TRUE(fields.refused(response));
  EXPECT_THAT(response.body, HasSubstr("at most 4096 bytes"));
  EXPECT_THAT(response.body, HasSubstr("at most 1000 values, got 1001"));
  EXPECT_THAT(response.body, Not(HasSubstr("xxxx")));
}

}  // namespace
}  // namespace bookreco
