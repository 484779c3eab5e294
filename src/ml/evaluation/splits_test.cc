#include "ml/evaluation/splits.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

namespace bookreco {
namespace {

/// Reader r has r + 1 of the items, read in the order of time = 100 − item.
InteractionMatrix staircase(std::uint32_t readers, bool timed = true) {
  InteractionMatrixBuilder builder(MergeRule::kLatest, timed);
  for (std::uint32_t reader = 0; reader < readers; ++reader) {
    for (std::uint32_t item = 0; item <= reader; ++item) {
      EXPECT_TRUE(builder.add(reader, item, 1, 100 - static_cast<std::int64_t>(item)));
    }
  }
  return *builder.build();
}

std::size_t count(const InteractionMatrix& matrix,
                  const Split& split,
                  std::size_t reader,
                  SplitPart part) {
  const auto begin = static_cast<std::ptrdiff_t>(matrix.offsets()[reader]);
  const auto end = static_cast<std::ptrdiff_t>(matrix.offsets()[reader + 1]);
  return static_cast<std::size_t>(std::count(split.begin() + begin, split.begin() + end, part));
}

TEST(Splits, RandomTakesTheShareOfEachReader) {
  const InteractionMatrix matrix = staircase(30);
  const Split split = split_random(matrix, {0.2, 5}, 1);
  for (std::size_t reader = 0; reader < 30; ++reader) {
    EXPECT_EQ(count(matrix, split, reader, SplitPart::kTest), reader + 1 < 5 ? 0 : (reader + 1) / 5)
        << reader;
  }
  EXPECT_EQ(split, split_random(matrix, {0.2, 5}, 1));
  EXPECT_NE(split, split_random(matrix, {0.2, 5}, 2));
  const InteractionMatrix train = part_of(matrix, split, SplitPart::kTrain);
  const InteractionMatrix test = part_of(matrix, split, SplitPart::kTest);
  EXPECT_EQ(train.entries() + test.entries(), matrix.entries());
  EXPECT_EQ(train.columns(), matrix.columns());
  EXPECT_TRUE(test.timed());
}

TEST(Splits, LastOutTakesTheLatest) {
  const InteractionMatrix matrix = staircase(4);
  const auto split = split_last_out(matrix, 1);
  ASSERT_TRUE(split.has_value());
  const InteractionMatrix test = part_of(matrix, *split, SplitPart::kTest);
  EXPECT_EQ(test.row(0).size(), 0U);  // nothing would be left of a reader with one entry
  for (std::size_t reader = 1; reader < 4; ++reader) {
    ASSERT_EQ(test.row(reader).size(), 1U);
    EXPECT_EQ(test.row(reader).columns[0], 0U);
  }
}

TEST(Splits, TemporalCutsAtATime) {
  const InteractionMatrix matrix = staircase(10);
  const auto cut = time_of_share(matrix, 0.18);
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(*cut, 100);  // item 0 is 10 of 55 entries
  const auto split = split_temporal(matrix, *cut);
  ASSERT_TRUE(split.has_value());
  EXPECT_EQ(part_of(matrix, *split, SplitPart::kTest).entries(), 10U);
  EXPECT_EQ(split_temporal(staircase(3, false), 5).error().code, Code::kInvalidArgument);
  EXPECT_EQ(split_last_out(staircase(3, false), 1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(time_of_share(staircase(3), 1.5).error().code, Code::kInvalidArgument);
}

TEST(Splits, StrongGeneralisationKeepsReadersApart) {
  const InteractionMatrix matrix = staircase(40);
  const auto split = split_readers(matrix, {10, 0.2, 0}, 3);
  ASSERT_TRUE(split.has_value());
  std::size_t tested = 0;
  for (std::size_t reader = 0; reader < 40; ++reader) {
    const std::size_t entries = reader + 1;
    const std::size_t held = count(matrix, *split, reader, SplitPart::kTest);
    const std::size_t trained = count(matrix, *split, reader, SplitPart::kTrain);
    if (held == 0) {
      EXPECT_EQ(trained, entries);
      continue;
    }
    ++tested;
    EXPECT_EQ(trained, 0U);
    EXPECT_EQ(held, std::max<std::size_t>(1, entries / 5));
    EXPECT_EQ(count(matrix, *split, reader, SplitPart::kFoldIn), entries - held);
  }
  EXPECT_EQ(tested, 10U);
}

TEST(Splits, FoldInCutShortKeepsTheSameTest) {
  const InteractionMatrix matrix = staircase(40);
  const auto whole = split_readers(matrix, {10, 0.2, 0}, 3);
  const auto cut = split_readers(matrix, {10, 0.2, 2}, 3);
  ASSERT_TRUE(whole && cut);
  for (std::size_t i = 0; i < whole->size(); ++i) {
    EXPECT_EQ((*whole)[i] == SplitPart::kTest, (*cut)[i] == SplitPart::kTest);
  }
  for (std::size_t reader = 0; reader < 40; ++reader) {
    EXPECT_LE(count(matrix, *cut, reader, SplitPart::kFoldIn), 2U);
  }
  EXPECT_EQ(split_readers(matrix, {39, 0.2, 0}, 3).error().code, Code::kInvalidArgument);
  EXPECT_EQ(split_readers(matrix, {0, 0.2, 0}, 3).error().code, Code::kInvalidArgument);
  EXPECT_EQ(split_readers(matrix, {5, 0, 0}, 3).error().code, Code::kInvalidArgument);
}

TEST(Splits, ColdItemsLeaveTraining) {
  const InteractionMatrix matrix = staircase(40);
  auto split = split_readers(matrix, {10, 0.2, 0}, 3);
  ASSERT_TRUE(split.has_value());
  ASSERT_TRUE(make_items_cold(matrix, 0.1, SplitPart::kLeftOut, 5, *split));
  const auto trained = part_of(matrix, *split, SplitPart::kTrain).column_counts();
  EXPECT_EQ(std::ranges::count(trained, 0U), 4);
  const InteractionMatrix told = part_of(matrix, *split, SplitPart::kFoldIn);
  for (const std::uint32_t item : told.ids()) {
    EXPECT_GT(trained[item], 0U);
  }
  EXPECT_FALSE(make_items_cold(matrix, 0, SplitPart::kTest, 5, *split));
}

}  // namespace
}  // namespace bookreco
