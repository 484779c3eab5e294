#include <cmath>

#include <Eigen/Dense>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ml/collaborative/planted.h"

namespace bookreco {
namespace {

using testing::HasSubstr;

Eigen::MatrixXd dense(const InteractionMatrix& matrix) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(matrix.rows()),
                                              static_cast<Eigen::Index>(matrix.columns()));
  for (std::size_t r = 0; r < matrix.rows(); ++r) {
    const auto row = matrix.row(r);
    for (std::size_t i = 0; i < row.size(); ++i) {
      out(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(row.columns[i])) = row.values[i];
    }
  }
  return out;
}

class ItemModelsTest : public testing::Test {
 protected:
  const InteractionMatrix matrix_ = planted_readers(60, 30);
  const Eigen::MatrixXd x_ = dense(matrix_);

  /// Compares the model's weights, read by histories of one item, with the reference.
  void expect_weights(const CollaborativeModel& model, const Eigen::MatrixXd& expected) {
    for (std::uint32_t i = 0; i < model.items(); ++i) {
      const HistoryItem one{i, 2};
      const auto scores = scores_of(model, {&one, 1});
      for (std::uint32_t j = 0; j < model.items(); ++j) {
        ASSERT_NEAR(scores[j], 2 * expected(i, j), 1e-4 * (1 + std::abs(expected(i, j))))
            << i << " " << j;
      }
    }
  }
};

Eigen::MatrixXd ease_weights(const Eigen::MatrixXd& gram, const Eigen::VectorXd& ridge) {
  const Eigen::MatrixXd inverse = (gram + Eigen::MatrixXd(ridge.asDiagonal())).inverse();
  Eigen::MatrixXd weights = -inverse * inverse.diagonal().cwiseInverse().asDiagonal();
  weights.diagonal().setZero();
  return weights;
}

TEST_F(ItemModelsTest, EaseEqualsItsClosedForm) {
  const auto model = fit_model("ease", matrix_, {{"lambda", 5}}, {}).value();
  const Eigen::VectorXd ridge = Eigen::VectorXd::Constant(30, 5);
  expect_weights(*model, ease_weights(x_.transpose() * x_, ridge));
}

TEST_F(ItemModelsTest, EaseScalesReadersAndRidgeAsToldTo) {
  const Parameters parameters = {
      {"lambda", 5}, {"popular_ridge", 0.5}, {"dropout", 0.25}, {"reader_power", 0.5}};
  const auto model = fit_model("ease", matrix_, parameters, {}).value();
  Eigen::VectorXd readers(60);
  for (Eigen::Index r = 0; r < 60; ++r) {
    readers(r) = 1 / std::sqrt(static_cast<double>(matrix_.row(r).size()));
  }
  const Eigen::MatrixXd gram = x_.transpose() * readers.asDiagonal() * x_;
  const Eigen::VectorXd own = gram.diagonal();
  const Eigen::VectorXd ridge = 5 * (own / own.mean()).cwiseSqrt() + own * (0.25 / 0.75);
  expect_weights(*model, ease_weights(gram, ridge));
}

TEST_F(ItemModelsTest, NeighboursEqualTheirFormulas) {
  const Eigen::MatrixXd dots = x_.transpose() * x_;
  const Eigen::VectorXd lengths = dots.diagonal().cwiseSqrt();
  Eigen::MatrixXd cosine = (dots.array() / ((lengths * lengths.transpose()).array() + 3)).matrix();
  cosine.diagonal().setZero();
  expect_weights(*fit_model("item_knn", matrix_, {{"shrink", 3}}, {}).value(), cosine);

  const auto power = [](double value) { return value > 0 ? std::pow(value, 0.7) : 0; };
  const Eigen::MatrixXd to_item =
      (x_.rowwise().sum().cwiseInverse().asDiagonal() * x_).unaryExpr(power);
  const Eigen::MatrixXd to_reader =
      (x_ * x_.colwise().sum().cwiseInverse().asDiagonal()).unaryExpr(power);
  Eigen::MatrixXd walk = to_reader.transpose() * to_item;
  walk.diagonal().setZero();
  expect_weights(*fit_model("p3alpha", matrix_, {{"alpha", 0.7}}, {}).value(), walk);
  const Eigen::VectorXd popular = x_.colwise().sum().transpose();
  const Eigen::MatrixXd held = walk * popular.array().pow(-0.4).matrix().asDiagonal();
  expect_weights(*fit_model("rp3beta", matrix_, {{"alpha", 0.7}, {"beta", 0.4}}, {}).value(), held);
}

