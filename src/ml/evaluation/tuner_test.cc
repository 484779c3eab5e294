#include "ml/evaluation/tuner.h"

#include <set>

#include <gtest/gtest.h>

#include "base/random.h"
#include "ml/evaluation/best_model.h"

namespace bookreco {
namespace {

/// Readers in circles, each with books of its own; some entries are anywhere.
InteractionMatrix circles(std::uint32_t readers, std::uint32_t items, bool timed) {
  Random random(11);
  InteractionMatrixBuilder builder(MergeRule::kLatest, timed);
  for (std::uint32_t reader = 0; reader < readers; ++reader) {
    for (int i = 0; i < 12; ++i) {
      const std::uint64_t circle = random.below(10) == 0 ? random.below(4) : reader % 4;
      const auto item = static_cast<std::uint32_t>((circle * items / 4) + random.below(items / 4));
      EXPECT_TRUE(builder.add(reader, item, 1, 1'000'000 + (i * 86'400)));
    }
  }
  return *builder.build();
}

TuneContext context_for(std::size_t trials) {
  TuneContext context;
  context.objective = *parse_metrics("recall@10", 10);
  context.budget_seconds = 60;
  context.most_trials = trials;
  context.threads = 2;
  return context;
}

TEST(Validation, TouchesOnlySomeReaders) {
  const InteractionMatrix train = circles(400, 80, false);
  const auto known = cut_for_validation(train, {.most_readers = 100});
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->train.entries() + known->test.entries(), train.entries());
  std::size_t tested = 0;
  for (std::size_t reader = 0; reader < known->test.rows(); ++reader) {
    tested += known->test.row(reader).size() > 0 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(tested), 100, 40);
  const auto strangers = cut_for_validation(train, {.strangers = true});
  ASSERT_TRUE(strangers.has_value());
  const EvaluationSet set(strangers->train, strangers->fold_in, strangers->test, false);
  EXPECT_EQ(set.readers().size(), 40U);
  for (const EvaluationSet::Reader& reader : set.readers()) {
    EXPECT_EQ(strangers->train.row(reader.row).size(), 0U);
    EXPECT_FALSE(reader.history.empty());
  }
}

TEST(Validation, OneInteractionEachLeavesNothingToValidateOn) {
  InteractionMatrixBuilder builder;
  ASSERT_TRUE(builder.add(0, 0));
  ASSERT_TRUE(builder.add(1, 0));
  const InteractionMatrix train = *builder.build();
  EXPECT_EQ(cut_for_validation(train, {}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(cut_for_validation(train, {.strangers = true}).error().code, Code::kInvalidArgument);
}

TEST(Tuner, KeepsTheBestAndIsRepeatable) {
  const InteractionMatrix train = circles(300, 80, true);
  const auto cut = cut_for_validation(train, {});
  ASSERT_TRUE(cut.has_value());
  const EvaluationSet set(cut->train, cut->fold_in, cut->test, false);
  const auto search = [&](std::size_t threads) {
    TuneContext context = context_for(8);
    context.threads = threads;
    return tune("trending", {}, *cut, set, context);
  };
  const auto one = search(1);
  const auto two = search(2);
  ASSERT_TRUE(one && two);
  ASSERT_EQ(one->trials.size(), 8U);
  EXPECT_EQ(one->parameters, two->parameters);
  for (const Trial& trial : one->trials) {
    EXPECT_LE(trial.score, one->score);
  }
  EXPECT_NEAR(validate(*one->model, set, context_for(1)).value_or(-1), one->score, 1e-12);
}

TEST(Tuner, TriesNothingTwice) {
  const InteractionMatrix train = circles(400, 80, false);
  const Validation validation = *cut_for_validation(train, {});
  const EvaluationSet set(validation.train, validation.fold_in, validation.test, false);
  const auto found = tune("ease", {}, validation, set, context_for(30));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->trials.size(), 30U);
  std::set<Parameters> different;
  for (const Trial& trial : found->trials) {
    different.insert(trial.parameters);
  }
  EXPECT_EQ(different.size(), found->trials.size());
}

TEST(Tuner, TheFirstErrorIsTold) {
  const InteractionMatrix train = circles(50, 40, false);
  const auto cut = cut_for_validation(train, {});
  ASSERT_TRUE(cut.has_value());
  const EvaluationSet set(cut->train, cut->fold_in, cut->test, false);
  EXPECT_EQ(tune("no such kind", {}, *cut, set, context_for(3)).error().code,
            Code::kInvalidArgument);
  TuneContext stopped = context_for(3);
  stopped.cancelled = [] { return true; };
  EXPECT_EQ(tune("popularity", {}, *cut, set, stopped).error().code, Code::kCancelled);
}

TEST(Tuner, GoesOnFromWhatItFound) {
  const InteractionMatrix train = circles(300, 80, true);
  const auto cut = cut_for_validation(train, {});
  ASSERT_TRUE(cut.has_value());
  const EvaluationSet set(cut->train, cut->fold_in, cut->test, false);
  auto found = tune("ials", {{"factors", 4}}, *cut, set, context_for(1));
  ASSERT_TRUE(found.has_value()) << found.error().message;
  const double before = found->score;
  const double epochs = found->parameters.at("epochs");
  EXPECT_EQ(epochs, found->model->info().metrics.at("best_epoch"));
  const auto further = tune_further(*std::move(found), *cut, set, context_for(3));
  ASSERT_TRUE(further.has_value()) << further.error().message;
  EXPECT_EQ(further->trials.size(), 3U);
  EXPECT_EQ(further->trials[0].parameters.at("epochs"), 16);  // not stopped by the epoch before
  EXPECT_GE(further->score, before);
}

TEST(BestModel, AnswersHoweverShortTheBudget) {
  const InteractionMatrix train = circles(300, 80, false);
  BestOptions options;
  options.tune = context_for(4);
  const auto best = find_best_model(train, options);
  ASSERT_TRUE(best.has_value()) << best.error().message;
  EXPECT_FALSE(best->parts.empty());
  EXPECT_EQ(best->model->items(), train.columns());
  options.tune.budget_seconds = 0.001;
  const auto hurried = find_best_model(train, options);
  ASSERT_TRUE(hurried.has_value()) << hurried.error().message;
  EXPECT_NE(hurried->note, "");
}

}  // namespace
}  // namespace bookreco
