#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace bookreco {

/// How much each part of a hybrid counts, by the length of the history and by how many readers a
/// book has: a blend fixed for all fails on cold books and on short histories.
struct HybridWeights {
  /// Upper ends of the groups, the last open.
  static constexpr std::size_t kHistoryEnds[] = {1, 2, 4, 8, 16, 32};
  static constexpr std::uint32_t kReaderEnds[] = {0, 2, 5, 10, 20, 50, 100};
  static constexpr std::size_t kHistoryGroups = std::size(kHistoryEnds) + 1;
  static constexpr std::size_t kReaderGroups = std::size(kReaderEnds) + 1;

  std::size_t parts = 0;
  std::vector<float> values;  ///< history groups × reader groups × parts

  explicit HybridWeights(std::size_t count = 0)
      : parts(count), values(kHistoryGroups * kReaderGroups * count) {}
  std::span<float> at(std::size_t history_group, std::size_t reader_group) {
    return std::span(values).subspan((history_group * kReaderGroups + reader_group) * parts, parts);
  }
  std::span<const float> at(std::size_t history_group, std::size_t reader_group) const {
    return std::span(values).subspan((history_group * kReaderGroups + reader_group) * parts, parts);
  }

  static std::size_t history_group(std::size_t length);
  static std::size_t reader_group(std::uint32_t readers);
};

/// What the parts of a hybrid propose for one history, and what of it was wanted.
struct HybridCase {
  std::size_t history_group = 0;
  bool learnt_on = false;            ///< else the weights are checked on it
  std::size_t targets = 0;           ///< wanted in all, proposed or not
  std::vector<float> scores;         ///< candidates × parts
  std::vector<std::uint8_t> groups;  ///< of each candidate's readers
  std::vector<std::uint8_t> wanted;  ///< is it a target?

  std::size_t size() const { return groups.size(); }
};

/// History lengths that a case is made of beside the whole: what is learnt for long histories says
/// little of short ones.
inline constexpr std::size_t kHistoryCuts[] = {1, 2, 4, 8};

struct HybridFit {
  HybridWeights weights;
  double quality = 0;                ///< nDCG@20 on the cases that were only checked on
  std::vector<double> part_quality;  ///< of each part alone, on the same
};

/// Stacking (Wolpert 1992): the weights under which the targets are likeliest among what the parts
/// propose (multinomial logistic regression), the same for all groups but for what a group has
/// examples for. A difference of scores is one of log-likelihoods. A group of histories for which a
/// part alone clearly does better on the checked cases gets that part, on the same scale.
/// `knows_cold`, by part: it has a say on books that nobody read. Cases without candidates or
/// targets are passed over; kInvalidArgument when no other is left.
Result<HybridFit> learn_weights(std::span<const HybridCase> cases,
                                std::span<const std::uint8_t> knows_cold,
                                std::size_t threads);

}  // namespace bookreco