TEST_F(ItemModelsTest, KeepsTheHeaviestWeightsOfEachTarget) {
  const auto all = fit_model("ease", matrix_, {}, {}).value();
  const auto pruned = fit_model("ease", matrix_, {{"neighbours", 4}}, {}).value();
  EXPECT_EQ(pruned->info().metrics.at("weights"), 30 * 4);
  for (std::uint32_t target = 0; target < 30; ++target) {
    std::vector<float> kept;
    std::vector<float> dropped;
    for (std::uint32_t source = 0; source < 30; ++source) {
      const HistoryItem one{source, 1};
      const float before = scores_of(*all, {&one, 1})[target];
      const float after = scores_of(*pruned, {&one, 1})[target];
      ASSERT_TRUE(after == 0 || after == before);
      (after == 0 ? dropped : kept).push_back(std::abs(before));
    }
    ASSERT_EQ(kept.size(), 4U);
    EXPECT_GE(std::ranges::min(kept), std::ranges::max(dropped));
  }
}

class AnyItemModelTest : public ItemModelsTest, public testing::WithParamInterface<const char*> {};

TEST_P(AnyItemModelTest, GivesTheSameBytesForAnyNumberOfThreads) {
  const TemporaryFolder folder;
  std::vector<std::string> files;
  for (const std::size_t threads : {1U, 2U, 3U}) {
    FitContext context;
    context.threads = threads;
    const auto model = fit_model(GetParam(), matrix_, {}, context).value();
    ASSERT_TRUE(save_model(*model, folder.path() / "model"));
    files.push_back(read_file(folder.path() / "model").value());
  }
  EXPECT_EQ(files[0], files[1]);
  EXPECT_EQ(files[0], files[2]);
}

TEST_P(AnyItemModelTest, ReasonsAddUpToTheScore) {
  const auto model = fit_model(GetParam(), matrix_, {}, {}).value();
  const std::vector<HistoryItem> history = {{3, 1}, {12, 0.5}, {8, -1}, {500, 1}};
  const auto scores = scores_of(*model, history);
  for (std::uint32_t item = 0; item < 30; ++item) {
    const auto parts = model->explain(item, history);
    ASSERT_EQ(parts.size(), history.size());
    float sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(parts[i].item, history[i].item);
      sum += parts[i].score;
    }
    EXPECT_NEAR(sum, scores[item], 1e-5 * (1 + std::abs(scores[item])));
  }
}

