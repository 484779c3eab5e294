#include "app/table.h"

#include <gtest/gtest.h>

namespace bookreco {
namespace {

TEST(Table, aligns_by_code_points_and_cuts_the_last_column) {
  Table table({"a", "b"});
  table.add({"é", "one two three four five six seven"});
  table.add({"long", "x"});
  EXPECT_EQ(table.to_text(24), "a     b\né     one two three fou…\nlong  x\n");
}

TEST(Table, shortens_between_code_points) {
  EXPECT_EQ(shorten("Œuvres complètes", 5), "Œuvr…");
  EXPECT_EQ(shorten("abc", 3), "abc");
}

}  // namespace
}  // namespace bookreco
