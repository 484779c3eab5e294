#include "app/upkeep.h"

#include <sstream>

#include <gmock/gmock.h>

#include "app/home_for_tests.h"

namespace bookreco {
namespace {

using testing::HasSubstr;

class UpkeepTest : public AppTest {
 protected:
  Log log() { return Log(LogSettings{}, log_text_); }
  static std::string model_of(Platform& platform, const char* name) {
    const auto champion = platform.stores().models().by_alias(name, "champion");
    return champion && *champion ? (*champion)->version : "";
  }

  std::ostringstream log_text_;  // read only after the Upkeep has ended
};

TEST_F(UpkeepTest, AFirstModelIsFittedOnceThereAreBooks) {
  const auto platform = open();
  {
    const Upkeep upkeep(*platform, log());
    const auto elsewhere = open();
    store(*elsewhere, books_for_tests(30));
    EXPECT_TRUE(soon([&] { return platform->recommender().state().books == 30; }));
    const std::string snapshot = platform->recommender().state().snapshot;
    store(*elsewhere, {book_for_tests(30)});
    EXPECT_TRUE(soon([&] { return platform->recommender().state().delta_books == 1; }));
    ASSERT_EQ(*elsewhere->stores().books().remove(std::vector<std::string>{book_for_tests(0).id}),
              1);
    EXPECT_TRUE(soon([&] { return platform->recommender().state().books == 30; }));
    EXPECT_EQ(platform->recommender().state().snapshot, snapshot) << "no rebuild for so little";
  }
  EXPECT_THAT(log_text_.str(), HasSubstr("fit: done in"));
}

TEST_F(UpkeepTest, MuchThatChangedIsRebuiltWithoutARefit) {
  context_.settings.index.delta_limit = 5;
  const auto platform = open();
  store(*platform, books_for_tests(30));
  ASSERT_TRUE(platform->fit({}));
  const std::string model = model_of(*platform, "vectorizer");
  const std::string snapshot = model_of(*platform, "snapshot");
  {
    const Upkeep upkeep(*platform, log());
    store(*platform, books_for_tests(20, 30));
    EXPECT_TRUE(soon([&] {
      const RecommenderState state = platform->recommender().state();
      return state.books == 50 && state.delta_books == 0;
    }));
  }
  EXPECT_EQ(platform->recommender().waiting(), 0);
  EXPECT_NE(model_of(*platform, "snapshot"), snapshot);
  EXPECT_EQ(model_of(*platform, "vectorizer"), model);
  EXPECT_THAT(log_text_.str(), HasSubstr("rebuild the snapshot: done"));
  std::int64_t members = 0;
  ASSERT_TRUE(
      platform->stores().clusters().members([&](ClusterMember&&) { return ++members > 0; }));
  EXPECT_EQ(members, 50) << "the new books have their groups";
}

TEST_F(UpkeepTest, ADoubledCatalogueIsFittedAnew) {
  const auto platform = open();
  store(*platform, books_for_tests(12));
  ASSERT_TRUE(platform->fit({}));
  const std::string model = model_of(*platform, "vectorizer");
  {
    const Upkeep upkeep(*platform, log());
    store(*platform, books_for_tests(20, 12));
    EXPECT_TRUE(soon([&] {
      const RecommenderState state = platform->recommender().state();
      return state.vectorizer != model && state.books == 32;
    }));
  }
  EXPECT_NE(model_of(*platform, "vectorizer"), model);
}

TEST_F(UpkeepTest, AFitElsewhereIsWaitedForAndTold) {
  const auto platform = open();
  store(*platform, books_for_tests(12));
  {
    const auto lock = FileLock::acquire(platform->settings().data_folder() / "fit.lock");
    ASSERT_TRUE(lock);
    const Upkeep upkeep(*platform, log());
    std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
    EXPECT_EQ(platform->recommender().state().snapshot, "");
  }
  EXPECT_THAT(log_text_.str(), HasSubstr("cannot fit"));
}

}  // namespace
}  // namespace bookreco