TEST_P(AnyItemModelTest, FindsTheTaste) {
  const bool factors = std::string_view(GetParam()) == "ials";
  const Parameters parameters =
      factors ? Parameters{{"factors", 4}, {"lambda", 0.1}} : Parameters();
  const auto model = fit_model(GetParam(), matrix_, parameters, {}).value();
  const std::vector<HistoryItem> history = {{1, 1}, {4, 1}};
  const std::vector<std::uint32_t> known = {1, 4};
  for (const ScoredItem& best : top_items(scores_of(*model, history), 3, known)) {
    EXPECT_EQ(best.item % 3, 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    AnyItemModelTest,
    testing::Values("item_knn", "bm25_knn", "p3alpha", "rp3beta", "ease", "ials"),
    [](const auto& kind) { return std::string(kind.param); });

TEST_F(ItemModelsTest, StandsOneInteractionManyReadersOfOneBookAndOneOfAll) {
  InteractionMatrixBuilder one;
  ASSERT_TRUE(one.add(0, 0));
  InteractionMatrixBuilder crowd;
  for (std::uint32_t reader = 0; reader < 3'000; ++reader) {
    ASSERT_TRUE(crowd.add(reader, 1));
  }
  InteractionMatrixBuilder glutton;
  for (std::uint32_t item = 0; item < 1'000; ++item) {
    ASSERT_TRUE(glutton.add(item % 2, item));
    ASSERT_TRUE(glutton.add(0, item));
  }
  for (const InteractionMatrix& matrix :
       {one.build().value(), crowd.build(0, 4).value(), glutton.build().value()}) {
    for (const ModelKind& kind : model_kinds()) {
      if (kind.needs_vectors) {
        continue;
      }
      const auto model = fit_model(kind.name, matrix, {}, {});
      ASSERT_TRUE(model) << kind.name << ": " << model.error().message;
      const HistoryItem read{0, 1};
      for (const float score : scores_of(**model, {&read, 1})) {
        EXPECT_TRUE(std::isfinite(score)) << kind.name;
      }
    }
  }
}

TEST_F(ItemModelsTest, RefusesWhatDoesNotFitInMemory) {
  InteractionMatrixBuilder builder;
  ASSERT_TRUE(builder.add(0, 60'000));
  const InteractionMatrix wide = builder.build().value();
  FitContext context;
  context.memory_limit = std::uint64_t{12} << 30;
  const auto refused = fit_model("ease", wide, {}, context);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_THAT(refused.error().message, HasSubstr("rp3beta"));
  EXPECT_GT(fit_memory("ease", wide, {}, context).value(), 14'000'000'000U);
}

TEST_F(ItemModelsTest, RefusesDamagedFiles) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "model";
  for (const char* kind : {"ease", "ials"}) {
    ASSERT_TRUE(save_model(*fit_model(kind, matrix_, {}, {}).value(), path));
    const std::string good = read_file(path).value();
    ASSERT_TRUE(load_model(path));
    for (const std::size_t length : {std::size_t{0}, std::size_t{63}, good.size() / 2}) {
      ASSERT_TRUE(write_file(path, std::string_view(good).substr(0, length)));
      EXPECT_EQ(load_model(path).error().code, Code::kDataLoss);
    }
    for (std::size_t at = 70; at < good.size(); at += good.size() / 50) {
      std::string flipped = good;
      flipped[at] = static_cast<char>(flipped[at] ^ 4);
      ASSERT_TRUE(write_file(path, flipped));
      EXPECT_FALSE(load_model(path)) << at;
    }
  }
}

TEST_F(ItemModelsTest, RefusesSectionsThatContradictEachOther) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "model";
  const auto write = [&](std::string_view kind, std::vector<std::uint64_t> numbers) {
    auto writer = SectionWriter::to_file(path, "recommender", 1).value();
    const std::string info = fmt::format(
        R"({{"kind":"{}","space":"","data":"1","parameters":{{"lambda":1,"unobserved":1,"nu":1}},"metrics":{{}}}})",
        kind);
    EXPECT_TRUE(writer.add("info", std::span<const char>(info)));
    EXPECT_TRUE(writer.add("offsets", std::span<const std::uint64_t>(numbers)));
    EXPECT_TRUE(writer.add("shape", std::span<const std::uint64_t>(numbers)));
    EXPECT_TRUE(writer.begin("targets"));
    EXPECT_TRUE(writer.begin("weights"));
    EXPECT_TRUE(writer.begin("factors"));
    EXPECT_TRUE(writer.begin("eigenvalues"));
    EXPECT_TRUE(writer.finish());
    return load_model(path);
  };
  EXPECT_TRUE(write("ease", {0, 0}));
  EXPECT_EQ(write("ease", {0, ~std::uint64_t{0}}).error().code, Code::kDataLoss);
  EXPECT_EQ(write("ease", {}).error().code, Code::kDataLoss);
  EXPECT_EQ(write("ials", {~std::uint64_t{0}, 4}).error().code, Code::kDataLoss);
  EXPECT_EQ(write("ials", {0xffffffff, 64}).error().code, Code::kDataLoss);
  EXPECT_FALSE(write("oracle", {0, 0}));
}

}  // namespace
}  // namespace bookreco
