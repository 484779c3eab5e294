#include "catalogue/alias_table.h"

#include <algorithm>
#include <numeric>

namespace bookreco::bench {
namespace {

constexpr double kWhole = 4294967295.0;

}  // namespace

AliasTable::AliasTable(std::span<const double> weights) : cells_(weights.size()) {
  const double scale =
      static_cast<double>(weights.size()) / std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> share(weights.size());
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    share[i] = weights[i] * scale;
    (share[i] < 1 ? small : large).push_back(i);
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t lesser = small.back();
    const std::uint32_t greater = large.back();
    small.pop_back();
    cells_[lesser] = {static_cast<std::uint32_t>(share[lesser] * kWhole), greater};
    share[greater] -= 1 - share[lesser];
    if (share[greater] < 1) {
      large.pop_back();
      small.push_back(greater);
    }
  }
  for (const auto* rest : {&small, &large}) {
    for (const std::uint32_t cell : *rest) {
      cells_[cell] = {static_cast<std::uint32_t>(kWhole), cell};
    }
  }
}

}  // namespace bookreco::bench
