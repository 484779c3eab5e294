#include "ml/evaluation/validation.h"

#include <algorithm>

#include "base/random.h"

namespace bookreco {
namespace {

constexpr std::size_t kLeastHistory = 5;

/// A number in [0, 1) for each reader that depends on nothing else.
double draw(std::uint64_t seed, std::size_t reader) {
  Random mixer(seed ^ (0x9e3779b97f4a7c15ULL * (reader + 1)));
  return Random(mixer.next()).uniform();
}

std::size_t readers_with(const InteractionMatrix& matrix, std::size_t least) {
  std::size_t count = 0;
  for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
    count += matrix.row(reader).size() >= least ? 1 : 0;
  }
  return count;
}

Result<Split> cut_known_readers(const InteractionMatrix& train, const ValidationOptions& options) {
  std::size_t least = kLeastHistory;
  std::size_t eligible = readers_with(train, least);
  if (eligible == 0) {
    least = 2;
    eligible = readers_with(train, least);
  }
  if (eligible == 0) {
    return fail(Code::kInvalidArgument,
                "no reader has two interactions: there is nothing to validate on");
  }
  Split split = split_random(train, {options.test_share, least}, options.seed);
  const double kept = static_cast<double>(options.most_readers) / static_cast<double>(eligible);
  for (std::size_t reader = 0; reader < train.rows(); ++reader) {
    if (draw(options.seed, reader) >= kept) {
      std::fill(split.begin() + static_cast<std::ptrdiff_t>(train.offsets()[reader]),
                split.begin() + static_cast<std::ptrdiff_t>(train.offsets()[reader + 1]),
                SplitPart::kTrain);
    }
  }
  return split;
}

}  // namespace

Result<Validation> cut_for_validation(const InteractionMatrix& train,
                                      const ValidationOptions& options) {
  Split split;
  const std::size_t eligible = readers_with(train, 2);
  if (options.strangers && eligible >= 2) {
    const std::size_t tested =
        std::clamp<std::size_t>(eligible / 10, 1, std::max<std::size_t>(1, options.most_readers));
    BOOKRECO_TRY(split, split_readers(train, {tested, options.test_share, 0}, options.seed));
  } else {
    BOOKRECO_TRY(split, cut_known_readers(train, options));
  }
  return Validation{part_of(train, split, SplitPart::kTrain),
                    part_of(train, split, SplitPart::kFoldIn),
                    part_of(train, split, SplitPart::kTest)};
}

}  // namespace bookreco
