#include "ml/collaborative/popularity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;

constexpr std::int64_t kDay = 86'400;

InteractionMatrix dated() {
  InteractionMatrixBuilder builder(MergeRule::kLatest, true);
  EXPECT_TRUE(builder.add(0, 0, 1, 100 * kDay));
  EXPECT_TRUE(builder.add(1, 0, 1, 100 * kDay));
  EXPECT_TRUE(builder.add(0, 1, 2, 130 * kDay));
  EXPECT_TRUE(builder.add(1, 2, -3, 130 * kDay));
  EXPECT_TRUE(builder.add(2, 3, 1, 100'000 * kDay));  // a clock far in the future
  return builder.build(3, 5).value();
}

std::vector<float> scores(std::string_view kind, const FitContext& context) {
  const auto model = fit_model(kind, dated(), {}, context);
  EXPECT_TRUE(model);
  std::vector<float> out((*model)->items());
  (*model)->score({}, out);
  return out;
}

TEST(PopularityTest, AddsWhatReadersLiked) {
  EXPECT_THAT(scores("popularity", {}), ElementsAre(2, 2, 0, 1, 0));
}

TEST(PopularityTest, TrendingHalvesByAgeAndTakesTheFutureForToday) {
  FitContext context;
  context.now = 130 * kDay;
  EXPECT_THAT(scores("trending", context), ElementsAre(FloatEq(1), FloatEq(2), 0, FloatEq(1), 0));
}

TEST(FitModelTest, SaysWhatIsWrong) {
  const InteractionMatrix matrix = dated();
  const auto message = [&](std::string_view kind, const Parameters& parameters) {
    const auto model = fit_model(kind, matrix, parameters, {});
    EXPECT_FALSE(model);
    EXPECT_EQ(model.error().code, Code::kInvalidArgument);
    return model.error().message;
  };
  EXPECT_THAT(message("oracle", {}), HasSubstr("popularity, trending"));
  EXPECT_THAT(message("trending", {{"half_life", 3}}), HasSubstr("half_life_days"));
  EXPECT_THAT(message("trending", {{"half_life_days", -3}}), HasSubstr("from 0.01"));
  EXPECT_FALSE(fit_model("popularity", InteractionMatrix(), {}, {}));
  FitContext context;
  context.cancelled = [] { return true; };
  EXPECT_EQ(fit_model("popularity", matrix, {}, context).error().code, Code::kCancelled);
  context.cancelled = nullptr;
  context.memory_limit = 10;
  const auto refused = fit_model("popularity", matrix, {}, context);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
}

TEST(ModelFileTest, ComesBackAsItWas) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "model.brs";
  const auto model = fit_model("trending", dated(), {{"half_life_days", 7}}, {}).value();
  ASSERT_TRUE(save_model(*model, path));
  const auto loaded = load_model(path);
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->info().kind, "trending");
  EXPECT_EQ((*loaded)->info().parameters, model->info().parameters);
  EXPECT_EQ((*loaded)->info().metrics, model->info().metrics);
  EXPECT_EQ((*loaded)->info().data, model->info().data);
  std::vector<float> before(5);
  std::vector<float> after(5);
  model->score({}, before);
  (*loaded)->score({}, after);
  EXPECT_EQ(before, after);
}

}  // namespace
}  // namespace bookreco
