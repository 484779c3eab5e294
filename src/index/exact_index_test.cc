#include "index/exact_index.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "index/exact_scan.h"

namespace bookreco {
namespace {

using Rows = std::vector<std::vector<float>>;
constexpr Metric kMetrics[] = {Metric::kCosine, Metric::kEuclidean, Metric::kTaxicab};

Status write_rows(SectionWriter& writer, const Rows& rows, std::size_t dimension) {
  return ExactIndex::write(
      writer, rows.size(), dimension, [&](std::size_t i, std::span<float> out) {
        std::ranges::copy(rows[i], out.begin());
        return Status{};
      });
}

ExactIndex index_of(const Rows& rows, std::size_t dimension) {
  SectionWriter writer = SectionWriter::to_memory("vectors", 1);
  EXPECT_TRUE(write_rows(writer, rows, dimension));
  return *ExactIndex::open(*writer.finish());
}

/// The reference, in extended precision.
long double reference_score(std::span<const float> a, std::span<const float> b, Metric metric) {
  long double dot = 0;
  long double aa = 0;
  long double bb = 0;
  long double l2 = 0;
  long double l1 = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const long double x = a[i];
    const long double y = b[i];
    dot += x * y;
    aa += x * x;
    bb += y * y;
    l2 += (x - y) * (x - y);
    l1 += std::fabs(x - y);
  }
  switch (metric) {
    case Metric::kCosine:
      return aa == 0 || bb == 0 ? 0 : dot / std::sqrt(aa) / std::sqrt(bb);
    case Metric::kEuclidean:
      return std::sqrt(l2);
    case Metric::kTaxicab:
      return l1;
  }
  return 0;
}

std::vector<Neighbour> brute_force(const ExactIndex& index,
                                   std::span<const float> query,
                                   Metric metric,
                                   std::size_t k,
                                   const RowSet* allowed) {
  std::vector<Neighbour> all;
  for (std::uint32_t row = 0; row < index.rows(); ++row) {
    if (allowed == nullptr || allowed->contains(row)) {
      all.push_back({row, index.score(query, metric, row)});
    }
  }
  std::ranges::stable_sort(all, [&](const Neighbour& a, const Neighbour& b) {
    return metric == Metric::kCosine ? a.score > b.score : a.score < b.score;
  });
  all.resize(std::min(k, all.size()));
  return all;
}

/// Shapes of data that recommenders meet, and worse.
enum class Shape {
  kNormal,
  kUnit,
  kClustered,
  kDuplicates,
  kZero,
  kConstant,
  kDenormal,
  kHuge,
  kMixedScales,
  kSparse,
  kExactCodes,
  kEnd
};

float value_of(Shape shape, Random& random, std::size_t row, std::size_t at) {
  const auto normal = static_cast<float>(random.normal());
  switch (shape) {
    case Shape::kClustered:
      return static_cast<float>(Random((row % 7) * 1000 + at).normal()) + 0.01F * normal;
    case Shape::kDuplicates:
      return static_cast<float>(Random((row % 5) * 1000 + at).normal());
    case Shape::kZero:
      return 0;
    case Shape::kConstant:
      return 0.25F;
    case Shape::kDenormal:
      return normal * 1e-41F;
    case Shape::kHuge:
      return normal * 5e37F;
    case Shape::kMixedScales:
      return normal * std::pow(10.0F, static_cast<float>(at % 13) - 6);
    case Shape::kSparse:
      return random.below(10) == 0 ? normal : 0;
    case Shape::kExactCodes:
      return 127 * (static_cast<float>(random.below(3)) - 1);
    default:
      return normal;
  }
}

Rows make_rows(Shape shape, std::size_t count, std::size_t dimension, Random& random) {
  Rows rows(count, std::vector<float>(dimension));
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t at = 0; at < dimension; ++at) {
      rows[row][at] = value_of(shape, random, row, at);
    }
    if (shape == Shape::kUnit) {
      const auto norm = static_cast<float>(
          std::sqrt(reference_score(rows[row], std::vector<float>(dimension), Metric::kEuclidean)));
      for (float& value : rows[row]) {
        value /= std::max(norm, 1e-9F);
      }
    }
  }
  return rows;
}

RowSet filter_of(std::size_t rows, double density, Random& random) {
  RowSet set(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (random.uniform() < density) {
      set.insert(row);
    }
  }
  return set;
}

