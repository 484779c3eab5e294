#include "ml/collaborative/ials.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/hash.h"
#include "base/random.h"
#include "base/threads.h"
#include "ml/collaborative/ials_checkpoint.h"
#include "ml/collaborative/ials_model.h"
#include "ml/collaborative/ials_solver.h"

namespace bookreco {
namespace {

constexpr std::size_t kRowsPerTask = 128;

using Scale = ModelParameter::Scale;
constexpr ModelParameter kParameters[] = {
    {"factors", 128, 1, 4096, Scale::kInteger},
    {"lambda", 0.003, 1e-7, 100, Scale::kLog},
    {"unobserved", 0.1, 1e-5, 10, Scale::kLog},
    {"nu", 1, 0, 2},
    {"epochs", 16, 1, 1000, Scale::kInteger, false},
    {"steps", 3, 1, 100, Scale::kInteger, false},
    {"spread", 0.1, 1e-6, 10, Scale::kLog, false},
};

/// Normal numbers that depend on the seed and the row alone.
Factors draw(std::size_t rows, std::size_t dimension, double spread, std::uint64_t seed) {
  Factors factors(rows, dimension);
  const double deviation = spread / std::sqrt(static_cast<double>(dimension));
  for (std::size_t i = 0; i < rows; ++i) {
    Random random(seed, i);
    for (std::size_t c = 0; c < dimension; ++c) {
      factors.row(i)[c] = static_cast<float>(deviation * random.normal());
    }
  }
  return factors;
}

/// Solves every row of `rows` for the fixed side. Long rows go on from where they are.
void solve_side(const InteractionMatrix& entries,
                Factors& fixed,
                Factors& rows,
                const FitInput& input) {
  const FitContext& context = input.context;
  const Basis basis = turn_to_eigenbasis(fixed, context.threads);
  const auto unobserved = static_cast<float>(input.number("unobserved"));
  parallel_blocks(rows.rows, kRowsPerTask, context.threads, [&](Range range, std::size_t) {
    if (context.stop()) {
      return;
    }
    IalsSolver solver(fixed, basis, unobserved);
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const auto own = entries.row(i);
      const float ridge = ials_ridge(input.parameters, own.size(), fixed.rows);
      const std::span<float> row(rows.row(i), rows.stride);
      if (own.size() <= IalsSolver::kFew) {
        solver.solve({own.columns, own.values, ridge}, row);
      } else {
        basis.turn(row);
        solver.improve({own.columns, own.values, ridge}, input.count("steps"), row);
      }
    }
  });
}

std::uint64_t memory(const FitInput& input) {
  const Factors shape(0, input.count("factors"));
  const std::uint64_t row = shape.stride * sizeof(float);
  const std::uint64_t copies = input.context.validate ? 3 : 2;
  return row * (input.matrix.rows() + copies * input.matrix.columns()) +
         input.matrix.entries() * (sizeof(std::uint32_t) + sizeof(float)) +
         16 * shape.stride * shape.stride * sizeof(double);
}

std::uint64_t fingerprint(const FitInput& input) {
  std::uint64_t key = hash64(fmt::format("{} {}", input.info.data, input.context.seed));
  for (const auto& [name, value] : input.parameters) {
    key = hash64(fmt::format("{}={}", name, value), key);
  }
  return key;
}

/// Asks for the quality of the model so far; true when it is time to stop.
bool enough(const FitInput& input, IalsState& state) {
  if (!input.context.validate) {
    return false;
  }
  const auto model = make_ials_model(input.info, state.items, input.context.threads);
  const double quality = input.context.validate(*model);
  if (state.best.rows == 0 || quality > state.best_quality) {
    state.best = state.items;
    state.best_quality = quality;
    state.best_epoch = state.epoch;
  }
  return state.epoch - state.best_epoch >= input.context.patience;
}

ModelResult fit(FitInput input) {
  const InteractionMatrix& readers = input.matrix;
  const FitContext& context = input.context;
  const InteractionMatrix items = readers.transposed();
  const std::uint64_t key = fingerprint(input);
  const std::uint64_t epochs = input.count("epochs");
  IalsState state = load_state(context.checkpoint, key).value_or(IalsState());
  if (state.epoch == 0) {
    const std::size_t d = input.count("factors");
    state.items = draw(items.rows(), d, input.number("spread"), context.seed);
    state.readers = Factors(readers.rows(), d);
  }
  while (state.epoch < epochs && !state.finished) {
    solve_side(readers, state.items, state.readers, input);
    solve_side(items, state.readers, state.items, input);
    if (context.stop()) {
      return fail(Code::kCancelled, "the fit was cancelled after {} epochs", state.epoch);
    }
    ++state.epoch;
    state.finished = enough(input, state);
    BOOKRECO_TRY_VOID(save_state(context.checkpoint, key, state));
    report(context.progress, "epochs", state.epoch, epochs);
  }
  input.info.metrics["epochs"] = static_cast<double>(state.epoch);
  if (state.best.rows > 0) {
    input.info.metrics["best_epoch"] = static_cast<double>(state.best_epoch);
    state.items = std::move(state.best);
  }
  if (!std::ranges::all_of(state.items.values, [](float value) { return std::isfinite(value); })) {
    return fail(Code::kInvalidArgument,
                "the factors grew beyond all bounds: raise lambda or scale the values down");
  }
  auto model = make_ials_model(std::move(input.info), std::move(state.items), context.threads);
  remove_state(context.checkpoint);
  return model;
}

}  // namespace

ModelRecipe ials_recipe() {
  return {{"ials", "Readers and books as points whose products are tastes.", kParameters, false},
          memory,
          "raise the limit or use fewer factors",
          fit,
          read_ials_model};
}

}  // namespace bookreco
