#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "base/files.h"
#include "base/progress.h"
#include "ml/collaborative_model.h"

namespace bookreco {

/// Vectors of the items, row-major, items × dimension, from one vector space. An all-zero row is an
/// item without a vector.
struct ItemVectors {
  std::string space;
  std::size_t dimension = 0;
  std::span<const float> values;

  std::span<const float> row(std::size_t item) const {
    return values.subspan(item * dimension, dimension);
  }
};

/// How good a model is on data that the fit does not see; larger is better.
using ValidateFn = std::function<double(const CollaborativeModel&)>;

/// What every fit is given beside its data and its parameters. What it points at outlives the fit.
struct FitContext {
  std::uint64_t seed = 1;
  std::size_t threads = 1;         ///< never changes the result
  std::uint64_t memory_limit = 0;  ///< bytes; a fit that would need more is refused; 0: no limit
  ProgressFn progress;
  std::function<bool()> cancelled;  ///< asked often; true ends the fit with kCancelled
  /// Models learnt in epochs ask after each one and stop after `patience` of them without a better
  /// answer; the best epoch is what they return.
  ValidateFn validate;
  std::size_t patience = 3;
  /// Where models learnt in epochs keep their state after each one. A fit that was killed and is
  /// started again with the same data, parameters and seed goes on from there and ends with the
  /// same bytes; the file is removed at the end. Empty: none is kept.
  Path checkpoint;
  const ItemVectors* vectors = nullptr;
  /// Seconds since 1970 of "today": later times count as today. 0: the latest time of the data.
  std::int64_t now = 0;

  bool stop() const { return cancelled && cancelled(); }
};

}  // namespace bookreco