void expect_equal_to_brute_force(const ExactIndex& index,
                                 std::span<const float> query,
                                 Random& random) {
  for (const Metric metric : kMetrics) {
    for (const double density : {2.0, 1.0, 0.5, 0.05, 0.001}) {
      const RowSet filter = filter_of(index.rows(), density, random);
      const RowSet* allowed = density > 1 ? nullptr : &filter;
      for (const std::size_t k : {std::size_t{1}, std::size_t{10}, std::size_t{200}}) {
        ASSERT_EQ(index.search(query, metric, k, allowed, 1 + random.below(3)),
                  brute_force(index, query, metric, k, allowed))
            << "metric " << static_cast<int>(metric) << ", k " << k << ", density " << density;
      }
    }
  }
}

class ExactIndexProperty : public testing::TestWithParam<int> {};

TEST_P(ExactIndexProperty, equals_brute_force) {
  const auto shape = static_cast<Shape>(GetParam());
  Random random(GetParam() + 1);
  for (const std::size_t dimension : {1U, 2U, 15U, 16U, 17U, 100U, 128U, 300U}) {
    for (const std::size_t count : {1U, 63U, 65U, 700U, 1500U}) {
      const Rows rows = make_rows(shape, count, dimension, random);
      const ExactIndex index = index_of(rows, dimension);
      const Rows queries =
          make_rows(random.below(2) == 0 ? shape : Shape::kNormal, 1, dimension, random);
      expect_equal_to_brute_force(index, queries[0], random);
      expect_equal_to_brute_force(index, rows[random.below(count)], random);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes,
                         ExactIndexProperty,
                         testing::Range(0, static_cast<int>(Shape::kEnd)));

/// Every place of rows and queries is one code, so that no coding error hides the rounding; in
/// every other round the terms cancel out.
TEST(CodeBounds, hold_where_rounding_is_all_there_is) {
  Random random(6);
  constexpr std::size_t kDimension = 320;
  const std::vector<std::int8_t> codes(kDimension, 127);
  const std::vector<float> row(kDimension, 127);
  const std::vector<float> no_error(1, 0);
  const std::vector<float> norms(1, static_cast<float>(1 / (127 * std::sqrt(320.0))));
  const ExactColumns columns{1, kDimension, kDimension, row, codes, 1, no_error, no_error, norms};
  for (int round = 0; round < 300; ++round) {
    std::vector<float> query(kDimension);
    for (std::size_t at = 0; at < kDimension; at += 2) {
      const auto value = static_cast<float>(static_cast<int>(random.below(51)) - 25);
      const float middle = round % 2 == 0 ? 0.0F : 100.0F;
      query[at] = middle + value;
      query[at + 1] = middle - value;
    }
    for (const Metric metric : kMetrics) {
      const long double score =
          reference_score(query, row, metric) * (metric == Metric::kCosine ? 1 : -1);
      CodeBounds::Block block;
      CodeBounds(columns, query, metric).compute(0, 1, block);
      ASSERT_LE(block.lower[0], score) << static_cast<int>(metric);
      ASSERT_GE(block.upper[0], score) << static_cast<int>(metric);
      EXPECT_LE(block.upper[0] - block.lower[0], 1e-3 * (1 + std::fabs(score)));
    }
  }
}

TEST(ExactIndex, guesses_good_or_bad_change_no_answer) {
  Random random(8);
  const Rows rows = make_rows(Shape::kClustered, 1500, 100, random);
  const ExactIndex index = index_of(rows, 100);
  const RowSet half = filter_of(index.rows(), 0.5, random);
  for (int round = 0; round < 20; ++round) {
    const std::vector<float>& query = rows[random.below(rows.size())];
    for (const Metric metric : kMetrics) {
      const auto best = brute_force(index, query, metric, 40, nullptr);
      std::vector<Neighbour> bad;
      for (std::uint32_t row = 0; row < 60; ++row) {
        bad.push_back({row * 7, 0});
      }
      for (const RowSet* allowed : {static_cast<const RowSet*>(nullptr), &half}) {
        const auto expected = brute_force(index, query, metric, 20, allowed);
        EXPECT_EQ(index.search(query, metric, 20, allowed, 1, best), expected);
        EXPECT_EQ(index.search(query, metric, 20, allowed, 1, bad), expected);
      }
    }
  }
}

TEST(ExactIndex, scores_equal_extended_precision) {
  Random random(3);
  for (const std::size_t dimension : {1U, 17U, 128U}) {
    const Rows rows = make_rows(Shape::kNormal, 50, dimension, random);
    const ExactIndex index = index_of(rows, dimension);
    for (const Metric metric : kMetrics) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto expected = static_cast<double>(reference_score(rows[0], rows[row], metric));
        EXPECT_NEAR(index.score(rows[0], metric, row), expected, 1e-12 * (1 + std::fabs(expected)));
      }
    }
    EXPECT_THAT(index.vector(7), testing::ElementsAreArray(rows[7]));
  }
}

