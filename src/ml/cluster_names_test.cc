#include "ml/cluster_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<std::uint32_t>& assignment,
                                  std::size_t clusters,
                                  const std::vector<RowText>& rows) {
  return cluster_names(
      assignment, clusters, [&](std::size_t row, RowText& out) { out = rows[row]; });
}

TEST(ClusterNames, LabelOfMostRowsThenTermsThatSetItApart) {
  const RowText travel{{"voyage", "Himalaya", "montagne", "42"}, {"Livres", "Récits de voyage"}};
  const RowText theatre{{"scène", "acte", "voyage"}, {"Livres", "Théâtre"}};
  EXPECT_THAT(names_of({0, 0, 1, 1}, 2, {travel, travel, theatre, theatre}),
              ElementsAre("Récits de voyage · Himalaya, montagne", "Théâtre · acte, scène"));
}

TEST(ClusterNames, WithoutACommonLabelTermsAlone) {
  const RowText one{{"île", "mer"}, {"A"}};
  const RowText two{{"île", "vent"}, {"B"}};
  const RowText three{{"ville"}, {"C"}};
  const auto names = names_of({0, 0, 0, 1}, 2, {one, two, {{"île"}, {}}, three});
  EXPECT_EQ(names[0], "île, mer, vent");
  EXPECT_EQ(names[1], "C · ville");
}

TEST(ClusterNames, AreNeverEmptyNorEqual) {
  const RowText same{{"mot"}, {}};
  EXPECT_THAT(names_of({0, 1, 3}, 4, {same, same, {}}), ElementsAre("mot", "mot #1", "#2", "#3"));
  EXPECT_THAT(names_of({}, 0, {}), ElementsAre());
}

}  // namespace
}  // namespace bookreco
