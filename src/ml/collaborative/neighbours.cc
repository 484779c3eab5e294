#include "ml/collaborative/neighbours.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/threads.h"
#include "ml/collaborative/item_weights.h"

namespace bookreco {
namespace {

constexpr std::size_t kTargetsPerTask = 32;
constexpr std::string_view kOtherwise = "raise the limit or keep fewer neighbours";

/// Reader by reader, what an item weighs as a source and as a target.
struct SharedReaders {
  InteractionMatrix sources;  ///< readers × items
  InteractionMatrix targets;  ///< items × readers
};

/// weight(source, target, sum over shared readers of source value · target value)
using Finish = std::function<double(std::uint32_t, std::uint32_t, double)>;

/// Adds what the readers of a target read to `sums`, and names the sums that were zero before.
void add_shared(const InteractionMatrix::Row& readers,
                const InteractionMatrix& sources,
                std::vector<double>& sums,
                std::vector<std::uint32_t>& touched) {
  for (std::size_t r = 0; r < readers.size(); ++r) {
    const auto books = sources.row(readers.columns[r]);
    for (std::size_t b = 0; b < books.size(); ++b) {
      double& sum = sums[books.columns[b]];
      if (sum == 0) {
        touched.push_back(books.columns[b]);
      }
      sum += static_cast<double>(readers.values[r]) * books.values[b];
    }
  }
}

ModelResult count(FitInput input, const SharedReaders& shared, const Finish& finish) {
  const std::size_t n = input.matrix.columns();
  const FitContext& context = input.context;
  IncomingWeights weights(n, input.count("neighbours"));
  parallel_blocks(n, kTargetsPerTask, context.threads, [&](Range range, std::size_t) {
    if (context.stop()) {
      return;
    }
    std::vector<double> sums(n, 0.0);
    std::vector<std::uint32_t> touched;
    std::vector<ScoredItem> candidates;
    for (std::size_t j = range.begin; j < range.end; ++j) {
      add_shared(shared.targets.row(j), shared.sources, sums, touched);
      candidates.clear();
      for (const std::uint32_t i : touched) {
        if (i != j) {
          const double weight = finish(i, static_cast<std::uint32_t>(j), sums[i]);
          candidates.push_back({i, static_cast<float>(weight)});
        }
        sums[i] = 0;
      }
      touched.clear();
      weights.put(j, candidates);
    }
  });
  if (context.stop()) {
    return fail(Code::kCancelled, "the fit was cancelled");
  }
  report(context.progress, "neighbours", n, n);
  return make_item_weights_model(std::move(input.info), weights.take());
}

/// The matrix with value(row, column, value) in place of each value.
InteractionMatrix map_values(
    const InteractionMatrix& matrix,
    const std::function<double(std::uint32_t, std::uint32_t, double)>& value) {
  std::vector<float> values(matrix.entries());
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    for (std::size_t i = matrix.offsets()[row]; i < matrix.offsets()[row + 1]; ++i) {
      const double mapped =
          value(static_cast<std::uint32_t>(row), matrix.ids()[i], matrix.values()[i]);
      constexpr double kMost = std::numeric_limits<float>::max();
      values[i] = static_cast<float>(std::clamp(mapped, -kMost, kMost));
    }
  }
  auto mapped = InteractionMatrix::from_rows(matrix.columns(),
                                             {matrix.offsets().begin(), matrix.offsets().end()},
                                             {matrix.ids().begin(), matrix.ids().end()},
                                             std::move(values));
  BOOKRECO_CHECK(mapped.has_value());
  return std::move(*mapped);
}

std::vector<double> row_sums(const InteractionMatrix& matrix, double power) {
  std::vector<double> sums(matrix.rows(), 0.0);
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    for (const float value : matrix.row(row).values) {
      sums[row] += std::pow(static_cast<double>(value), power);
    }
  }
  return sums;
}

std::uint64_t memory(const FitInput& input) {
  const std::uint64_t n = input.matrix.columns();
  const std::uint64_t cell = sizeof(std::uint32_t) + sizeof(float);
  return IncomingWeights::bytes(n, input.count("neighbours")) + 3 * input.matrix.entries() * cell +
         input.context.threads * n * (sizeof(double) + sizeof(ScoredItem));
}

