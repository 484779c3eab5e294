#include "app/ask.h"

#include <gmock/gmock.h>

#include "app/home_for_tests.h"

namespace bookreco {
namespace {

using testing::HasSubstr;

class AskTest : public AppTest {};

TEST_F(AskTest, ABookIsNamedByIdOrTitle) {
  store(*open(), books_for_tests(12));
  const auto platform = open_to_ask(context_);
  ASSERT_TRUE(platform) << platform.error().message;
  Recommender& recommender = (*platform)->recommender();
  EXPECT_EQ(*resolve_book(recommender, book_for_tests(3).id), book_for_tests(3).id);
  EXPECT_EQ(*resolve_book(recommender, "GARDEN tale 5"), book_for_tests(5).id);
  const auto near = resolve_book(recommender, "Gardn tale 5");
  EXPECT_EQ(near.error().code, Code::kNotFound);
  EXPECT_THAT(near.error().message, HasSubstr(book_for_tests(5).id + "  Garden tale 5"));
  EXPECT_EQ(resolve_book(recommender, "").error().code, Code::kNotFound);
}

TEST_F(AskTest, AnEmptyCatalogueCannotBeAsked) {
  const auto platform = open_to_ask(context_);
  EXPECT_EQ(platform.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(platform.error().message, HasSubstr("bookreco ingest"));
}

}  // namespace
}  // namespace bookreco
