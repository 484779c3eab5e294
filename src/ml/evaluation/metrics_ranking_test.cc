#include "ml/evaluation/metrics_ranking.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::HasSubstr;

// Twelve items ranked by a score, five of them relevant.
const std::vector<float> kGraded = {0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 3, 5};
const std::vector<float> kGradedIdeal = {5, 3, 2, 1, 1};
const std::vector<float> kBinary = {0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1};
const std::vector<float> kBinaryIdeal = {1, 1, 1, 1, 1};

double binary(ListMetric metric, std::size_t k) {
  return score_list(metric, k, {kBinary, kBinaryIdeal});
}

TEST(MetricsRanking, CountsHitsByHand) {
  EXPECT_DOUBLE_EQ(binary(ListMetric::kRecall, 3), 1.0 / 5);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kPrecisionRecall, 3), 1.0 / 3);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kPrecision, 3), 1.0 / 3);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kRecall, 10), 3.0 / 5);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kPrecisionRecall, 10), 3.0 / 5);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kPrecision, 10), 3.0 / 10);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kMrr, 10), 1.0 / 2);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kMrr, 1), 0);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kHit, 1), 0);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kHit, 2), 1);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kMap, 2), (1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(binary(ListMetric::kMap, 6), (1.0 / 2 + 2.0 / 6) / 5);
}

TEST(MetricsRanking, AgreesWithScikitLearn) {  // ndcg_score, average_precision_score of 1.9.1
  const auto graded = [](std::size_t k) {
    return score_list(ListMetric::kNdcg, k, {kGraded, kGradedIdeal});
  };
  EXPECT_NEAR(graded(3), 0.15987497771208758, 1e-12);
  EXPECT_NEAR(graded(5), 0.14486950033872195, 1e-12);
  EXPECT_NEAR(graded(10), 0.22403313947143236, 1e-12);
  EXPECT_NEAR(binary(ListMetric::kNdcg, 3), 0.2960819109658652, 1e-12);
  EXPECT_NEAR(binary(ListMetric::kNdcg, 5), 0.21398626473452753, 1e-12);
  EXPECT_NEAR(binary(ListMetric::kNdcg, 10), 0.4478509691918939, 1e-12);
  EXPECT_NEAR(binary(ListMetric::kNdcg, 12), 0.6341113438268912, 1e-12);
  EXPECT_NEAR(binary(ListMetric::kMap, 12), 0.4084415584415584, 1e-12);
}

TEST(MetricsRanking, ShortListsAndNothingRelevant) {
  const std::vector<float> one = {1};
  EXPECT_DOUBLE_EQ(score_list(ListMetric::kNdcg, 20, {one, one}), 1);
  EXPECT_DOUBLE_EQ(score_list(ListMetric::kPrecision, 20, {one, one}), 1.0 / 20);
  EXPECT_DOUBLE_EQ(score_list(ListMetric::kRecall, 20, {{}, one}), 0);
  for (const auto metric : {ListMetric::kRecall, ListMetric::kNdcg, ListMetric::kMap}) {
    EXPECT_EQ(score_list(metric, 20, {one, {}}), 0);
  }
}

TEST(MetricsRanking, GiniOfCounts) {
  EXPECT_NEAR(gini(std::vector<std::uint64_t>{0, 1, 5, 2, 0, 9, 3}), 0.5571428571428572, 1e-12);
  EXPECT_DOUBLE_EQ(gini(std::vector<std::uint64_t>{4, 4, 4}), 0);
  EXPECT_DOUBLE_EQ(gini(std::vector<std::uint64_t>{0, 0, 0, 8}), 0.75);
  EXPECT_EQ(gini(std::vector<std::uint64_t>{0, 0}), 0);
  EXPECT_EQ(gini({}), 0);
}

TEST(MetricsRanking, NamesAreRead) {
  const auto metrics = parse_metrics("recall@5,precision-recall@5,mrr,coverage,recall@5", 20);
  ASSERT_TRUE(metrics.has_value());
  ASSERT_EQ(metrics->size(), 4U);
  EXPECT_EQ((*metrics)[0], (MetricAtK{ListMetric::kRecall, 5, "recall@5"}));
  EXPECT_EQ((*metrics)[1].metric, ListMetric::kPrecisionRecall);
  EXPECT_EQ((*metrics)[2], (MetricAtK{ListMetric::kMrr, 20, "mrr"}));
  EXPECT_FALSE(is_mean_over_readers((*metrics)[3].metric));
}

TEST(MetricsRanking, BadNamesAreRefused) {
  for (const char* text : {"",
                           "recal@20",
                           "recall@",
                           "recall@0",
                           "recall@x",
                           "recall@20x",
                           "recall@-1",
                           "ndcg@99999999999999999999",
                           "recall@20,,ndcg@20"}) {
    const auto metrics = parse_metrics(text, 20);
    ASSERT_FALSE(metrics.has_value()) << text;
    EXPECT_EQ(metrics.error().code, Code::kInvalidArgument);
  }
  EXPECT_THAT(parse_metrics("recal@20", 20).error().message, HasSubstr("recall, precision-recall"));
}

}  // namespace
}  // namespace bookreco
