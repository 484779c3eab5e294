#pragma once

#include <cstdint>
#include <span>

#include "ml/evaluation/evaluation.h"
#include "ml/evaluation/splits.h"

namespace bookreco {

/// A cut of training data to choose settings on, so that no test data is ever looked at.
struct Validation {
  InteractionMatrix train;
  InteractionMatrix fold_in;  ///< of readers that `train` does not know; else 0 × 0
  InteractionMatrix test;
};

struct ValidationOptions {
  bool strangers = false;  ///< test on readers that training does not know, as the test will
  double test_share = 0.2;
  std::size_t most_readers = 10'000;
  std::uint64_t seed = 1;
};

/// Of at most `most_readers` readers, and at most a tenth of all when they are strangers, a share
/// of the entries becomes the test. kInvalidArgument when no reader has two entries.
Result<Validation> cut_for_validation(const InteractionMatrix& train,
                                      const ValidationOptions& options);

}  // namespace bookreco
