#include "ml/string_table.h"

#include <string>

#include <gtest/gtest.h>

namespace bookreco {
namespace {

TEST(StringTable, NumbersStringsInOrderOfFirstUseAndKeepsViews) {
  StringTable table;
  EXPECT_EQ(table.find("a"), StringTable::kNone);
  EXPECT_EQ(table.insert("a"), 0U);
  EXPECT_EQ(table.insert(""), 1U);
  const std::string_view first = table.at(0);
  for (int i = 0; i < 50'000; ++i) {
    EXPECT_EQ(table.insert(std::to_string(i)), static_cast<std::uint32_t>(i) + 2);
  }
  EXPECT_EQ(table.insert("a"), 0U);
  EXPECT_EQ(table.insert(""), 1U);
  EXPECT_EQ(first, "a");
  EXPECT_EQ(first.data(), table.at(0).data());
  EXPECT_EQ(table.at(table.find("49999")), "49999");
  EXPECT_EQ(table.find("50000"), StringTable::kNone);
  EXPECT_EQ(table.size(), 50'002U);
}

TEST(StringTable, HoldsStringsLargerThanAPageAndForgetsAll) {
  StringTable table;
  const std::string large(1 << 20, 'x');
  EXPECT_EQ(table.insert(large), 0U);
  EXPECT_EQ(table.insert("y"), 1U);
  EXPECT_EQ(table.at(0), large);
  table.clear();
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.find("y"), StringTable::kNone);
  EXPECT_EQ(table.insert("y"), 0U);
}

}  // namespace
}  // namespace bookreco
