#include "recommend/readers_say.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/ranking.h"
#include "recommend/readers_for_tests.h"
#include "recommend/recommend.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// Readers of Agatha Christie's first read Fondation, L'Étranger and the third Dune as well, which
/// no content would tell; others read Camus and Zola.
class ReadersSayTest : public testing::Test {
 protected:
  ReadersSayTest() {
    for (int i = 0; i < 40; ++i) {
      lists_.push_back({"f1", "e1", "a1", "d3"});
      lists_.push_back({"a3", "a4", "a6"});
    }
    teach(*snapshot_, lists_);
  }

  std::uint64_t work(std::string_view id) const {
    return snapshot_->base->work_key(*snapshot_->base->find(id));
  }

  Hits ask(std::vector<std::string> loved, const BookFilter& filter = {}, std::int64_t k = 8) {
    RecommendRequest request;
    request.loved = std::move(loved);
    request.filter = filter;
    request.k = k;
    request.diversity = 0;
    auto answer = recommend(snapshot_, request);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_ = make_snapshot(rows_);
  std::vector<std::vector<const char*>> lists_;
};

TEST_F(ReadersSayTest, WhatReadersReadTogetherComesFirstWithItsReason) {
  const Hits answer = ask({"f1"});
  EXPECT_EQ(answer.strategy, "hybrid");
  const auto found = ids(answer);
  const auto rank = [&](std::string_view id) {
    return std::ranges::find(found, id) - found.begin();
  };
  EXPECT_LT(rank("e1"), 5) << "only other crimes of the same hand are nearer";
  EXPECT_LT(rank("e1"), rank("a6"));
  const auto readers = std::exchange(snapshot_->readers, nullptr);
  const Hits before = ask({"f1"});
  EXPECT_THAT(ids(before), Not(Contains("e1"))) << "content alone would never have it";
  snapshot_->readers = readers;
  const auto& hit = answer.hits[static_cast<std::size_t>(rank("e1"))];
  EXPECT_THAT(reasons(hit, ReasonKind::kBecauseOf), ElementsAre("Le Crime de l'Orient-Express"));
  EXPECT_GT(hit.reasons[0].weight, 0.2F);
  EXPECT_LE(hit.reasons[0].weight, 1.0F);
}

TEST_F(ReadersSayTest, BooksWithoutReadersComeByTheirContent) {
  EXPECT_THAT(ids(ask({"f1"})), Contains("f3"));
  const Hits unknown = ask({"g1"});
  EXPECT_EQ(unknown.strategy, "content") << "no reader of the model read it";
  EXPECT_THAT(ids(unknown), Contains("g2"));
}

TEST_F(ReadersSayTest, ALaterVolumeGivesWayToTheFirst) {
  const auto found = ids(ask({"f1"}, {}, 100));
  EXPECT_THAT(found, Contains("d1"));
  EXPECT_THAT(found, Not(Contains("d3")));
}

TEST_F(ReadersSayTest, AnyEditionServesAndTheFilterChooses) {
  BookFilter pocket;
  pocket.formats = {"Poche"};
  EXPECT_THAT(ids(ask({"f1"}, pocket)), ElementsAre("a2"));
  EXPECT_THAT(ids(ask({"a2"})), Not(Contains("a1")));
  EXPECT_EQ(ask({"a2"}).strategy, "hybrid") << "its readers read another edition";
}

TEST_F(ReadersSayTest, ReadersCountTheMoreTheMoreIsKnown) {
  const auto weight = [&](std::vector<std::string> loved, std::string_view id) {
    RecommendRequest request;
    request.loved = std::move(loved);
    const History history = find_history(*snapshot_, request).value();
    const ReadersSay readers(*snapshot_, history);
    return readers.weights(
        find_item(*snapshot_, *snapshot_->find(id)))[static_cast<std::size_t>(Voice::kReaders)];
  };
  EXPECT_GT(weight({"f1"}, "e1"), 1);
  EXPECT_GT(weight({"f1", "a1"}, "e1"), weight({"f1"}, "e1"));
  EXPECT_EQ(weight({"f1"}, "g1"), 0) << "nobody read it";
}

TEST_F(ReadersSayTest, ACaseHoldsWhatEachVoiceSays) {
  const std::vector<std::uint64_t> wanted = {work("e1")};
  const HybridCase found = blend_case(*snapshot_, {{"f1", 1, true, {}}}, wanted);
  EXPECT_EQ(found.targets, 1U);
  EXPECT_EQ(found.scores.size(), kVoices * found.size());
  EXPECT_EQ(std::ranges::count(found.wanted, 1), 1);
  const auto place =
      static_cast<std::size_t>(std::ranges::find(found.wanted, 1) - found.wanted.begin());
  EXPECT_GT(found.scores[kVoices * place + 1], 0) << "readers of f1 read it";
  EXPECT_GT(found.groups[place], 0);
  EXPECT_EQ(blend_case(*snapshot_, {{"g1", 1, true, {}}}, wanted).size(), 0U)
      << "the model has nothing to say";
}

TEST_F(ReadersSayTest, WithoutAModelThereIsNothingToSay) {
  snapshot_->readers = nullptr;
  EXPECT_EQ(ask({"f1"}).strategy, "content");
  RecommendRequest request;
  request.loved = {"f1"};
  const History history = find_history(*snapshot_, request).value();
  const ReadersSay nothing(*snapshot_, history);
  EXPECT_TRUE(nothing.empty());
  const Scope scope(*snapshot_, {});
  EXPECT_THAT(nothing.best(10, Editions(*snapshot_, {}, {}, scope)), IsEmpty());
}

}  // namespace
}  // namespace bookreco