ModelResult fit_item_knn(FitInput input) {
  const double shrink = input.number("shrink");
  SharedReaders shared{input.matrix, input.matrix.transposed()};
  std::vector<double> lengths = row_sums(shared.targets, 2);
  std::ranges::transform(lengths, lengths.begin(), [](double sum) { return std::sqrt(sum); });
  return count(std::move(input), shared, [&](std::uint32_t i, std::uint32_t j, double dot) {
    return dot / (lengths[i] * lengths[j] + shrink);
  });
}

ModelResult fit_bm25_knn(FitInput input) {
  const double k1 = input.number("k1");
  const double b = input.number("b");
  const InteractionMatrix items = input.matrix.transposed();
  const std::vector<double> lengths = row_sums(items, 1);
  double mean = 0;
  for (const double length : lengths) {
    mean += length / static_cast<double>(lengths.size());
  }
  const auto n = static_cast<double>(items.rows());
  SharedReaders shared;
  shared.targets = map_values(items, [&](std::uint32_t item, std::uint32_t reader, double value) {
    const double idf = std::log(n / (1.0 + static_cast<double>(input.matrix.row(reader).size())));
    const double length = (1 - b) + b * lengths[item] / mean;
    return value * (k1 + 1) / (k1 * length + value) * idf;
  });
  shared.sources = shared.targets.transposed();
  return count(
      std::move(input), shared, [](std::uint32_t, std::uint32_t, double dot) { return dot; });
}

ModelResult fit_walk(FitInput input, double alpha, double beta) {
  const std::vector<double> of_reader = row_sums(input.matrix, 1);
  const InteractionMatrix items = input.matrix.transposed();
  const std::vector<double> of_item = row_sums(items, 1);
  SharedReaders shared;
  shared.sources = map_values(input.matrix, [&](std::uint32_t, std::uint32_t item, double value) {
    return std::pow(value / of_item[item], alpha);
  });
  shared.targets = map_values(items, [&](std::uint32_t, std::uint32_t reader, double value) {
    return std::pow(value / of_reader[reader], alpha);
  });
  return count(std::move(input), shared, [&](std::uint32_t, std::uint32_t j, double walk) {
    return walk / std::pow(of_item[j], beta);
  });
}

constexpr ModelParameter kNeighbours = {
    "neighbours", 200, 1, 100'000, ModelParameter::Scale::kInteger, false};
constexpr ModelParameter kAlpha = {"alpha", 0.6, 0, 3};

}  // namespace

ModelRecipe item_knn_recipe() {
  static constexpr ModelParameter kParameters[] = {
      {"shrink", 10, 0, 10'000, ModelParameter::Scale::kLog}, kNeighbours};
  return {{"item_knn", "Books that the same readers liked, by shrunk cosine.", kParameters, false},
          memory,
          kOtherwise,
          fit_item_knn,
          read_item_weights_model};
}

ModelRecipe bm25_knn_recipe() {
  static constexpr ModelParameter kParameters[] = {
      {"k1", 100, 0.01, 1000, ModelParameter::Scale::kLog}, {"b", 0.8, 0, 1}, kNeighbours};
  return {{"bm25_knn",
           "Books that the same readers liked, readers weighed by BM25.",
           kParameters,
           false},
          memory,
          kOtherwise,
          fit_bm25_knn,
          read_item_weights_model};
}

ModelRecipe p3alpha_recipe() {
  static constexpr ModelParameter kParameters[] = {kAlpha, kNeighbours};
  return {{"p3alpha", "Short walks from book to reader to book.", kParameters, false},
          memory,
          kOtherwise,
          [](FitInput input) {
            const double alpha = input.number("alpha");
            return fit_walk(std::move(input), alpha, 0);
          },
          read_item_weights_model};
}

ModelRecipe rp3beta_recipe() {
  static constexpr ModelParameter kParameters[] = {kAlpha, {"beta", 0.3, 0, 1}, kNeighbours};
  return {{"rp3beta", "The same walks, popular books held back.", kParameters, false},
          memory,
          kOtherwise,
          [](FitInput input) {
            const double alpha = input.number("alpha");
            const double beta = input.number("beta");
            return fit_walk(std::move(input), alpha, beta);
          },
          read_item_weights_model};
}

}  // namespace bookreco
