#include <gmock/gmock.h>

#include "services/api/test_fakes.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class BooksTest : public ApiFixture, public testing::Test {};

TEST_F(BooksTest, ListReadsEveryFilter) {
  catalog.books = {sample_book()};
  catalog.total = 41;
  const auto answer =
      get("/v1/"
          "books?title=t&author=a&author=a2&label=l&collection=c&series=s&publisher=p&format=f&"
          "binding=b&language=fr"
          "&ean=978-2-07-036002-4&isbn13=2070360024&work_id=w&cover_url=u&description=d&pages_min="
          "1&pages_max=2"
          "&published_after=2000&published_before=2001-05&weight_kg_min=0.1&weight_kg_max=0.2&"
          "width_cm=11&height_cm_max=20"
          "&depth_cm_min=1&series_number=2&exclude_id=x&sort=-published_on&page=2&page_size=10");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const BookQuery& query = catalog.last_query;
  EXPECT_EQ(query.title, "t");
  EXPECT_THAT(query.filter.authors, ElementsAre("a", "a2"));
  EXPECT_THAT(query.filter.labels, ElementsAre("l"));
  EXPECT_THAT(query.filter.collections, ElementsAre("c"));
  EXPECT_THAT(query.filter.series, ElementsAre("s"));
  EXPECT_THAT(query.filter.publishers, ElementsAre("p"));
  EXPECT_THAT(query.filter.formats, ElementsAre("f"));
  EXPECT_THAT(query.filter.bindings, ElementsAre("b"));
  EXPECT_THAT(query.filter.languages, ElementsAre("fr"));
  EXPECT_THAT(query.filter.exclude_ids, ElementsAre("x"));
  EXPECT_EQ(query.ean, "9782070360024");
  EXPECT_EQ(query.isbn13, "9782070360024");
  EXPECT_EQ(query.work_id, "w");
  EXPECT_EQ(query.cover_url, "u");
  EXPECT_EQ(query.description_contains, "d");
  EXPECT_EQ(query.filter.pages_min, 1);
  EXPECT_EQ(query.filter.pages_max, 2);
  EXPECT_EQ(query.filter.published_after->to_string(), "2000");
  EXPECT_EQ(query.filter.published_before->to_string(), "2001-05");
  EXPECT_EQ(query.weight_kg.min, 0.1);
  EXPECT_EQ(query.weight_kg.max, 0.2);
  EXPECT_EQ(query.width_cm.min, 11);
  EXPECT_EQ(query.width_cm.max, 11);
  EXPECT_EQ(query.height_cm.max, 20);
  EXPECT_EQ(query.depth_cm.min, 1);
  EXPECT_EQ(query.series_number.max, 2);
  EXPECT_EQ(query.sort, BookSort::kPublishedOn);
  EXPECT_TRUE(query.descending);
  EXPECT_EQ(query.offset, 10);
  EXPECT_EQ(query.limit, 10);
  EXPECT_THAT(
      answer.body,
      HasSubstr("{\"total\":41,\"page\":2,\"page_size\":10,\"books\":[{\"id\":\"9782070360024\""));
  EXPECT_THAT(answer.body, HasSubstr("maman est morte"));
  EXPECT_THAT(answer.header_lines(), HasSubstr("page=3>; rel=\"next\""));
  EXPECT_THAT(answer.header_lines(), HasSubstr("page=5>; rel=\"last\""));
}

TEST_F(BooksTest, ExactPagesAndDatesAreRangesOfOne) {
  ASSERT_EQ(get("/v1/books?page_count=120&published_on=1942").status, 200);
  EXPECT_EQ(catalog.last_query.filter.pages_min, 120);
  EXPECT_EQ(catalog.last_query.filter.pages_max, 120);
  EXPECT_EQ(catalog.last_query.filter.published_before->to_string(), "1942");
}

TEST_F(BooksTest, BadParametersAreAllNamed) {
  const auto answer =
      get("/v1/"
          "books?colour=red&page=0&page_size=201&ean=123&isbn13=abc&sort=shoe&weight_kg_min=-1&a%"
          "27--=1");
  EXPECT_EQ(answer.status, 400);
  for (const char* name :
       {"colour", "page", "page_size", "ean", "isbn13", "sort", "weight_kg_min", "a'--"}) {
    EXPECT_THAT(answer.body, HasSubstr(fmt::format("{{\"field\":\"{}\"", name)));
  }
  EXPECT_THAT(answer.body, HasSubstr("known are author, "));
}

TEST_F(BooksTest, OneBookIsWhole) {
  catalog.books = {sample_book()};
  const auto answer = get("/v1/books/9782070360024");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("maman est morte"));
  EXPECT_EQ(get("/v1/books/nope").status, 404);
  EXPECT_EQ(get("/v1/books/1%27%20OR%201=1").status, 404);
  EXPECT_EQ(get("/v1/books/9782070360024?x=1").status, 400);
}

TEST_F(BooksTest, FacetsPageAndPrefix) {
  const auto answer = get("/v1/collections?prefix=fo&page=3&page_size=5");
  EXPECT_EQ(
      answer.body,
      "{\"total\":2,\"page\":3,\"page_size\":5,\"collections\":[{\"name\":\"Folio\",\"books\":12},"
      "{\"name\":\"Le Livre de \\\"Poche\\\"\",\"books\":3}]}");
  EXPECT_EQ(catalog.last_facet, "2|fo|10|5");
  for (const char* path : {"/v1/authors",
                           "/v1/labels",
                           "/v1/series",
                           "/v1/publishers",
                           "/v1/formats",
                           "/v1/bindings",
                           "/v1/languages"}) {
    EXPECT_EQ(get(path).status, 200) << path;
  }
  EXPECT_EQ(get("/v1/authors?name=x").status, 400);
}

TEST_F(BooksTest, ClustersHaveNamesSizesAndMetrics) {
  EXPECT_THAT(get("/v1/clusters").body, HasSubstr("\"total\":0"));
  catalog.clustering =
      Clustering{1, "v1", 1, 0, {{"silhouette", 0.25}}, {{0, "Été, mer", 7}, {1, "guerre", 9}}};
  const auto all = get("/v1/clusters?page_size=1&page=2");
  EXPECT_THAT(all.body, HasSubstr("\"model_version\":\"v1\",\"metrics\":{\"silhouette\":0.25}"));
  EXPECT_THAT(all.body, HasSubstr("\"clusters\":[{\"number\":1,\"name\":\"guerre\",\"books\":9}]"));
  EXPECT_THAT(get("/v1/clusters?prefix=ete").body, HasSubstr("\"total\":1,"));
}

}  // namespace
}  // namespace bookreco
