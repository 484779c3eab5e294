#include "services/trainer/snapshot_builder.h"

#include <gmock/gmock.h>

#include "adapters/home_for_tests.h"
#include "index/snapshot.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SnapshotBuilderTest : public testing::Test {
 protected:
  SnapshotBuilderTest() {
    settings_.batch_books = 7;
    settings_.versions_kept = 2;
  }

  /// What a fit leaves: a model with its files, an active space with the vectors of every book.
  void fit(const std::string& version) {
    const auto space = stores().vectors().create_space(version, 3);
    ASSERT_TRUE(space);
    std::vector<VectorRow> rows;
    ASSERT_TRUE(stores().books().changes_since(0, [&](BookChange&& row) {
      if (!row.deleted) {
        rows.push_back(
            {row.book.id, row.change, vector_for_tests(row.book), std::move(row.book.labels)});
      }
      return true;
    }));
    ASSERT_TRUE(stores().vectors().put(space->id, rows));
    add_model("vectorizer", version);
    ASSERT_TRUE(stores().vectors().activate(space->id));
    vectorizer_.served = version;
  }
  void cluster(const std::string& version) {
    const Clustering clustering{0, version, 1, 0, {}, {{0, "all of them", 1}}};
    ASSERT_TRUE(stores().clusters().replace(clustering,
                                            std::vector<ClusterMember>{{book_for_tests(0).id, 0}}));
    add_model("clusterer", version);
  }
  void add_model(const std::string& name, const std::string& version) {
    const std::string location = name + "/" + version;
    leave_files(location);
    ASSERT_TRUE(stores().models().add({name, version, location, {}, {}, "", home_.clock().now()}));
    ASSERT_TRUE(stores().models().set_alias(name, "champion", version));
  }
  void leave_files(const std::string& location) {
    ASSERT_TRUE(home_.blobs().publish(
        location, [](const Path& folder) { return write_file(folder / "model", "bytes"); }));
  }

  Result<SnapshotSummary> build() {
    return SnapshotBuilder(stores(), home_.blobs(), vectorizer_, home_.clock(), settings_)
        .build({});
  }
  Snapshot open(const std::string& version) {
    auto opened = open_snapshot(*home_.blobs().fetch("snapshot/" + version));
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }
  std::vector<std::string> versions(const std::string& model) {
    std::vector<std::string> found;
    const auto listed = *stores().models().list(model);
    for (const ModelVersion& version : listed) {
      found.push_back(version.version);
    }
    return found;
  }
  std::vector<std::string> spaces() {
    std::vector<std::string> found;
    const auto listed = *stores().vectors().spaces();
    for (const VectorSpace& space : listed) {
      found.push_back(space.model_version);
    }
    return found;
  }
  Stores& stores() { return home_.stores(); }

  HomeForTests home_;
  VectorizerForTests vectorizer_;
  SnapshotSettings settings_;
};

TEST_F(SnapshotBuilderTest, ASnapshotHoldsTheCatalogueAndIsServedNext) {
  home_.store(books_for_tests(30));
  fit("v1");
  cluster("c1");
  const auto built = build();
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_EQ(built->books, 30);
  EXPECT_EQ(built->vectorizer, "v1");
  EXPECT_EQ(built->change, *stores().books().last_change());
  const auto champion = *stores().models().by_alias("snapshot", "champion");
  EXPECT_EQ(champion->version, built->version);
  EXPECT_EQ(champion->parameters.at("vectorizer"), "v1");
  const Snapshot snapshot = open(built->version);
  EXPECT_EQ(snapshot.books(), 30);
  EXPECT_EQ(snapshot.vectorizer, "v1");
  EXPECT_EQ(snapshot.change, built->change);
  EXPECT_THAT(snapshot.cluster_names, ElementsAre("all of them"));
  const auto row = snapshot.base->find(book_for_tests(0).id);
  ASSERT_TRUE(row);
  EXPECT_EQ(snapshot.base->cluster(*row), 0);
  EXPECT_EQ(snapshot.base->cluster(*snapshot.base->find(book_for_tests(1).id)), kNoCluster);
  EXPECT_EQ(vectorizer_.embedded, 0) << "vectors that are stored are not made again";
  const bookreco::Run run = home_.last_run("snapshot");
  EXPECT_EQ(run.id, built->version);
  EXPECT_EQ(run.status, "finished");
  EXPECT_EQ(run.metrics.at("books"), 30);
  EXPECT_THAT(run.artifacts, ElementsAre("snapshot/" + built->version));
  EXPECT_THAT(run.input_fingerprint, HasSubstr("v1-"));
}

