#include "adapters/sql/columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

TEST(Columns, lists_come_back) {
  const std::vector<std::string> texts{"", "a \"b\" \\ \n", "été", "😀"};
  std::vector<std::string> read;
  ASSERT_TRUE(read_list(list_column(texts), read));
  EXPECT_EQ(read, texts);
  const std::vector<std::int64_t> numbers{0, -1, std::numeric_limits<std::int64_t>::max()};
  std::vector<std::int64_t> read_numbers;
  ASSERT_TRUE(read_list(list_column(numbers), read_numbers));
  EXPECT_EQ(read_numbers, numbers);
}

TEST(Columns, maps_come_back) {
  const std::map<std::string, double> numbers{
      {"", 0.1}, {"π", 3.141592653589793}, {"big", 1e300}, {"n", -2}};
  std::map<std::string, double> read;
  ASSERT_TRUE(read_map(map_column(numbers), read));
  EXPECT_EQ(read, numbers);
}

TEST(Columns, damage_is_told) {
  for (const char* column : {"[", "{}", "[1]", "null", "[\"a\"] x", "\xFF"}) {
    std::vector<std::string> texts;
    const Status status = read_list(column, texts);
    ASSERT_FALSE(status) << column;
    EXPECT_EQ(status.error().code, Code::kDataLoss);
  }
  std::map<std::string, std::string> map;
  EXPECT_FALSE(read_map("[]", map));
  EXPECT_FALSE(read_map("{\"a\":1}", map));
}

TEST(Columns, text_that_no_database_holds_is_refused) {
  EXPECT_TRUE(storable("été"));
  EXPECT_FALSE(storable(std::string_view("a\0b", 3)));
  EXPECT_FALSE(storable("\xED\xA0\x80"));  // a surrogate
  EXPECT_EQ(require_key("", "id", "a book").error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace bookreco
