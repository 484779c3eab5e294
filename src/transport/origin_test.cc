#include "transport/origin.h"

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::HasSubstr;

struct Sent {
  std::string host;
  std::string origin;
  HttpMethod method = HttpMethod::kPost;
};

bool refused(const Sent& sent, const HttpSettings& settings = {}) {
  HttpRequest request;
  request.method = sent.method;
  request.add_header("Host", sent.host);
  if (!sent.origin.empty()) {
    request.add_header("Origin", sent.origin);
  }
  HttpResponse response;
  const bool answered = refuse_foreign_page(request, settings, response);
  EXPECT_EQ(response.status, answered ? 403 : 200);
  return answered;
}

TEST(Origin, ProgramsSendNone) {
  EXPECT_FALSE(refused({"localhost:8000", ""}));
  EXPECT_FALSE(refused({"books.example", ""}));
}

TEST(Origin, TheServersOwnPagesPass) {
  for (const char* host : {"localhost:8000",
                           "127.0.0.1:8000",
                           "[::1]:8000",
                           "127.0.0.1",
                           "LocalHost",
                           "books.localhost:1",
                           "192.168.1.7"}) {
    EXPECT_FALSE(refused({host, std::string("http://") + host})) << host;
    EXPECT_FALSE(refused({host, std::string("https://") + host})) << host;
  }
}

TEST(Origin, PagesOfOtherSitesDoNot) {
  for (const char* origin : {"https://evil.example",
                             "http://localhost:8001",
                             "http://127.0.0.1:8000",
                             "http://localhost",
                             "http://localhost:8000.evil.example",
                             "http://evil.example/localhost:8000",
                             "null",
                             "localhost:8000",
                             "://",
                             "\xff"}) {
    EXPECT_TRUE(refused({"localhost:8000", origin})) << origin;
    EXPECT_TRUE(refused({"localhost:8000", origin, HttpMethod::kDelete})) << origin;
    EXPECT_FALSE(refused({"localhost:8000", origin, HttpMethod::kGet})) << origin;
    EXPECT_FALSE(refused({"localhost:8000", origin, HttpMethod::kOptions})) << origin;
  }
}

TEST(Origin, ANamePointedAtLoopbackIsNotOurs) {
  for (const char* host :
       {"evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "[evil]", ""}) {
    EXPECT_TRUE(refused({host, std::string("http://") + host})) << host;
  }
  HttpSettings settings;
  settings.cors_origins = {"https://books.example"};
  EXPECT_FALSE(refused({"books.example", "https://books.example"}, settings))
      << "a proxy on this machine, named";
  EXPECT_TRUE(refused({"books.example", "http://books.example"}, settings));
}

TEST(Origin, AServerOnTheNetworkGoesByTheNameThatItIsCalled) {
  HttpSettings settings;
  settings.host = "0.0.0.0";
  EXPECT_FALSE(refused({"books.example:8000", "http://books.example:8000"}, settings));
  EXPECT_TRUE(refused({"books.example:8000", "http://evil.example:8000"}, settings));
}

TEST(Origin, CorsLetsItsOriginsIn) {
  HttpSettings settings;
  settings.cors_origins = {"https://shop.example", "https://b.example"};
  EXPECT_FALSE(refused({"localhost:8000", "https://shop.example"}, settings));
  EXPECT_TRUE(refused({"localhost:8000", "https://shop.example.evil"}, settings));
  settings.cors_origins = {"*"};
  EXPECT_FALSE(refused({"localhost:8000", "null"}, settings));
}

TEST(Origin, FormsOfBrowsersThatHideTheOriginAreSeenByTheirSite) {
  for (const auto& [site, passes] : {std::pair("cross-site", false),
                                     {"same-site", false},
                                     {"same-origin", true},
                                     {"none", true}}) {
    HttpRequest request;
    request.method = HttpMethod::kPost;
    request.add_header("Host", "localhost");
    request.add_header("Sec-Fetch-Site", site);
    HttpResponse response;
    EXPECT_EQ(refuse_foreign_page(request, {}, response), !passes) << site;
  }
}

TEST(Origin, TheRefusalSaysWhatToDo) {
  HttpRequest request;
  request.method = HttpMethod::kPost;
  request.add_header("Host", "localhost");
  request.add_header("Origin", "https://evil.example");
  HttpResponse response;
  ASSERT_TRUE(refuse_foreign_page(request, {}, response));
  EXPECT_THAT(response.body, HasSubstr("https://evil.example"));
  EXPECT_THAT(response.body, HasSubstr("server.cors_origins"));
  request.add_header("Origin", "http://localhost");
  response.clear();
  EXPECT_TRUE(refuse_foreign_page(request, {}, response)) << "two origins are none";
}

}  // namespace
}  // namespace bookreco
