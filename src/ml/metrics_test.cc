#include "ml/metrics.h"

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

}  // namespace
}  // namespace bookreco
