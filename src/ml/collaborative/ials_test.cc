#include "ml/collaborative/ials.h"

#include <cmath>

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include "ml/collaborative/ials_solver.h"
#include "ml/collaborative/planted.h"

namespace bookreco {
namespace {

Factors random_factors(std::size_t rows, std::size_t dimension) {
  Factors factors(rows, dimension);
  Random random(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t c = 0; c < dimension; ++c) {
      factors.row(i)[c] = static_cast<float>(random.normal());
    }
  }
  return factors;
}

/// The normal equations in fp64, in the basis that the factors are in.
Eigen::VectorXd minimum(const Factors& fixed,
                        std::span<const std::uint32_t> ids,
                        std::span<const float> weights,
                        double unobserved,
                        double ridge) {
  const auto d = static_cast<Eigen::Index>(fixed.dimension);
  Eigen::MatrixXd system = ridge * Eigen::MatrixXd::Identity(d, d);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(d);
  const auto vector = [&](std::size_t i) -> Eigen::VectorXd {
    return Eigen::Map<const Eigen::VectorXf>(fixed.row(i), d).cast<double>();
  };
  for (std::size_t i = 0; i < fixed.rows; ++i) {
    system += unobserved * vector(i) * vector(i).transpose();
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Eigen::VectorXd f = vector(ids[i]);
    system += std::abs(weights[i]) * f * f.transpose();
    right += std::max(weights[i], 0.0F) * f;
  }
  return system.llt().solve(right);
}

TEST(IalsSolverTest, ShortAndLongRowsEqualTheNormalEquations) {
  Factors fixed = random_factors(200, 20);
  const Basis basis = turn_to_eigenbasis(fixed, 1);
  IalsSolver solver(fixed, basis, 0.1F);
  for (const std::size_t n : {0U, 1U, 7U, 32U, 90U}) {
    std::vector<std::uint32_t> ids;
    std::vector<float> weights;
    for (std::size_t i = 0; i < n; ++i) {
      ids.push_back(static_cast<std::uint32_t>(2 * i));
      weights.push_back(i % 5 == 4 ? -1.0F : 1.0F + static_cast<float>(i % 3));
    }
    const Eigen::VectorXd expected = minimum(fixed, ids, weights, 0.1F, 3);
    std::vector<float> out(fixed.stride, 9);
    solver.solve({ids, weights, 3}, out);
    for (std::size_t c = 0; c < 20; ++c) {
      ASSERT_NEAR(out[c], expected(static_cast<Eigen::Index>(c)), 1e-5) << n;
    }
    std::ranges::transform(weights, weights.begin(), [](float w) { return std::abs(w); });
    const Eigen::VectorXd positive = minimum(fixed, ids, weights, 0.1F, 3);
    std::ranges::fill(out, 0.0F);
    solver.improve({ids, weights, 3}, 40, out);
    for (std::size_t c = 0; c < 20; ++c) {
      ASSERT_NEAR(out[c], positive(static_cast<Eigen::Index>(c)), 1e-4) << n;
    }
  }
}

TEST(FactorsTest, TurningKeepsProductsAndMakesTheGramDiagonal) {
  const Factors before = random_factors(700, 9);
  Factors after = before;
  const Basis basis = turn_to_eigenbasis(after, 2);
  std::vector<float> turned(before.row(3), before.row(3) + before.stride);
  basis.turn(turned);
  for (std::size_t c = 0; c < before.stride; ++c) {
    EXPECT_NEAR(turned[c], after.row(3)[c], 1e-5);
  }
  for (std::size_t a = 0; a < 9; ++a) {
    for (std::size_t b = 0; b < 9; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < 700; ++i) {
        sum += static_cast<double>(after.row(i)[a]) * after.row(i)[b];
      }
      EXPECT_NEAR(sum, a == b ? basis.eigenvalues[a] : 0, 1e-2);
    }
  }
}

std::string bytes_of(const CollaborativeModel& model) {
  const TemporaryFolder folder;
  EXPECT_TRUE(save_model(model, folder.path() / "model"));
  return read_file(folder.path() / "model").value();
}

TEST(IalsTest, GoesOnAfterItWasKilled) {
  const TemporaryFolder folder;
  const InteractionMatrix matrix = planted_readers(80, 30);
  const Parameters parameters = {{"factors", 8}, {"epochs", 6}};
  FitContext context;
  context.seed = 3;
  const std::string expected = bytes_of(*fit_model("ials", matrix, parameters, context).value());
  context.checkpoint = folder.path() / "state";
  std::uint64_t epochs = 0;
  context.progress = [&](const Progress& progress) { epochs = progress.done; };
  context.cancelled = [&] { return epochs >= 2; };
  EXPECT_EQ(fit_model("ials", matrix, parameters, context).error().code, Code::kCancelled);
  EXPECT_TRUE(std::filesystem::exists(context.checkpoint));
  context.cancelled = nullptr;
  std::vector<std::uint64_t> seen;
  context.progress = [&](const Progress& progress) { seen.push_back(progress.done); };
  EXPECT_EQ(bytes_of(*fit_model("ials", matrix, parameters, context).value()), expected);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{3, 4, 5, 6}));
  EXPECT_FALSE(std::filesystem::exists(context.checkpoint));
}

TEST(IalsTest, StartsAnewBesideTheStateOfAnotherFitOrADamagedOne) {
  const TemporaryFolder folder;
  const InteractionMatrix matrix = planted_readers(80, 30);
  FitContext context;
  const Parameters parameters = {{"factors", 8}, {"epochs", 2}};
  const std::string expected = bytes_of(*fit_model("ials", matrix, parameters, context).value());
  context.checkpoint = folder.path() / "state";
  std::uint64_t epochs = 0;
  context.progress = [&](const Progress& progress) { epochs = progress.done; };
  context.cancelled = [&] { return epochs >= 1; };
  context.seed = 99;
  EXPECT_FALSE(fit_model("ials", matrix, parameters, context));
  context.seed = 1;
  context.cancelled = nullptr;
  EXPECT_EQ(bytes_of(*fit_model("ials", matrix, parameters, context).value()), expected);
  ASSERT_TRUE(write_file(context.checkpoint, "nonsense"));
  EXPECT_EQ(bytes_of(*fit_model("ials", matrix, parameters, context).value()), expected);
}

TEST(IalsTest, StopsEarlyAndKeepsTheBestEpoch) {
  const InteractionMatrix matrix = planted_readers(80, 30);
  FitContext context;
  context.patience = 2;
  std::vector<double> qualities = {0.1, 0.3, 0.2, 0.25, 0.9};
  std::size_t asked = 0;
  context.validate = [&](const CollaborativeModel&) { return qualities[asked++]; };
  const auto model = fit_model("ials", matrix, {{"factors", 8}}, context).value();
  EXPECT_EQ(asked, 4U);
  EXPECT_EQ(model->info().metrics.at("best_epoch"), 2);
  const auto two = fit_model("ials", matrix, {{"factors", 8}, {"epochs", 2}}, {}).value();
  const HistoryItem one{4, 1};
  EXPECT_EQ(scores_of(*model, {&one, 1}), scores_of(*two, {&one, 1}));
}

}  // namespace
}  // namespace bookreco