TEST_F(SnapshotBuilderTest, BooksWithoutAVectorGetOneAndDeletedOnesAreLeftOut) {
  home_.store(books_for_tests(30));
  fit("v1");
  home_.store(books_for_tests(12, 30));
  Book changed = book_for_tests(4);
  changed.labels = {"Garden"};
  home_.store({changed});
  ASSERT_EQ(*stores().books().remove(std::vector<std::string>{book_for_tests(0).id}), 1);
  const auto built = build();
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_EQ(built->books, 41);
  EXPECT_EQ(vectorizer_.embedded, 13);
  const Snapshot snapshot = open(built->version);
  EXPECT_FALSE(snapshot.find(book_for_tests(0).id));
  EXPECT_TRUE(snapshot.find(book_for_tests(41).id));
  const auto near = snapshot.base->neighbours(snapshot.find(changed.id)->row);
  ASSERT_FALSE(near.empty());
  EXPECT_THAT(std::string(snapshot.base->card(near.front().row)), HasSubstr("Garden"));
}

TEST_F(SnapshotBuilderTest, WhatCannotBeBuiltIsAFailedRunAndChangesNothing) {
  EXPECT_EQ(build().error().code, Code::kFailedPrecondition) << "no model";
  fit("v1");
  EXPECT_EQ(build().error().code, Code::kFailedPrecondition) << "no book";
  home_.store(books_for_tests(9));
  vectorizer_.served = "v2";
  const auto built = build();
  EXPECT_EQ(built.error().code, Code::kFailedPrecondition) << "vectors of two models";
  const bookreco::Run run = home_.last_run("snapshot");
  EXPECT_EQ(run.status, "failed");
  EXPECT_EQ(run.message, built.error().message);
  EXPECT_THAT(versions("snapshot"), IsEmpty());
  EXPECT_THAT(*home_.blobs().list("snapshot"), IsEmpty());
}

TEST_F(SnapshotBuilderTest, OldSnapshotsGoWithTheirFiles) {
  home_.store(books_for_tests(9));
  fit("v1");
  const std::string first = build()->version;
  const std::string second = build()->version;
  EXPECT_THAT(versions("snapshot"), ElementsAre(second, first));
  const Snapshot mapped = open(first);
  const std::string third = build()->version;
  EXPECT_THAT(versions("snapshot"), ElementsAre(third, second));
  EXPECT_THAT(*home_.blobs().list("snapshot"),
              UnorderedElementsAre("snapshot/" + third, "snapshot/" + second));
  EXPECT_THAT(std::string(mapped.base->card(0)), HasSubstr("tale"))
      << "what still serves it keeps its files";
}

TEST_F(SnapshotBuilderTest, ModelsGoWithTheLastSnapshotThatNeedsThem) {
  home_.store(books_for_tests(9));
  fit("v1");
  cluster("c1");
  const std::string first = build()->version;
  fit("v2");
  cluster("c2");
  const std::string second = build()->version;
  EXPECT_THAT(versions("vectorizer"), ElementsAre("v2", "v1")) << "the first snapshot needs v1";
  EXPECT_TRUE(home_.blobs().fetch("vectorizer/v1"));
  EXPECT_THAT(spaces(), ElementsAre("v1", "v2"));
  EXPECT_THAT(*home_.blobs().list("clusterer"), ElementsAre("clusterer/c2"));
  const std::string third = build()->version;
  EXPECT_THAT(versions("vectorizer"), ElementsAre("v2"));
  EXPECT_THAT(*home_.blobs().list("vectorizer"), ElementsAre("vectorizer/v2"));
  EXPECT_THAT(spaces(), ElementsAre("v2"));
  EXPECT_THAT(versions("snapshot"), ElementsAre(third, second));
}

TEST_F(SnapshotBuilderTest, WhatAnAliasNamesStaysWithItsModel) {
  home_.store(books_for_tests(9));
  fit("v1");
  const std::string first = build()->version;
  ASSERT_TRUE(stores().models().set_alias("snapshot", "fallback", first));
  fit("v2");
  for (int i = 0; i < 3; ++i) {
    const auto built = build();
    ASSERT_TRUE(built) << built.error().message;
  }
  EXPECT_EQ(versions("snapshot").size(), 3);
  EXPECT_EQ(open(first).vectorizer, "v1");
  EXPECT_THAT(*home_.blobs().list("vectorizer"), ElementsAre("vectorizer/v1", "vectorizer/v2"));
  EXPECT_THAT(spaces(), ElementsAre("v1", "v2"));
}

TEST_F(SnapshotBuilderTest, FilesOfARunThatDiedGo) {
  home_.store(books_for_tests(9));
  fit("v1");
  leave_files("vectorizer/dead");
  leave_files("snapshot/dead");
  leave_files("elsewhere/dead");
  ASSERT_TRUE(stores().vectors().create_space("dead", 3));
  const std::string version = build()->version;
  EXPECT_THAT(*home_.blobs().list(""),
              ElementsAre("elsewhere/dead", "snapshot/" + version, "vectorizer/v1"));
  EXPECT_THAT(spaces(), ElementsAre("v1"));
}

}  // namespace
}  // namespace bookreco
