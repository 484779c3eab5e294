#include "ml/metrics.h"

#include <cmath>

#include <gtest/gtest.h>

namespace bookreco {
namespace {

TEST(Metrics, LabelPrecisionCountsNeighboursThatShareALabel) {
  const std::vector<IdList> labels = {{1, 9}, {1, 9}, {2, 9}, {}, {2, 9}};
  const std::vector<IdList> neighbours = {{1, 2, 3}, {0, 2}, {4, 3}, {0}, {}};
  EXPECT_DOUBLE_EQ(label_precision(neighbours, labels, 1), 1);
  EXPECT_DOUBLE_EQ(label_precision(neighbours, labels, 3), (2.0 / 3 + 1 + 0.5) / 3);
  const auto specific = specific_labels(labels, 0.5);
  EXPECT_EQ(specific[0], IdList{1});
  EXPECT_DOUBLE_EQ(label_precision(neighbours, specific, 3), (1.0 / 3 + 0.5 + 0.5) / 3);
  EXPECT_EQ(label_precision({}, {}, 10), 0);
}

TEST(Metrics, RecallAndNdcg) {
  const IdList ranked = {5, 3, 8};
  const IdList relevant = {3, 8, 1};
  EXPECT_DOUBLE_EQ(recall_at(ranked, relevant, 2), 1.0 / 3);
  EXPECT_DOUBLE_EQ(recall_at(ranked, relevant, 10), 2.0 / 3);
  EXPECT_EQ(recall_at(ranked, {}, 2), 0);
  const double ideal = 1 + 1 / std::log2(3.0) + 0.5;
  EXPECT_DOUBLE_EQ(ndcg_at(ranked, relevant, 3), (1 / std::log2(3.0) + 0.5) / ideal);
  EXPECT_DOUBLE_EQ(ndcg_at(relevant, relevant, 2), 1);
  EXPECT_EQ(ndcg_at(ranked, {}, 5), 0);
  EXPECT_EQ(ndcg_at({}, relevant, 1'000'000'000), 0);
}

}  // namespace
}  // namespace bookreco
