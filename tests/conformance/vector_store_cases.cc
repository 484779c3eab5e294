#include "conformance/stores_factory.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CONFORMANCE_SUITE(VectorStoreCases);

VectorRow row_of(const std::string& id, std::int64_t change, std::vector<float> values) {
  VectorRow row;
  row.book_id = id;
  row.change = change;
  row.values = std::move(values);
  return row;
}

std::vector<std::string> scan(VectorStore& vectors, std::int64_t space, std::int64_t after = 0) {
  std::vector<std::string> lines;
  EXPECT_TRUE(vectors.scan(space, after, [&](VectorRow&& row) {
    lines.push_back(fmt::format("{} {} {} {}",
                                row.change,
                                row.book_id,
                                fmt::join(row.values, ","),
                                fmt::join(row.terms, "/")));
    return true;
  }));
  return lines;
}

TEST_P(VectorStoreCases, rows_come_back_in_change_order) {
  const VectorSpace space = *stores_->vectors().create_space("model 1", 3);
  EXPECT_EQ(space.model_version, "model 1");
  EXPECT_EQ(space.dimension, 3);
  EXPECT_FALSE(space.active);
  EXPECT_EQ(*stores_->vectors().last_change(space.id), 0);
  VectorRow with_terms = row_of("b", 7, {0.5F, -0.25F, 1e-30F});
  with_terms.terms = {"été", "a \"b\""};
  ASSERT_TRUE(stores_->vectors().put(space.id, std::vector{with_terms, row_of("a", 9, {1, 2, 3})}));
  EXPECT_THAT(scan(stores_->vectors(), space.id),
              ElementsAre("7 b 0.5,-0.25,1e-30 été/a \"b\"", "9 a 1,2,3 "));
  ASSERT_TRUE(stores_->vectors().put(space.id, std::vector{row_of("b", 12, {0, 0, 0})}));
  EXPECT_THAT(scan(stores_->vectors(), space.id), ElementsAre("9 a 1,2,3 ", "12 b 0,0,0 "));
  EXPECT_THAT(scan(stores_->vectors(), space.id, 9), ElementsAre("12 b 0,0,0 "));
  EXPECT_EQ(*stores_->vectors().count(space.id), 2);
  EXPECT_EQ(*stores_->vectors().last_change(space.id), 12);
  int visits = 0;
  ASSERT_TRUE(stores_->vectors().scan(space.id, 0, [&](VectorRow&&) { return ++visits < 1; }));
  EXPECT_EQ(visits, 1);
}

TEST_P(VectorStoreCases, rows_are_found_by_book_in_the_order_asked) {
  auto& vectors = stores_->vectors();
  const auto space = vectors.create_space("m", 2)->id;
  VectorRow with_terms = row_of("b", 7, {0.5F, 1});
  with_terms.terms = {"été"};
  ASSERT_TRUE(vectors.put(space, std::vector{row_of("a", 3, {1, 2}), with_terms}));
  const auto rows = *vectors.get(space, std::vector<std::string>{"b", "none", "a", "b"});
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows[0]->change, 7);
  EXPECT_THAT(rows[0]->terms, ElementsAre("été"));
  EXPECT_FALSE(rows[1]);
  EXPECT_THAT(rows[2]->values, ElementsAre(1, 2));
  EXPECT_EQ(rows[3]->book_id, "b");
  EXPECT_EQ(code_of(vectors.get(space + 1, {})), "not_found");
}

TEST_P(VectorStoreCases, a_row_of_another_dimension_refuses_the_batch) {
  const VectorSpace space = *stores_->vectors().create_space("m", 2);
  for (const VectorRow& bad :
       {row_of("b", 1, {1}), row_of("b", 1, {1, 2, 3}), row_of("", 1, {1, 2})}) {
    EXPECT_EQ(code_of(stores_->vectors().put(space.id, std::vector{row_of("a", 1, {1, 2}), bad})),
              "invalid_argument");
  }
  EXPECT_EQ(*stores_->vectors().count(space.id), 0);
  EXPECT_EQ(code_of(stores_->vectors().create_space("m", 0)), "invalid_argument");
}