TEST(ExactIndex, many_threads_over_many_rows_equal_brute_force) {
  Random random(4);
  const Rows rows = make_rows(Shape::kClustered, 210'000, 16, random);
  const ExactIndex index = index_of(rows, 16);
  for (const std::size_t threads : {1U, 2U, 3U}) {
    for (const Metric metric : kMetrics) {
      EXPECT_EQ(index.search(rows[123], metric, 20, nullptr, threads),
                brute_force(index, rows[123], metric, 20, nullptr));
    }
  }
}

TEST(ExactIndex, ties_go_to_the_smaller_row) {
  const Rows rows(500, {1, 2, 3});
  const ExactIndex index = index_of(rows, 3);
  for (const Metric metric : kMetrics) {
    const auto found = index.search(rows[0], metric, 3);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].row, 0U);
    EXPECT_EQ(found[2].row, 2U);
  }
}

TEST(ExactIndex, a_zero_vector_is_similar_to_nothing) {
  const ExactIndex index = index_of({{0, 0}, {1, 0}, {-1, 0}}, 2);
  const std::vector<float> query = {1, 0};
  EXPECT_EQ(index.search(query, Metric::kCosine, 3),
            (std::vector<Neighbour>{{1, 1}, {0, 0}, {2, -1}}));
  const std::vector<float> zero = {0, 0};
  EXPECT_EQ(index.search(zero, Metric::kCosine, 2), (std::vector<Neighbour>{{0, 0}, {1, 0}}));
}

TEST(ExactIndex, answers_nothing_for_no_rows_no_k_and_no_number) {
  const ExactIndex empty = index_of({}, 2);
  const ExactIndex index = index_of({{0, 1}, {1, 0}}, 2);
  const RowSet none(2);
  for (const Metric metric : kMetrics) {
    const std::vector<float> query = {1, 0};
    EXPECT_TRUE(empty.search(query, metric, 5).empty());
    EXPECT_TRUE(index.search(query, metric, 0).empty());
    EXPECT_TRUE(index.search(query, metric, 5, &none).empty());
    EXPECT_EQ(index.search(query, metric, std::numeric_limits<std::size_t>::max()).size(), 2U);
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
      const std::vector<float> absurd = {1, bad};
      EXPECT_TRUE(index.search(absurd, metric, 5).empty());
    }
  }
}

TEST(ExactIndex, refuses_rows_that_are_not_numbers_and_absurd_shapes) {
  SectionWriter writer = SectionWriter::to_memory("vectors", 1);
  const Rows rows = {{1, 2}, {1, std::numeric_limits<float>::quiet_NaN()}};
  const Status status = write_rows(writer, rows, 2);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_THAT(status.error().message, testing::HasSubstr("vector 1"));
  EXPECT_EQ(write_rows(writer, {}, 0).error().code, Code::kInvalidArgument);
  EXPECT_EQ(write_rows(writer, {}, 70'000).error().code, Code::kInvalidArgument);
}

TEST(ExactIndex, refuses_sections_that_do_not_fit_one_another) {
  const std::vector<std::vector<std::uint64_t>> shapes = {{},
                                                          {2},
                                                          {3, 2},
                                                          {2, 65},
                                                          {2, 0},
                                                          {std::uint64_t{1} << 40, 2},
                                                          {~std::uint64_t{0}, ~std::uint64_t{0}},
                                                          {2, 2, 2}};
  for (const auto& shape : shapes) {
    SectionWriter writer = SectionWriter::to_memory("vectors", 1);
    ASSERT_TRUE(writer.add<std::uint64_t>("shape", shape));
    ASSERT_TRUE(writer.add<float>("vectors", std::vector<float>(128)));
    ASSERT_TRUE(writer.add<std::int8_t>("codes", std::vector<std::int8_t>(128)));
    ASSERT_TRUE(writer.add<float>("scale", std::vector<float>(1)));
    ASSERT_TRUE(writer.add<float>("norms", std::vector<float>(2)));
    ASSERT_TRUE(writer.add<float>("errors", std::vector<float>(4)));
    const auto index = ExactIndex::open(*writer.finish());
    ASSERT_FALSE(index);
    EXPECT_EQ(index.error().code, Code::kDataLoss);
  }
  EXPECT_EQ(ExactIndex::open(*SectionWriter::to_memory("vectors", 1).finish()).error().code,
            Code::kDataLoss);
}

}  // namespace
}  // namespace bookreco
