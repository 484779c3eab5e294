#include "ml/interaction_matrix.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

InteractionMatrix small() {
  InteractionMatrixBuilder builder(MergeRule::kLatest, true);
  EXPECT_TRUE(builder.add(2, 1, 4, 30));
  EXPECT_TRUE(builder.add(0, 3, 5, 10));
  EXPECT_TRUE(builder.add(0, 1, -1, 20));
  return builder.build(4, 5).value();
}

TEST(InteractionMatrixTest, SortsRowsAndKeepsEmptyOnes) {
  const InteractionMatrix matrix = small();
  EXPECT_EQ(matrix.rows(), 4U);
  EXPECT_EQ(matrix.columns(), 5U);
  EXPECT_THAT(matrix.offsets(), ElementsAre(0, 2, 2, 3, 3));
  EXPECT_THAT(matrix.row(0).columns, ElementsAre(1, 3));
  EXPECT_THAT(matrix.row(0).values, ElementsAre(-1, 5));
  EXPECT_THAT(matrix.row(0).times, ElementsAre(20, 10));
  EXPECT_THAT(matrix.row(1).columns, IsEmpty());
  EXPECT_THAT(matrix.column_counts(), ElementsAre(0, 2, 0, 1, 0));
}

TEST(InteractionMatrixTest, TransposesTwiceToItself) {
  const InteractionMatrix matrix = small();
  const InteractionMatrix items = matrix.transposed();
  EXPECT_THAT(items.row(1).columns, ElementsAre(0, 2));
  EXPECT_THAT(items.row(1).times, ElementsAre(20, 30));
  EXPECT_EQ(items.transposed().fingerprint(), matrix.fingerprint());
  EXPECT_NE(items.fingerprint(), matrix.fingerprint());
}

TEST(InteractionMatrixTest, KeepsPositivesAndSelectsRows) {
  const InteractionMatrix positive = small().positives();
  EXPECT_THAT(positive.row(0).columns, ElementsAre(3));
  EXPECT_EQ(positive.rows(), 4U);
  const InteractionMatrix chosen = small().select(std::vector<std::uint32_t>{2, 0});
  EXPECT_THAT(chosen.row(0).columns, ElementsAre(1));
  EXPECT_THAT(chosen.row(1).values, ElementsAre(-1, 5));
}

TEST(InteractionMatrixTest, MergesDuplicatesByTheRule) {
  InteractionMatrixBuilder latest(MergeRule::kLatest, true);
  InteractionMatrixBuilder untimed;
  InteractionMatrixBuilder sum(MergeRule::kSum, true);
  for (InteractionMatrixBuilder* builder : {&latest, &untimed, &sum}) {
    EXPECT_TRUE(builder->add(0, 7, 1, 50));
    EXPECT_TRUE(builder->add(0, 7, 2, 90));
    EXPECT_TRUE(builder->add(0, 7, 4, 60));
  }
  const InteractionMatrix a = latest.build().value();
  EXPECT_THAT(a.values(), ElementsAre(2));
  EXPECT_THAT(a.times(), ElementsAre(90));
  EXPECT_THAT(untimed.build().value().values(), ElementsAre(4));
  const InteractionMatrix c = sum.build().value();
  EXPECT_THAT(c.values(), ElementsAre(7));
  EXPECT_THAT(c.times(), ElementsAre(90));
}

TEST(InteractionMatrixTest, RefusesWhatIsNotFinite) {
  InteractionMatrixBuilder builder(MergeRule::kSum);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float bad : {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN()}) {
    const Status status = builder.add(0, 0, bad);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  }
  EXPECT_EQ(builder.added(), 0U);
  EXPECT_TRUE(builder.add(0, 0, std::numeric_limits<float>::max()));
  EXPECT_TRUE(builder.add(0, 0, std::numeric_limits<float>::max()));
  EXPECT_THAT(builder.build().error().message, HasSubstr("infinity"));
}

TEST(InteractionMatrixTest, RefusesIndicesAndSizesThatOverflow) {
  InteractionMatrixBuilder builder;
  EXPECT_FALSE(builder.add(0xffffffffU, 0));
  EXPECT_FALSE(builder.add(0, 0xffffffffU));
  EXPECT_FALSE(builder.build(std::size_t{1} << 32, 1));
  EXPECT_EQ(builder.build(0, 0).value().rows(), 0U);
}

TEST(InteractionMatrixTest, RefusesRowsOutOfOrder) {
  const auto make = [](std::vector<std::uint64_t> offsets,
                       std::vector<std::uint32_t> ids,
                       std::vector<float> values) {
    return InteractionMatrix::from_rows(3, std::move(offsets), std::move(ids), std::move(values));
  };
  EXPECT_TRUE(make({0, 2, 2}, {0, 2}, {1, 1}));
  EXPECT_FALSE(make({}, {}, {}));
  EXPECT_FALSE(make({0, 1}, {0, 2}, {1, 1}));
  EXPECT_FALSE(make({0, 2, 1, 2}, {0, 2}, {1, 1}));
  EXPECT_FALSE(make({0, 2}, {2, 0}, {1, 1}));
  EXPECT_FALSE(make({0, 2}, {1, 1}, {1, 1}));
  EXPECT_FALSE(make({0, 2}, {1, 3}, {1, 1}));
  EXPECT_FALSE(make({0, 2}, {1, 2}, {1}));
  EXPECT_FALSE(make({0, 1}, {1}, {std::numeric_limits<float>::quiet_NaN()}));
}

}  // namespace
}  // namespace bookreco
