#include "services/catalog/catalog_service.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

/// Books by id, in memory.
class FakeBooks final : public BookStore {
 public:
  Status begin_load(std::int64_t) override { return {}; }
  Status end_load() override { return {}; }
  Result<std::vector<UpsertOutcome>> upsert(std::span<const Book> books) override {
    std::vector<UpsertOutcome> outcomes;
    for (const Book& book : books) {
      const auto [place, is_new] = rows.insert_or_assign(book.id, book);
      outcomes.push_back(is_new ? UpsertOutcome::kLoaded : UpsertOutcome::kUpdated);
    }
    return outcomes;
  }
  Result<std::int64_t> remove(std::span<const std::string>) override { return 0; }
  Result<std::vector<std::optional<Book>>> get(std::span<const std::string> ids) override {
    std::vector<std::optional<Book>> found;
    for (const std::string& id : ids) {
      const auto place = rows.find(id);
      found.push_back(place == rows.end() ? std::nullopt : std::optional(place->second));
    }
    return found;
  }
  Result<BookPage> query(const BookQuery&) override { return BookPage{}; }
  Result<FacetPage> facets(FacetKind, std::string_view, std::int64_t, std::int64_t) override {
    return FacetPage{};
  }
  Status changes_since(std::int64_t, const std::function<bool(BookChange&&)>&) override {
    return {};
  }
  Result<std::int64_t> last_change() override { return 0; }
  Result<std::int64_t> count() override { return static_cast<std::int64_t>(rows.size()); }

  std::map<std::string, Book> rows;
};

class NoClusters final : public ClusterStore {
 public:
  Result<std::int64_t> replace(const Clustering&, std::span<const ClusterMember>) override {
    return 0;
  }
  Status assign(std::span<const ClusterMember>, std::int64_t) override { return {}; }
  Result<std::optional<Clustering>> current() override { return std::nullopt; }
  Status members(const std::function<bool(ClusterMember&&)>&) override { return {}; }
};

struct CatalogTest : testing::Test {
  FakeBooks books;
  NoClusters clusters;
  CatalogService catalog{books, clusters};
};

TEST_F(CatalogTest, upserts_what_is_clean_and_tells_the_rest) {
  const std::vector<std::string_view> rows{
      R"({"title":"Antigone","authors":["Jean Anouilh"],"ean":"9782710381419","page_count":-3})",
      R"({"authors":["Nobody"]})",
      R"([1,2])",
      R"({"title":"Antigone","ean":"978-2-7103-8141-9","description":"Thèbes."})",
  };
  const auto answer = catalog.upsert(rows, {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->loaded, 1);
  EXPECT_THAT(answer->ids, testing::ElementsAre("9782710381419"));
  ASSERT_EQ(answer->refused.size(), 2U);
  EXPECT_EQ(answer->refused[0].index, 1U);
  EXPECT_EQ(answer->refused[0].field, "title");
  EXPECT_EQ(answer->refused[1].index, 2U);
  ASSERT_EQ(answer->repaired.size(), 1U);
  EXPECT_EQ(answer->repaired[0].field, "page_count");
  EXPECT_EQ(books.rows.at("9782710381419").description, "Thèbes.");
}

TEST_F(CatalogTest, finds_a_book_by_any_of_its_numbers) {
  const std::vector<std::string_view> rows{R"({"title":"Antigone","ean":"9782710381419"})"};
  ASSERT_TRUE(catalog.upsert(rows, {}));
  for (const char* id : {"9782710381419", "978-2-7103-8141-9", "2-7103-8141-9", "2710381419"}) {
    const auto book = catalog.get(id, {});
    EXPECT_TRUE(book) << id;
  }
  EXPECT_EQ(catalog.get("9782710381418", {}).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace bookreco
