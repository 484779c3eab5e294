#include "ml/string_table.h"

#include <string>
#include <vector>

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

TEST(StringTable, TellsTextsApartThatAreAlikeInSizeStartOrZeros) {
  StringTable table;
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < 20; ++size) {
    texts.emplace_back(size, '\0');
    texts.emplace_back(size + 1, '\xff');
    texts.push_back(std::string(size, 'a') + "b");
  }
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    EXPECT_EQ(table.insert(texts[id]), id);
  }
  for (std::uint32_t id = 0; id < texts.size(); ++id) {
    EXPECT_EQ(table.find(texts[id]), id);
    EXPECT_EQ(table.at(id), texts[id]);
  }
  EXPECT_EQ(table.find("aab "), StringTable::kNone);
  EXPECT_EQ(table.find(std::string(11, 'a')), StringTable::kNone);
  EXPECT_EQ(table.find(std::string(12, 'a')), StringTable::kNone);
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
