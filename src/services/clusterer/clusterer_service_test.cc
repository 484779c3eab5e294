#include "services/clusterer/clusterer_service.h"

#include <map>
#include <numbers>

#include <gmock/gmock.h>

#include "adapters/home_for_tests.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// Books in a space of two dimensions: kind k of three points to the angle 2πk/3.
class ClustererServiceTest : public testing::Test {
 protected:
  ClustererServiceTest() {
    settings_.kmeans.clusters = 3;
    settings_.batch_books = 7;
  }

  static std::vector<float> direction(int kind, int number) {
    const double angle = 2 * std::numbers::pi * kind / 3 + 0.01 * (number % 5);
    return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  }

  void make_space(int books) {
    const auto space = home_.stores().vectors().create_space("v1", 2);
    ASSERT_TRUE(space);
    ASSERT_TRUE(home_.stores().vectors().activate(space->id));
    space_ = space->id;
    add(0, books);
  }
  void add(int begin, int end) {
    std::vector<Book> books;
    std::vector<VectorRow> rows;
    for (int i = begin; i < end; ++i) {
      books.push_back(book_for_tests(i));
    }
    home_.store(books);
    ASSERT_TRUE(home_.stores().books().changes_since(*last_vector(), [&](BookChange&& row) {
      const int number = std::stoi(row.book.id.substr(5));
      rows.push_back({row.book.id, row.change, direction(number % 3, number), {row.book.labels}});
      return true;
    }));
    ASSERT_TRUE(home_.stores().vectors().put(space_, rows));
  }
  Result<std::int64_t> last_vector() { return home_.stores().vectors().last_change(space_); }

  ClustererService service() { return {home_.stores(), home_.blobs(), home_.clock(), settings_}; }
  std::map<std::string, std::uint32_t> members() {
    std::map<std::string, std::uint32_t> found;
    EXPECT_TRUE(home_.stores().clusters().members([&](ClusterMember&& member) {
      found[member.book_id] = member.cluster;
      return true;
    }));
    return found;
  }

  HomeForTests home_;
  ClusterSettings settings_;
  std::int64_t space_ = 0;
};

TEST_F(ClustererServiceTest, GroupsAreFoundNamedAndRecorded) {
  make_space(30);
  const auto fitted = service().fit({});
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->clusters, 3);
  const auto groups = members();
  ASSERT_THAT(groups, SizeIs(30));
  for (int i = 3; i < 30; ++i) {
    EXPECT_EQ(groups.at(book_for_tests(i).id), groups.at(book_for_tests(i % 3).id));
  }
  const Clustering clustering = **home_.stores().clusters().current();
  EXPECT_EQ(clustering.model_version, fitted->version);
  EXPECT_EQ(clustering.space, space_);
  EXPECT_EQ(clustering.change, *last_vector());
  for (int kind = 0; kind < 3; ++kind) {
    const Cluster& cluster = clustering.clusters[groups.at(book_for_tests(kind).id)];
    EXPECT_THAT(cluster.name, HasSubstr(book_for_tests(kind).labels[0]));
    EXPECT_EQ(cluster.size, 10);
  }
  const bookreco::Run run = home_.last_run("cluster");
  EXPECT_EQ(run.id, fitted->version);
  EXPECT_EQ(run.status, "finished");
  EXPECT_EQ(run.parameters.at("clusters"), "3");
  EXPECT_GT(run.metrics.at("silhouette"), 0.9);
  EXPECT_LT(run.metrics.at("inertia"), 0.1);
  EXPECT_THAT(run.input_fingerprint, HasSubstr("v1-"));
  EXPECT_THAT(run.artifacts, ElementsAre("clusterer/" + fitted->version));
  EXPECT_EQ((*home_.stores().models().by_alias("clusterer", "champion"))->version, fitted->version);
}

