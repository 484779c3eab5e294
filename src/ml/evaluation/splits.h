#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "ml/interaction_matrix.h"

namespace bookreco {

/// Where an entry goes when a matrix is cut for an evaluation.
enum class SplitPart : std::uint8_t {
  kTrain,
  kTest,    ///< to be found again
  kFoldIn,  ///< what is told of a reader who is not in the training data
  kLeftOut,
};

/// One part for each entry of the matrix, in its order. Every split below depends on the matrix,
/// its settings and the seed alone.
using Split = std::vector<SplitPart>;

struct RandomSplit {
  double test_share = 0.2;
  std::size_t least_history = 5;  ///< readers with fewer entries stay in training whole
};
/// Of each reader floor(share × entries), at least one, at random.
Split split_random(const InteractionMatrix& matrix, const RandomSplit& how, std::uint64_t seed);

/// The latest `count` entries of each reader who has more than that. Needs times; of equal times
/// the higher item counts as later.
Result<Split> split_last_out(const InteractionMatrix& matrix, std::size_t count);

/// Entries at or after `cut`. Needs times.
Result<Split> split_temporal(const InteractionMatrix& matrix, std::int64_t cut);
/// The time that leaves about `share` of the entries at or after it. Needs times and an entry.
Result<std::int64_t> time_of_share(const InteractionMatrix& matrix, double share);

struct StrongSplit {
  std::size_t readers = 0;  ///< so many are tested; their entries are never in training
  double test_share = 0.2;  ///< of each one's entries, floor, at least one; the rest is fold-in
  std::size_t fold_in_at_most = 0;  ///< cut the fold-in to so many, at random; 0: all
};
/// Strong generalisation (Marlin 2004; Liang et al. 2018). kInvalidArgument when there are not
/// more readers with at least two entries than are to be tested.
Result<Split> split_readers(const InteractionMatrix& matrix,
                            const StrongSplit& how,
                            std::uint64_t seed);

/// Takes `share` of the items that have an entry, at least one, out of training: what was fold-in
/// becomes test, and what was training becomes `instead`.
Status make_items_cold(const InteractionMatrix& matrix,
                       double share,
                       SplitPart instead,
                       std::uint64_t seed,
                       Split& split);

/// The entries of one part, in a matrix of the same size.
InteractionMatrix part_of(const InteractionMatrix& matrix, const Split& split, SplitPart part);

}  // namespace bookreco
