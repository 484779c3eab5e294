#include "transport/router.h"

#include <gmock/gmock.h>

namespace bookreco {
namespace {

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    add(HttpMethod::kGet, "/");
    add(HttpMethod::kGet, "/v1/books");
    add(HttpMethod::kPost, "/v1/books");
    add(HttpMethod::kGet, "/v1/books/{id}");
    add(HttpMethod::kGet, "/v1/books/new");
    add(HttpMethod::kGet, "/v1/books/{id}/similar");
  }

  void add(HttpMethod method, std::string path) {
    router_.add(
        {method, std::move(path), RunOn::kInline, false, [](auto&, auto&) { return Status(); }});
  }

  Router::Match match(HttpMethod method, std::string target) {
    request_.clear();
    request_.method = method;
    request_.target = std::move(target);
    return router_.match(request_);
  }

  std::string path_of(HttpMethod method, std::string target) {
    const auto found = match(method, std::move(target));
    return found.route == nullptr ? std::to_string(found.status) : found.route->path;
  }

  Router router_;
  HttpRequest request_;
};

TEST_F(RouterTest, FindsLiteralsAndParameters) {
  EXPECT_EQ(path_of(HttpMethod::kGet, "/"), "/");
  EXPECT_EQ(path_of(HttpMethod::kGet, "/v1/books?a=1"), "/v1/books");
  EXPECT_EQ(request_.query.at(0).second, "1");
  EXPECT_EQ(path_of(HttpMethod::kGet, "/v1/books/978%2F1/similar"), "/v1/books/{id}/similar");
  EXPECT_EQ(request_.path_param("id"), "978/1");
  EXPECT_EQ(request_.path_param("other"), "");
  EXPECT_EQ(path_of(HttpMethod::kGet, "/v1/books/new"), "/v1/books/new");
  EXPECT_EQ(path_of(HttpMethod::kGet, "http://host:1/v1/books"), "/v1/books");
  EXPECT_EQ(path_of(HttpMethod::kGet, "http://host"), "/");
}

TEST_F(RouterTest, HeadIsAnsweredByGet) {
  EXPECT_EQ(path_of(HttpMethod::kHead, "/v1/books"), "/v1/books");
}

TEST_F(RouterTest, UnknownPathsAre404) {
  for (const char* path :
       {"/v2", "/v1", "/v1/", "/v1/books/", "//", "/v1/books/a/b", "/v1/books/a/similar/"}) {
    EXPECT_EQ(path_of(HttpMethod::kGet, path), "404") << path;
  }
}

TEST_F(RouterTest, OtherMethodsAre405WithTheAllowedOnes) {
  const auto found = match(HttpMethod::kDelete, "/v1/books");
  EXPECT_EQ(found.status, 405);
  EXPECT_EQ(found.allow, "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(match(HttpMethod::kOther, "/").status, 405);
  const auto options = match(HttpMethod::kOptions, "/v1/books/1");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.allow, "GET, HEAD, OPTIONS");
  EXPECT_EQ(match(HttpMethod::kOptions, "*").status, 204);
}

TEST_F(RouterTest, PathsThatClimbOrDoNotDecodeAre400) {
  for (const char* path : {"/v1/../etc/passwd",
                           "/v1/%2e%2e/etc",
                           "/v1/./books",
                           "/v1/books/%2E.",
                           "/v1/books/a%2f..%2fb",
                           "/v1/books/..%5cb",
                           "/v1/books/%00",
                           "/v1/books/%",
                           "/v1/books/%f",
                           "/v1/books/%ff",
                           "/v1/books?x=%00",
                           "/v1/books?x=%zz",
                           "v1/books",
                           "",
                           "*"}) {
    EXPECT_EQ(path_of(HttpMethod::kGet, path), "400") << path;
  }
}

TEST_F(RouterTest, DotsInsideASegmentPass) {
  EXPECT_EQ(path_of(HttpMethod::kGet, "/v1/books/.a..b"), "/v1/books/{id}");
}

using RouterDeathTest = RouterTest;

TEST_F(RouterDeathTest, ARouteTwiceAborts) {
  EXPECT_DEATH(add(HttpMethod::kGet, "/v1/books"), "number");
}

}  // namespace
}  // namespace bookreco
