#include <algorithm>
#include <set>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

namespace json = boost::json;

class OpenApiTest : public ApiFixture, public testing::Test {
 protected:
  OpenApiTest() : document_(json::parse({openapi_document().data(), openapi_document().size()})) {}

  // Calls visit with every "$ref" of the document.
  template <class Visit>
  static void for_each_ref(const json::value& value, const Visit& visit) {
    if (const auto* object = value.if_object()) {
      for (const auto& member : *object) {
        if (member.key() == "$ref") {
          visit(std::string(member.value().as_string()));
        }
        for_each_ref(member.value(), visit);
      }
    } else if (const auto* array = value.if_array()) {
      for (const json::value& element : *array) {
        for_each_ref(element, visit);
      }
    }
  }

  json::value document_;
};

TEST_F(OpenApiTest, HasEveryRouteAndNoOther) {
  std::set<std::string> routed;
  for (const auto& route : router.routes()) {
    routed.insert(std::string(method_name(route->method)) + " " + route->path);
  }
  std::set<std::string> described;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& member : path.value().as_object()) {
      std::string method(member.key());
      std::ranges::transform(
          method, method.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
      if (parse_method(method) != HttpMethod::kOther) {
        described.insert(method + " " + std::string(path.key()));
      }
    }
  }
  EXPECT_EQ(routed, described);
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhere) {
  for_each_ref(document_, [&](const std::string& ref) {
    ASSERT_TRUE(ref.starts_with("#/")) << ref;
    boost::system::error_code error;
    EXPECT_NE(document_.find_pointer(ref.substr(1), error), nullptr) << ref;
  });
}

// What the document names as query parameters is what the routes know: each alone is never called
// unknown.
TEST_F(OpenApiTest, ItsQueryParametersAreKnownToTheRoutes) {
  for (const auto& path : document_.at("paths").as_object()) {
    const auto* get = path.value().as_object().if_contains("get");
    if (get == nullptr || get->as_object().if_contains("parameters") == nullptr ||
        !path.key().starts_with("/v1")) {
      continue;
    }
    for (const json::value& listed : get->at("parameters").as_array()) {
      const json::value* parameter = &listed;
      if (const auto* ref = listed.as_object().if_contains("$ref")) {
        boost::system::error_code error;
        parameter = document_.find_pointer(std::string(ref->as_string()).substr(1), error);
        ASSERT_NE(parameter, nullptr);
      }
      if (parameter->at("in").as_string() == "query") {
        const std::string name(parameter->at("name").as_string());
        const auto answer = this->get(std::string(path.key()) + "?" + name + "=");
        EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("is not known here")))
            << path.key() << " " << name;
      }
    }
  }
}

// The same for the members of JSON bodies.
TEST_F(OpenApiTest, ItsBodyMembersAreKnownToTheRoutes) {
  for (const auto& [path, schema] : {std::pair("/v1/search", "SearchRequest"),
                                     {"/v1/recommendations", "RecommendRequest"},
                                     {"/v1/session/recommendations", "SessionRequest"},
                                     {"/v1/onboarding", "OnboardingRequest"}}) {
    for (const char* part : {schema, "Filters"}) {
      for (const auto& member :
           document_.at("components").at("schemas").at(part).at("properties").as_object()) {
        const std::string name(member.key());
        EXPECT_EQ(post(path, "{\"" + name + "\":null}").status, 200) << path << " " << name;
      }
    }
    EXPECT_EQ(post(path, "{\"filter\":null}").status, 400);
  }
}

TEST_F(OpenApiTest, IsServed) {
  const auto answer = get("/openapi.json");
  EXPECT_EQ(answer.content(), openapi_document());
  EXPECT_EQ(document_.at("openapi").as_string(), "3.1.0");
}

}  // namespace
}  // namespace bookreco
