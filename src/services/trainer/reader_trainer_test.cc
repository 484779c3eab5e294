#include "services/trainer/reader_trainer.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "adapters/home_for_tests.h"
#include "index/reader_model.h"

namespace bookreco {
namespace {

using testing::SizeIs;

class ReaderTrainerTest : public testing::Test {
 protected:
  static constexpr int kBooks = 12;

  ReaderTrainerTest() {
    settings_.least_entries = 20;
    settings_.versions_kept = 2;
    std::vector<Book> books;
    for (int i = 0; i < kBooks; ++i) {
      books.push_back(book_for_tests(i));
    }
    home_.store(books);
  }

  void publish_snapshot() {
    const std::string location = "snapshot/s1";
    Snapshot snapshot;
    snapshot.version = "s1";
    const Status published = home_.blobs().publish(location, [&](const Path& folder) -> Status {
      SegmentOptions options;
      options.dimension = 3;
      BOOKRECO_TRY(SegmentBuilder builder, SegmentBuilder::to_folder(folder, options));
      Status added;
      BOOKRECO_TRY_VOID(stores().books().changes_since(0, [&](BookChange&& row) {
        const auto vector = vector_for_tests(row.book);
        const SegmentRow one{&row.book, vector, kNoCluster, {}};
        added = builder.add_batch({&one, 1});
        return added.has_value();
      }));
      BOOKRECO_TRY_VOID(added);
      BOOKRECO_TRY(Segment base, builder.finish());
      snapshot.base = std::make_shared<const Segment>(std::move(base));
      return write_manifest(folder, snapshot);
    });
    ASSERT_TRUE(published) << published.error().message;
    ASSERT_TRUE(
        stores().models().add({"snapshot", "s1", location, {}, {}, "", home_.clock().now()}));
    ASSERT_TRUE(stores().models().set_alias("snapshot", "champion", "s1"));
  }

  /// Readers who love either the even books or the odd ones, four each, and dislike one other.
  void readers_of_two_tastes(int readers) {
    std::vector<Interaction> said;
    for (int reader = 0; reader < readers; ++reader) {
      const std::string id = "reader " + std::to_string(reader);
      for (int i = 0; i < 4; ++i) {
        const int book = (reader % 2 + 2 * (reader / 2 + i)) % kBooks;
        said.push_back({id, book_for_tests(book).id, InteractionKind::kLoved, {}, {}, "test", ""});
      }
      said.push_back({id,
                      book_for_tests((reader + 1) % kBooks).id,
                      InteractionKind::kDisliked,
                      {},
                      {},
                      "test",
                      ""});
    }
    said.push_back({"reader 0", "gone", InteractionKind::kLoved, {}, {}, "test", ""});
    ASSERT_TRUE(stores().readers().record(said));
  }

  Result<std::optional<ReaderTrainingSummary>> train() {
    return ReaderTrainer(stores(), home_.blobs(), home_.clock(), settings_).train({});
  }
  Stores& stores() { return home_.stores(); }

