#include "services/evaluator/evaluator.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "services/evaluator/split_files.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Two hundred readers in four circles, each reading its own quarter of 80 books most of the time.
class EvaluatorTest : public testing::Test {
 protected:
  EvaluatorTest() {
    Random random(5);
    std::string rows;
    for (std::uint64_t reader = 0; reader < 200; ++reader) {
      for (int i = 0; i < 12; ++i) {
        const std::uint64_t circle = random.below(8) == 0 ? random.below(4) : reader % 4;
        rows += fmt::format("u{},b{}\n", reader, circle * 20 + random.below(20));
      }
    }
    EXPECT_TRUE(write_file(folder_.path() / "rows.csv", rows));
    SplitRequest split;
    split.input = (folder_.path() / "rows.csv").string();
    split.output = folder_.path();
    EXPECT_TRUE(split_file(split, nullptr, {}));
    request_.train = (folder_.path() / "train.csv").string();
    request_.test = (folder_.path() / "test.csv").string();
    request_.models = {"popularity", "trending"};
    request_.metrics = *parse_metrics("recall@5,ndcg@5,coverage@5", 20);
    request_.resamples = 200;
    settings_.objective = *parse_metrics("recall@20", 20);
    settings_.threads = 2;
    settings_.most_trials = 3;
    settings_.budget_seconds = 60;
  }

  TemporaryFolder folder_;
  EvaluationRequest request_;
  EvaluatorSettings settings_;
};

TEST_F(EvaluatorTest, ReportsEveryModelWithIntervalsAndDifferences) {
  const auto report = run_evaluation(request_, settings_);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  ASSERT_EQ(report->models.size(), 2U);
  const EvaluatedModel& model = report->models[0];
  EXPECT_EQ(model.info.kind, "popularity");
  EXPECT_LT(model.intervals[0].low, model.scores.values[0]);
  EXPECT_GT(model.intervals[0].high, model.scores.values[0]);
  EXPECT_EQ(report->comparisons.size(), 2U);  // coverage has no difference by reader
  EXPECT_EQ(report->test_readers, 200U);
}

TEST_F(EvaluatorTest, SameSeedSameReport) {
  const auto scores = [&](std::size_t threads) {
    settings_.threads = threads;
    const auto report = run_evaluation(request_, settings_);
    EXPECT_TRUE(report.has_value());
    return std::pair(report->models[0].scores.values, report->models[0].intervals[0].low);
  };
  EXPECT_EQ(scores(1), scores(4));
}

TEST_F(EvaluatorTest, JsonHoldsIt) {
  request_.models = {"popularity", "best"};
  const auto report = run_evaluation(request_, settings_);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  const auto json = boost::json::parse(to_json(*report));
  EXPECT_EQ(json.at("schema").as_int64(), 1);
  EXPECT_EQ(json.at("protocol").at("test_readers").as_int64(), 200);
  const auto& model = json.at("models").at(0);
  EXPECT_EQ(model.at("metrics").at("recall@5").at("k").as_int64(), 5);
  EXPECT_GT(model.at("metrics").at("recall@5").at("value").to_number<double>(), 0);
  EXPECT_FALSE(json.at("models").at(1).at("trials").as_array().empty());
  EXPECT_EQ(json.at("comparisons").at(0).at("b").as_string(), "best");
}

TEST_F(EvaluatorTest, ListsAreThoseThatWereScored) {
  request_.models = {"popularity"};
  request_.lists = folder_.path() / "lists";
  ASSERT_TRUE(run_evaluation(request_, settings_));
  const std::string lists = read_file(request_.lists / "popularity.tsv").value_or("");
  EXPECT_THAT(lists, HasSubstr("reader\trank\titem\tscore\nu0\t1\tb"));
  EXPECT_EQ(std::ranges::count(lists, '\n'), 1 + 200 * 5);
}

TEST_F(EvaluatorTest, SavedModelsAreMeasuredAgain) {
  for (const char* name : {"popularity", "best"}) {
    request_.models = {name};
    request_.save_model = folder_.path() / "model";
    const auto first = run_evaluation(request_, settings_);
    request_.models = {request_.save_model.string()};
    request_.save_model.clear();
    const auto again = run_evaluation(request_, settings_);
    ASSERT_TRUE(first && again) << name;
    EXPECT_EQ(first->models[0].info.kind, again->models[0].info.kind);
    EXPECT_EQ(first->models[0].scores.values, again->models[0].scores.values);
  }
}

TEST_F(EvaluatorTest, WrongNamesAndSettings) {
  request_.models = {"easy"};
  EXPECT_THAT(run_evaluation(request_, settings_).error().message, HasSubstr("no model \"easy\""));
  request_.models = {"popularity"};
  settings_.parameters = {{"popularity", {{"lambda", 1}}}};
  EXPECT_THAT(run_evaluation(request_, settings_).error().message, HasSubstr("lambda"));
  request_.models = {"popularity", "trending"};
  const auto report = run_evaluation(request_, settings_);  // one that fails does not stop the rest
  ASSERT_TRUE(report.has_value());
  EXPECT_THAT(report->models[0].failed, HasSubstr("lambda"));
  EXPECT_EQ(report->models[1].failed, "");
  request_.test = "/no/such/file";
  EXPECT_EQ(run_evaluation(request_, settings_).error().code, Code::kNotFound);
}

TEST_F(EvaluatorTest, TuningTellsWhatItTried) {
  TuneRequest request;
  request.train = request_.train;
  request.kind = "popularity";
  std::size_t told = 0;
  settings_.tried = [&](const Trial&) { ++told; };
  const auto report = run_tuning(request, settings_);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->trials.size(), told);
  EXPECT_GT(report->score, 0);
  EXPECT_EQ(boost::json::parse(to_json(*report)).at("kind").as_string(), "popularity");
}

TEST(EvaluatorParameters, AreReadAndPrinted) {
  const std::map<std::string, Parameters> parameters = {{"ease", {{"lambda", 12.5}}}};
  const auto again = parse_parameters(print_parameters(parameters));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, parameters);
  for (const char* text : {"", "[]", "{\"ease\": 1}", "{\"ease\": {\"lambda\": \"x\"}}", "{"}) {
    EXPECT_EQ(parse_parameters(text).error().code, Code::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace bookreco
