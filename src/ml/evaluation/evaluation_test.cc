#include "ml/evaluation/evaluation.h"

#include <cmath>
#include <mutex>

#include <gtest/gtest.h>

#include "ml/evaluation/list_statistics.h"

namespace bookreco {
namespace {

/// Scores every item the same for every reader.
class FixedModel : public CollaborativeModel {
 public:
  explicit FixedModel(std::vector<float> scores)
      : CollaborativeModel({}), scores_(std::move(scores)) {}
  std::size_t items() const override { return scores_.size(); }
  std::size_t bytes() const override { return 0; }
  void score(ItemHistory, std::span<float> out) const override {
    std::ranges::copy(scores_, out.begin());
  }
  std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t>,
                                                    ItemHistory) const override {
    return {};
  }
  Status write(SectionWriter&, std::string_view) const override { return {}; }

 private:
  std::vector<float> scores_;
};

using Entry = std::array<std::uint32_t, 2>;

InteractionMatrix matrix_of(std::size_t readers,
                            std::size_t items,
                            const std::vector<Entry>& entries) {
  InteractionMatrixBuilder builder;
  for (const Entry& entry : entries) {
    EXPECT_TRUE(builder.add(entry[0], entry[1]));
  }
  return *builder.build(readers, items);
}

// Six items in the order that the model likes them; item 5 is cold. Reader 0 knows item 0, reader 1
// items 1 and 2, reader 2 is known by its fold-in alone.
const std::vector<float> kScores = {6, 5, 4, 3, 2, 1};
const InteractionMatrix kTrain = matrix_of(4, 6, {{0, 0}, {1, 1}, {1, 2}, {3, 0}, {3, 3}, {3, 4}});
const InteractionMatrix kFoldIn = matrix_of(4, 6, {{2, 0}});
const InteractionMatrix kTest = matrix_of(4, 6, {{0, 0}, {0, 1}, {0, 5}, {1, 4}, {2, 1}, {2, 2}});

EvaluationOptions options_for(std::string_view metrics) {
  EvaluationOptions options;
  options.metrics = *parse_metrics(metrics, 2);
  options.threads = 3;
  return options;
}

TEST(EvaluationSet, JoinsHistoriesAndDropsWhatIsKnown) {
  const EvaluationSet set(kTrain, kFoldIn, kTest, false);
  ASSERT_EQ(set.readers().size(), 3U);
  EXPECT_EQ(set.readers()[2].history[0].item, 0U);
  EXPECT_EQ(set.already_known(), 1U);
  EXPECT_EQ(set.relevant_entries(), 5U);
  EXPECT_EQ(set.cold_entries(), 1U);
  EXPECT_EQ(set.train_readers(), 3U);
  EXPECT_EQ(set.item_counts()[0], 2U);
}

TEST(EvaluationSet, ASampleIsSpreadOverTheReaders) {
  const EvaluationSet set(kTrain, kFoldIn, kTest, false);
  const EvaluationSet sample = set.sample(2);
  ASSERT_EQ(sample.readers().size(), 2U);
  EXPECT_EQ(sample.readers()[0].row, 0U);
  EXPECT_EQ(sample.readers()[1].row, 1U);
  EXPECT_EQ(sample.items(), set.items());
  EXPECT_EQ(set.sample(9).readers().size(), 3U);
  EXPECT_TRUE(set.sample(0).readers().empty());
}

TEST(Evaluation, ByHand) {
  const EvaluationSet set(kTrain, kFoldIn, kTest, false);
  const FixedModel model(kScores);
  const auto scores =
      evaluate(model, set, options_for("recall@2,precision-recall@2,ndcg@2,mrr,coverage,gini"));
  ASSERT_TRUE(scores.has_value());
  // Lists of two: reader 0 gets 1, 2; reader 1 gets 0, 3; reader 2 gets 1, 2.
  EXPECT_NEAR(scores->values[0], (0.5 + 0 + 1) / 3, 1e-7);
  EXPECT_NEAR(scores->values[1], (0.5 + 0 + 1) / 3, 1e-7);
  EXPECT_NEAR(scores->values[2], (1 / (1 + 1 / std::log2(3)) + 0 + 1) / 3, 1e-7);
  EXPECT_NEAR(scores->values[3], (1.0 + 0 + 1) / 3, 1e-7);
  EXPECT_NEAR(scores->values[4], 4.0 / 6, 1e-12);
  EXPECT_NEAR(scores->values[5], gini(std::vector<std::uint64_t>{1, 2, 2, 1, 0, 0}), 1e-12);
  EXPECT_EQ(scores->columns[0], (std::vector<float>{0.5F, 0, 1}));
  EXPECT_TRUE(scores->columns[4].empty());
}

TEST(Evaluation, Segments) {
  const EvaluationSet set(kTrain, kFoldIn, kTest, false);
  const FixedModel model(kScores);
  const auto scores = evaluate(model, set, options_for("coverage,recall@2"));
  ASSERT_TRUE(scores.has_value());
  const auto segment = [&](std::string_view name) {
    for (const SegmentScores& each : scores->segments) {
      if (each.name == name) {
        return std::pair(each.readers, each.values.at(0));
      }
    }
    return std::pair(std::size_t{99}, -1.0);
  };
  EXPECT_EQ(segment("warm books"), std::pair(std::size_t{3}, 2.0 / 3));
  EXPECT_EQ(segment("cold books"), std::pair(std::size_t{1}, 0.0));
  EXPECT_EQ(segment("cold books among themselves"), std::pair(std::size_t{1}, 1.0));
  EXPECT_EQ(segment("history 1-2"), std::pair(std::size_t{3}, 0.5));
}

TEST(Evaluation, GradedGains) {
  InteractionMatrixBuilder builder;
  ASSERT_TRUE(builder.add(0, 1, 5));
  ASSERT_TRUE(builder.add(0, 2, 1));
  ASSERT_TRUE(builder.add(0, 3, -1));
  const EvaluationSet set(kTrain, {}, *builder.build(4, 6), true);
  EXPECT_EQ(set.not_liked(), 1U);
  const FixedModel backwards({0, 4, 5, 0, 0, 0});
  const auto scores = evaluate(backwards, set, options_for("ndcg@2,recall@2"));
  ASSERT_TRUE(scores.has_value());
  const double second = 1 / std::log2(3);
  EXPECT_NEAR(scores->values[0], (1 + 5 * second) / (5 + second), 1e-6);
  EXPECT_NEAR(scores->values[1], 1, 1e-9);
}

TEST(Evaluation, ListsAndThreads) {
  const EvaluationSet set(kTrain, kFoldIn, kTest, false);
  const FixedModel model(kScores);
  EvaluationOptions options = options_for("ndcg@2,novelty,diversity,gini");
  std::map<std::uint32_t, std::vector<std::uint32_t>> lists;
  std::mutex mutex;
  options.lists = [&](std::uint32_t reader, std::span<const ScoredItem> list) {
    const std::lock_guard lock(mutex);
    for (const ScoredItem& item : list) {
      lists[reader].push_back(item.item);
    }
  };
  const auto many = evaluate(model, set, options);
  EXPECT_EQ(lists[1], (std::vector<std::uint32_t>{0, 3}));
  options.threads = 1;
  const auto one = evaluate(model, set, options);
  ASSERT_TRUE(one && many);
  EXPECT_EQ(one->values, many->values);
  EXPECT_EQ(one->columns, many->columns);
}

TEST(Evaluation, RefusesWhatCannotBeEvaluated) {
  const FixedModel model(kScores);
  const EvaluationSet nothing(kTrain, kFoldIn, matrix_of(4, 6, {{0, 0}}), false);
  EXPECT_EQ(evaluate(model, nothing, options_for("ndcg@2")).error().code, Code::kInvalidArgument);
  const EvaluationSet set(kTrain, kFoldIn, kTest, false);
  EXPECT_EQ(evaluate(FixedModel({1, 2}), set, options_for("ndcg@2")).error().code,
            Code::kInvalidArgument);
  EvaluationOptions stopped = options_for("ndcg@2");
  stopped.cancelled = [] { return true; };
  EXPECT_EQ(evaluate(model, set, stopped).error().code, Code::kCancelled);
}

TEST(ListStatistics, AgreeWithScikitLearn) {  // cosine_similarity of the columns of this matrix
  const InteractionMatrix train = matrix_of(
      5, 4, {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 0}, {3, 2}, {4, 2}});
  const InteractionMatrix readers_of_items = train.transposed();
  ListDiversity diversity(readers_of_items);
  const std::vector<ScoredItem> near = {{0, 0}, {1, 0}, {2, 0}};
  const std::vector<ScoredItem> unread = {{0, 0}, {1, 0}, {3, 0}};
  EXPECT_NEAR(diversity.of(near), 0.39287759831802715, 1e-6);
  EXPECT_NEAR(diversity.of(unread), 0.7777777777777777, 1e-6);
  EXPECT_NEAR(diversity.of(near), 0.39287759831802715, 1e-6);
  EXPECT_EQ(diversity.of(std::span(near).first(1)), 0);
  EXPECT_NEAR(novelty(near, train.column_counts(), 5), 0.47765313575870216, 1e-12);
}

}  // namespace
}  // namespace bookreco