  HomeForTests home_;
  ReaderTrainerSettings settings_;
};

TEST_F(ReaderTrainerTest, LearnsNothingWithoutASnapshotOrFromTooLittle) {
  readers_of_two_tastes(24);
  auto trained = train();
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_FALSE(*trained);
  publish_snapshot();
  settings_.least_entries = 1'000;
  trained = train();
  ASSERT_TRUE(trained);
  EXPECT_FALSE(*trained);
  EXPECT_FALSE(*stores().models().by_alias("readers", "champion"));
}

TEST_F(ReaderTrainerTest, BooksOfOneTasteGoWithEachOther) {
  publish_snapshot();
  readers_of_two_tastes(24);
  const auto trained = train();
  ASSERT_TRUE(trained) << trained.error().message;
  ASSERT_TRUE(*trained);
  EXPECT_EQ((*trained)->model, "ease") << "too few readers to hold some out";
  EXPECT_EQ((*trained)->readers, 24);
  EXPECT_EQ((*trained)->works, kBooks);
  EXPECT_EQ((*trained)->entries, 24 * 4) << "neither dislikes nor books that left";
  const auto champion = *stores().models().by_alias("readers", "champion");
  ASSERT_TRUE(champion);
  EXPECT_EQ(champion->version, (*trained)->version);
  EXPECT_EQ(champion->metrics.at("interactions"), 24 * 5 + 1);
  const auto model = ReaderModel::open(*home_.blobs().fetch(champion->location));
  ASSERT_TRUE(model) << model.error().message;
  const auto opened = open_snapshot(*home_.blobs().fetch("snapshot/s1"));
  ASSERT_TRUE(opened);
  const Segment& base = *opened->base;
  const auto item_of = [&](int book) {
    return *model->item(base.work_key(*base.find(book_for_tests(book).id)));
  };
  const HistoryItem read{item_of(0), 1};
  std::vector<float> scores(model->items());
  model->model().score({&read, 1}, scores);
  for (int even = 2; even < kBooks; even += 2) {
    for (int odd = 1; odd < kBooks; odd += 2) {
      EXPECT_GT(scores[item_of(even)], scores[item_of(odd)]) << even << ", " << odd;
    }
  }
}

TEST_F(ReaderTrainerTest, EnoughReadersTeachHowToBlend) {
  publish_snapshot();
  readers_of_two_tastes(600);
  const auto trained = train();
  ASSERT_TRUE(trained) << trained.error().message;
  ASSERT_TRUE(*trained);
  EXPECT_EQ((*trained)->model, "hybrid");
  const auto champion = *stores().models().by_alias("readers", "champion");
  ASSERT_TRUE(champion);
  const auto& metrics = champion->metrics;
  EXPECT_EQ(metrics.at("held_out"), 60);
  EXPECT_GT(metrics.at("readers_ndcg@20"), 0.6) << "five books of a taste of six are left";
  EXPECT_GE(metrics.at("served_ndcg@20"), metrics.at("served_by_content_ndcg@20"));
  const auto model = ReaderModel::open(*home_.blobs().fetch(champion->location));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_GT(model->weights(4, 200)[static_cast<std::size_t>(Voice::kReaders)] +
                model->weights(4, 200)[static_cast<std::size_t>(Voice::kDeviations)],
            0);
}

TEST_F(ReaderTrainerTest, OldVersionsGo) {
  publish_snapshot();
  readers_of_two_tastes(24);
  ASSERT_TRUE(home_.blobs().publish(
      "readers/died", [](const Path& folder) { return write_file(folder / "model.brs", "half"); }));
  for (int i = 0; i < 4; ++i) {
    const auto trained = train();
    ASSERT_TRUE(trained) << trained.error().message;
  }
  EXPECT_THAT(*stores().models().list("readers"), SizeIs(2));
  EXPECT_THAT(*home_.blobs().list("readers"), SizeIs(2)) << "those of a run that died go too";
}

TEST_F(ReaderTrainerTest, ADamagedModelIsRefused) {
  publish_snapshot();
  readers_of_two_tastes(24);
  ASSERT_TRUE(train());
  const auto champion = *stores().models().by_alias("readers", "champion");
  const Path folder = *home_.blobs().fetch(champion->location);
  for (const char* name : {"model.brs", "works.brs"}) {
    const std::string bytes = *read_file(folder / name);
    std::string damaged = bytes;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    ASSERT_TRUE(write_file(folder / name, damaged));
    EXPECT_EQ(ReaderModel::open(folder).error().code, Code::kDataLoss) << name;
    ASSERT_TRUE(write_file(folder / name, bytes.substr(0, bytes.size() / 2)));
    EXPECT_EQ(ReaderModel::open(folder).error().code, Code::kDataLoss) << name;
    ASSERT_TRUE(write_file(folder / name, bytes));
  }
  EXPECT_TRUE(ReaderModel::open(folder));
}

TEST_F(ReaderTrainerTest, AModelOfAnotherVersionOrOfOtherWorksIsRefused) {
  publish_snapshot();
  readers_of_two_tastes(24);
  ASSERT_TRUE(train());
  const auto champion = *stores().models().by_alias("readers", "champion");
  const Path folder = *home_.blobs().fetch(champion->location);
  const std::size_t items = ReaderModel::open(folder)->items();
  std::vector<float> blend = unlearnt_blend().values;
  const auto write = [&](std::uint32_t version, std::vector<std::uint64_t> works) {
    const std::vector<std::uint32_t> readers(works.size(), 1);
    auto writer = SectionWriter::to_file(folder / "works.brs", "works", version).value();
    EXPECT_TRUE(writer.add("works", std::span<const std::uint64_t>(works)));
    EXPECT_TRUE(writer.add("readers", std::span<const std::uint32_t>(readers)));
    EXPECT_TRUE(writer.add("blend", std::span<const float>(blend)));
    EXPECT_TRUE(writer.finish());
    return ReaderModel::open(folder);
  };
  std::vector<std::uint64_t> works(items);
  std::iota(works.begin(), works.end(), 1);
  EXPECT_TRUE(write(2, works));
  EXPECT_EQ(write(1, works).error().code, Code::kFailedPrecondition);
  blend.back() = NAN;
  EXPECT_EQ(write(2, works).error().code, Code::kDataLoss) << "a weight that is no number";
  blend = unlearnt_blend().values;
  std::swap(works.front(), works.back());
  EXPECT_EQ(write(2, works).error().code, Code::kDataLoss) << "works that do not ascend";
  works.resize(items - 1);
  EXPECT_EQ(write(2, works).error().code, Code::kDataLoss) << "fewer works than the model has";
}

TEST_F(ReaderTrainerTest, OneInteractionInAllTeachesNothingAndHarmsNothing) {
  publish_snapshot();
  ASSERT_TRUE(stores().readers().record(std::vector<Interaction>{
      {"r", book_for_tests(0).id, InteractionKind::kLoved, {}, {}, "test", ""}}));
  const auto trained = train();
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_FALSE(*trained);
}

}  // namespace
}  // namespace bookreco
