#include <gmock/gmock.h>

#include "services/api/assets.h"
#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

using testing::HasSubstr;
using testing::Not;

class PagesTest : public ApiFixture, public testing::Test {};

TEST_F(PagesTest, HomeHasAPolicyAndLoadsOnlyFromHere) {
  const auto answer = get("/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(
      answer.header_lines(),
      HasSubstr("Content-Security-Policy: default-src 'self'; img-src 'self' https: data:;"));
  EXPECT_THAT(std::string(answer.content()), Not(HasSubstr("https://")));
  EXPECT_THAT(std::string(answer.content()), Not(HasSubstr("<script>")));
  EXPECT_THAT(std::string(answer.content()), Not(HasSubstr("style=")));
}

TEST_F(PagesTest, EveryAssetThatPagesNameIsThere) {
  for (const Asset& asset : assets()) {
    constexpr std::string_view kImport = "from \"";
    const std::string_view script = asset.gzip ? std::string_view() : asset.bytes;
    for (auto at = script.find(kImport); at != script.npos; at = script.find(kImport, at + 1)) {
      const std::size_t path = at + kImport.size();
      const std::string imported(script.substr(path, script.find('"', path) - path));
      EXPECT_EQ(get(imported).status, 200) << imported;
    }
  }
  for (const std::string_view page : {home_page(), docs_page()}) {
    constexpr std::string_view kPrefix = "\"/assets/";
    std::size_t found = 0;
    for (auto at = page.find(kPrefix); at != page.npos; at = page.find(kPrefix, at + 1)) {
      const std::string path(page.substr(at + 1, page.find('"', at + 1) - at - 1));
      EXPECT_EQ(get(path).status, 200) << path;
      ++found;
    }
    EXPECT_GE(found, 2u);
  }
  EXPECT_EQ(get("/assets/passwd").status, 404);
}

TEST_F(PagesTest, CompressedAssetsAreInflatedForWhoCannot) {
  if (!has_swagger_ui()) {
    EXPECT_THAT(std::string(get("/docs").content()), HasSubstr("npm"));
    EXPECT_EQ(get("/assets/swagger-ui.js").status, 404);
    return;
  }
  const auto plain = get("/assets/swagger-ui.css");
  EXPECT_THAT(plain.body, HasSubstr(".swagger-ui"));
  HttpRequest request;
  request.method = HttpMethod::kGet;
  request.target = "/assets/swagger-ui.css";
  request.add_header("Accept-Encoding", "gzip, br");
  const auto gzip = ask(request);
  EXPECT_THAT(gzip.header_lines(), HasSubstr("Content-Encoding: gzip"));
  EXPECT_LT(gzip.content().size(), plain.body.size());
}

TEST_F(PagesTest, OriginalPathsMoveWithTheirQuery) {
  const std::pair<const char*, const char*> moves[] = {
      {"/books?page=2&author=A%20B", "/v1/books?page=2&author=A%20B"},
      {"/books/9782070360024/similar?k=3", "/v1/books/9782070360024/similar?k=3"},
      {"/collections", "/v1/collections"},
      {"/book/a%2Fb", "/v1/books/a%2Fb"},
      {"/search?query=x", "/v1/search?query=x"},
  };
  for (const auto& [from, to] : moves) {
    const auto answer = get(from);
    EXPECT_EQ(answer.status, 308) << from;
    EXPECT_THAT(answer.header_lines(), HasSubstr(fmt::format("Location: {}\r\n", to))) << from;
  }
  EXPECT_EQ(post("/search", "{}").status, 308);
}

TEST_F(PagesTest, HealthReadinessAndMetrics) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 503);
  recommender.now = {"s1", "v1", 300, 2, 17};
  EXPECT_EQ(get("/readyz").body,
            "{\"status\":\"ready\",\"snapshot\":\"s1\",\"vectorizer\":\"v1\",\"books\":300,\"delta_"
            "books\":2,\"change\":17}");
  metrics.counter("x_total", "X.").add(2);
  const auto answer = get("/metrics");
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(answer.body, HasSubstr("x_total 2\n"));
}

}  // namespace
}  // namespace bookreco