TEST_F(ClustererServiceTest, SizesStayWithinTwiceTheMeanUnlessToldOtherwise) {
  make_space(3);
  std::vector<VectorRow> rows;
  std::vector<Book> books;
  for (int i = 3; i < 60; i += 3) {  // nineteen more of the first kind alone
    books.push_back(book_for_tests(i));
  }
  home_.store(books);
  ASSERT_TRUE(home_.stores().books().changes_since(*last_vector(), [&](BookChange&& row) {
    rows.push_back({row.book.id, row.change, direction(0, static_cast<int>(row.change)), {}});
    return true;
  }));
  ASSERT_TRUE(home_.stores().vectors().put(space_, rows));
  const auto sizes = [&] {
    std::vector<std::int64_t> found;
    const auto clustering = *home_.stores().clusters().current();
    for (const Cluster& cluster : clustering->clusters) {
      found.push_back(cluster.size);
    }
    std::ranges::sort(found);
    return found;
  };
  ASSERT_TRUE(service().fit({}));
  EXPECT_GE(sizes().front() * 2 * 3, 22);
  EXPECT_LE(sizes().back() * 3, 2 * 22);
  settings_.kmeans.balanced = false;
  ASSERT_TRUE(service().fit({}));
  EXPECT_THAT(sizes(), ElementsAre(1, 1, 20));
}

TEST_F(ClustererServiceTest, OnlyNewBooksAreAssigned) {
  make_space(30);
  ClustererService clusterer = service();
  ASSERT_TRUE(clusterer.fit({}));
  EXPECT_EQ(*clusterer.assign_new(), 0);
  // An old book in a group that is not its nearest, as balancing may leave it, stays there.
  const std::uint32_t other = members().at(book_for_tests(1).id);
  ASSERT_TRUE(home_.stores().clusters().assign(
      std::vector<ClusterMember>{{book_for_tests(0).id, other}}, *last_vector()));
  const auto before = members();
  add(30, 50);
  EXPECT_EQ(*clusterer.assign_new(), 20);
  EXPECT_EQ(*clusterer.assign_new(), 0);
  const auto after = members();
  ASSERT_THAT(after, SizeIs(50));
  for (const auto& [id, group] : before) {
    EXPECT_EQ(after.at(id), group) << id;
  }
  for (int i = 30; i < 50; ++i) {
    EXPECT_EQ(after.at(book_for_tests(i).id), before.at(book_for_tests(3 + i % 3).id));
  }
  std::int64_t counted = 0;
  const auto clustering = *home_.stores().clusters().current();
  for (const Cluster& cluster : clustering->clusters) {
    counted += cluster.size;
  }
  EXPECT_EQ(counted, 50);
  EXPECT_EQ(clustering->change, *last_vector());
}

TEST_F(ClustererServiceTest, ABookWhoseVectorChangedFollowsIt) {
  make_space(30);
  ClustererService clusterer = service();
  ASSERT_TRUE(clusterer.fit({}));
  ASSERT_TRUE(home_.stores().vectors().put(
      space_,
      std::vector<VectorRow>{{book_for_tests(0).id, *last_vector() + 1, direction(1, 0), {}}}));
  EXPECT_EQ(*clusterer.assign_new(), 1);
  EXPECT_EQ(members().at(book_for_tests(0).id), members().at(book_for_tests(1).id));
}

TEST_F(ClustererServiceTest, GroupsOfAnotherSpaceAreLeftAlone) {
  make_space(30);
  ClustererService clusterer = service();
  ASSERT_TRUE(clusterer.fit({}));
  make_space(33);
  EXPECT_EQ(*clusterer.assign_new(), 0);
  EXPECT_THAT(members(), SizeIs(30));
}

TEST_F(ClustererServiceTest, DamagedCentroidsAreTold) {
  make_space(30);
  ClustererService clusterer = service();
  const std::string version = clusterer.fit({})->version;
  add(30, 31);
  const Path folder = *home_.blobs().fetch("clusterer/" + version);
  std::filesystem::resize_file(folder / "centroids.f32", 5);
  const auto assigned = clusterer.assign_new();
  EXPECT_EQ(assigned.error().code, Code::kDataLoss);
  EXPECT_THAT(assigned.error().message, HasSubstr("bookreco fit"));
}

TEST_F(ClustererServiceTest, WithoutVectorsTheRunFails) {
  const auto fitted = service().fit({});
  EXPECT_EQ(fitted.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(home_.last_run("cluster").status, "failed");
  EXPECT_EQ(home_.last_run("cluster").message, fitted.error().message);
  make_space(0);
  EXPECT_EQ(service().fit({}).error().code, Code::kFailedPrecondition);
  EXPECT_FALSE(*home_.stores().clusters().current());
}

}  // namespace
}  // namespace bookreco