TEST_P(VectorStoreCases, at_most_one_space_is_active_and_only_others_are_dropped) {
  auto& vectors = stores_->vectors();
  const auto first = vectors.create_space("v1", 2)->id;
  const auto second = vectors.create_space("v2", 4)->id;
  ASSERT_TRUE(vectors.put(first, std::vector{row_of("a", 1, {1, 2})}));
  ASSERT_TRUE(vectors.activate(first));
  ASSERT_TRUE(vectors.activate(second));
  const auto spaces = *vectors.spaces();
  ASSERT_EQ(spaces.size(), 2);
  EXPECT_FALSE(spaces[0].active);
  EXPECT_TRUE(spaces[1].active);
  EXPECT_EQ(code_of(vectors.drop_space(second)), "failed_precondition");
  ASSERT_TRUE(vectors.drop_space(first));
  EXPECT_EQ(code_of(vectors.put(first, std::vector{row_of("a", 1, {1, 2})})), "not_found");
  EXPECT_EQ(code_of(vectors.count(first)), "not_found");
  EXPECT_EQ(code_of(vectors.activate(first)), "not_found");
  EXPECT_EQ(code_of(vectors.drop_space(first)), "not_found");
  EXPECT_GT(vectors.create_space("v3", 2)->id, second);
}

CONFORMANCE_SUITE(ClusterStoreCases);

Clustering two_clusters() {
  Clustering clustering;
  clustering.model_version = "c1";
  clustering.space = 4;
  clustering.change = 7;
  clustering.metrics = {{"inertia", 12.5}, {"silhouette", -0.1}};
  clustering.clusters = {{0, "mer, bateau", 2}, {1, "cœur", 1}};
  return clustering;
}

std::vector<std::string> members(ClusterStore& clusters) {
  std::vector<std::string> lines;
  EXPECT_TRUE(clusters.members([&](ClusterMember&& member) {
    lines.push_back(fmt::format("{} {}", member.book_id, member.cluster));
    return true;
  }));
  return lines;
}

TEST_P(ClusterStoreCases, the_newest_clustering_is_the_current_one) {
  auto& clusters = stores_->clusters();
  EXPECT_FALSE(*clusters.current());
  EXPECT_THAT(members(clusters), IsEmpty());
  const auto first =
      *clusters.replace(two_clusters(), std::vector<ClusterMember>{{"a", 0}, {"b", 0}, {"c", 1}});
  Clustering got = **clusters.current();
  EXPECT_EQ(got.id, first);
  EXPECT_EQ(got.model_version, "c1");
  EXPECT_EQ(got.space, 4);
  EXPECT_EQ(got.change, 7);
  EXPECT_EQ(got.metrics, two_clusters().metrics);
  ASSERT_EQ(got.clusters.size(), 2);
  EXPECT_EQ(got.clusters[0].name, "mer, bateau");
  EXPECT_EQ(got.clusters[0].size, 2);
  EXPECT_THAT(members(clusters), ElementsAre("a 0", "b 0", "c 1"));
  const auto second = *clusters.replace(two_clusters(), std::vector<ClusterMember>{{"z", 1}});
  EXPECT_GT(second, first);
  EXPECT_THAT(members(clusters), ElementsAre("z 1"));
}

TEST_P(ClusterStoreCases, members_are_added_and_moved) {
  auto& clusters = stores_->clusters();
  EXPECT_EQ(code_of(clusters.assign(std::vector<ClusterMember>{{"a", 0}}, 1)),
            "failed_precondition");
  ASSERT_TRUE(
      clusters.replace(two_clusters(), std::vector<ClusterMember>{{"a", 0}, {"b", 0}, {"c", 1}}));
  ASSERT_TRUE(clusters.assign(std::vector<ClusterMember>{{"a", 1}, {"d", 1}, {"b", 0}}, 9));
  EXPECT_THAT(members(clusters), ElementsAre("a 1", "b 0", "c 1", "d 1"));
  const auto sizes = (*clusters.current())->clusters;
  EXPECT_EQ(sizes[0].size, 1);
  EXPECT_EQ(sizes[1].size, 3);
  EXPECT_EQ((*clusters.current())->change, 9);
  EXPECT_EQ(code_of(clusters.assign(std::vector<ClusterMember>{{"e", 0}, {"f", 9}}, 12)),
            "invalid_argument");
  EXPECT_EQ(members(clusters).size(), 4);
  EXPECT_EQ((*clusters.current())->change, 9);
}

TEST_P(ClusterStoreCases, a_bad_member_leaves_the_current_clustering) {
  auto& clusters = stores_->clusters();
  ASSERT_TRUE(clusters.replace(two_clusters(), std::vector<ClusterMember>{{"a", 0}}));
  EXPECT_EQ(code_of(clusters.replace(two_clusters(), std::vector<ClusterMember>{{"b", 2}})),
            "invalid_argument");
  EXPECT_THAT(members(clusters), ElementsAre("a 0"));
}

}  // namespace
}  // namespace bookreco
