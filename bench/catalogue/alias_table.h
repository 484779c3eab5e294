#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace bookreco::bench {

/// Draws from a discrete distribution in constant time (Walker 1977, built as Vose 1991 has it).
/// Immutable once built.
class AliasTable {
 public:
  /// 1 to 2^32 weights, all ≥ 0, their sum > 0.
  explicit AliasTable(std::span<const double> weights);

  std::size_t size() const { return cells_.size(); }

  std::size_t draw(Random& random) const {
    const std::uint64_t bits = random.next();
    const std::size_t cell = ((bits >> 32) * cells_.size()) >> 32;
    const auto chance = static_cast<std::uint32_t>(bits);
    return chance < cells_[cell].threshold ? cell : cells_[cell].alias;
  }

 private:
  struct Cell {
    std::uint32_t threshold = 0;  ///< of 2^32: below it the cell stands for itself
    std::uint32_t alias = 0;
  };
  std::vector<Cell> cells_;
};

}  // namespace bookreco::bench
