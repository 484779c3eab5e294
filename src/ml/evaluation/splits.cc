#include "ml/evaluation/splits.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "base/random.h"

namespace bookreco {
namespace {

Status need_times(const InteractionMatrix& matrix) {
  if (!matrix.timed()) {
    return fail(Code::kInvalidArgument, "the interactions have no time column to split by");
  }
  return {};
}

Status check_share(double share) {
  if (!(share > 0 && share < 1)) {
    return fail(Code::kInvalidArgument, "a share of {}: it must lie between 0 and 1", share);
  }
  return {};
}

std::size_t share_of(std::size_t entries, double share) {
  // The small addition keeps 0.2 × 5 from becoming 0.
  const double part = std::floor((share * static_cast<double>(entries)) + 1e-9);
  return std::max<std::size_t>(1, static_cast<std::size_t>(part));
}

template <class T>
void shuffle(std::span<T> values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.below(i)]);
  }
}

std::vector<std::uint64_t> entries_of(const InteractionMatrix& matrix, std::size_t reader) {
  const auto offsets = matrix.offsets();
  std::vector<std::uint64_t> entries(offsets[reader + 1] - offsets[reader]);
  std::iota(entries.begin(), entries.end(), offsets[reader]);
  return entries;
}

/// A stream of its own for each reader, so that none depends on the others' entries.
Random random_of(std::uint64_t seed, std::size_t reader) {
  Random mixer(seed ^ (0x9e3779b97f4a7c15ULL * (reader + 1)));
  return Random(mixer.next());
}

}  // namespace

Split split_random(const InteractionMatrix& matrix, const RandomSplit& how, std::uint64_t seed) {
  Split split(matrix.entries(), SplitPart::kTrain);
  const std::size_t least = std::max<std::size_t>(2, how.least_history);
  for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
    std::vector<std::uint64_t> entries = entries_of(matrix, reader);
    if (entries.size() < least) {
      continue;
    }
    Random random = random_of(seed, reader);
    shuffle(std::span(entries), random);
    const std::size_t tested =
        std::min(share_of(entries.size(), how.test_share), entries.size() - 1);
    for (const std::uint64_t entry : std::span(entries).first(tested)) {
      split[entry] = SplitPart::kTest;
    }
  }
  return split;
}

Result<Split> split_last_out(const InteractionMatrix& matrix, std::size_t count) {
  BOOKRECO_TRY_VOID(need_times(matrix));
  Split split(matrix.entries(), SplitPart::kTrain);
  for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
    std::vector<std::uint64_t> entries = entries_of(matrix, reader);
    if (entries.size() <= count) {
      continue;
    }
    const auto times = matrix.times();
    std::ranges::sort(entries, [&](std::uint64_t a, std::uint64_t b) {
      return times[a] != times[b] ? times[a] > times[b] : a > b;
    });
    for (const std::uint64_t entry : std::span(entries).first(count)) {
      split[entry] = SplitPart::kTest;
    }
  }
  return split;
}

Result<Split> split_temporal(const InteractionMatrix& matrix, std::int64_t cut) {
  BOOKRECO_TRY_VOID(need_times(matrix));
  Split split(matrix.entries(), SplitPart::kTrain);
  for (std::size_t i = 0; i < split.size(); ++i) {
    split[i] = matrix.times()[i] >= cut ? SplitPart::kTest : SplitPart::kTrain;
  }
  return split;
}

Result<std::int64_t> time_of_share(const InteractionMatrix& matrix, double share) {
  BOOKRECO_TRY_VOID(check_share(share));
  BOOKRECO_TRY_VOID(need_times(matrix));
  std::vector<std::int64_t> times(matrix.times().begin(), matrix.times().end());
  const std::size_t place = times.size() - std::min(share_of(times.size(), share), times.size());
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(place));
  return times[place];
}

Result<Split> split_readers(const InteractionMatrix& matrix,
                            const StrongSplit& how,
                            std::uint64_t seed) {
  BOOKRECO_TRY_VOID(check_share(how.test_share));
  std::vector<std::uint32_t> eligible;
  for (std::uint32_t reader = 0; reader < matrix.rows(); ++reader) {
    if (matrix.row(reader).size() >= 2) {
      eligible.push_back(reader);
    }
  }
  if (how.readers == 0 || how.readers >= eligible.size()) {
    return fail(Code::kInvalidArgument,
                "{} readers to test out of {} with at least two interactions: some must be left to "
                "learn from",
                how.readers,
                eligible.size());
  }
  Random chooser(seed);
  shuffle(std::span(eligible), chooser);
  Split split(matrix.entries(), SplitPart::kTrain);
  for (const std::uint32_t reader : std::span(eligible).first(how.readers)) {
    std::vector<std::uint64_t> entries = entries_of(matrix, reader);
    Random random = random_of(seed, reader);
    shuffle(std::span(entries), random);
    const std::size_t tested =
        std::min(share_of(entries.size(), how.test_share), entries.size() - 1);
    const std::size_t told = how.fold_in_at_most == 0
                                 ? entries.size()
                                 : std::min(tested + how.fold_in_at_most, entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      split[entries[i]] = i < tested ? SplitPart::kTest
                          : i < told ? SplitPart::kFoldIn
                                     : SplitPart::kLeftOut;
    }
  }
  return split;
}

Status make_items_cold(const InteractionMatrix& matrix,
                       double share,
                       SplitPart instead,
                       std::uint64_t seed,
                       Split& split) {
  BOOKRECO_TRY_VOID(check_share(share));
  const std::vector<std::uint32_t> counts = matrix.column_counts();
  std::vector<std::uint32_t> items;
  for (std::uint32_t item = 0; item < counts.size(); ++item) {
    if (counts[item] > 0) {
      items.push_back(item);
    }
  }
  Random random(seed + 1);
  shuffle(std::span(items), random);
  std::vector<bool> cold(counts.size(), false);
  for (const std::uint32_t item :
       std::span(items).first(std::min(share_of(items.size(), share), items.size()))) {
    cold[item] = true;
  }
  for (std::size_t i = 0; i < split.size(); ++i) {
    if (!cold[matrix.ids()[i]]) {
      continue;
    }
    if (split[i] == SplitPart::kFoldIn) {
      split[i] = SplitPart::kTest;
    } else if (split[i] == SplitPart::kTrain) {
      split[i] = instead;
    }
  }
  return {};
}

InteractionMatrix part_of(const InteractionMatrix& matrix, const Split& split, SplitPart part) {
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> ids;
  std::vector<float> values;
  std::vector<std::int64_t> times;
  for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
    for (std::size_t i = matrix.offsets()[reader]; i < matrix.offsets()[reader + 1]; ++i) {
      if (split[i] == part) {
        ids.push_back(matrix.ids()[i]);
        values.push_back(matrix.values()[i]);
        if (matrix.timed()) {
          times.push_back(matrix.times()[i]);
        }
      }
    }
    offsets.push_back(ids.size());
  }
  auto out = InteractionMatrix::from_rows(
      matrix.columns(), std::move(offsets), std::move(ids), std::move(values), std::move(times));
  BOOKRECO_CHECK(out.has_value());
  return *std::move(out);
}

}  // namespace bookreco
