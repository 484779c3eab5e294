#include "ml/metrics.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace bookreco {
namespace {

bool contains(std::span<const std::uint32_t> values, std::uint32_t value) {
  return std::ranges::find(values, value) != values.end();
}

}  // namespace

std::vector<IdList> specific_labels(std::span<const IdList> labels, double max_share) {
  std::unordered_map<std::uint32_t, std::size_t> rows;
  for (const IdList& list : labels) {
    for (const std::uint32_t label : std::unordered_set<std::uint32_t>(list.begin(), list.end())) {
      ++rows[label];
    }
  }
  const double most = max_share * static_cast<double>(labels.size());
  std::vector<IdList> out(labels.begin(), labels.end());
  for (IdList& list : out) {
    std::erase_if(list,
                  [&](std::uint32_t label) { return static_cast<double>(rows[label]) > most; });
  }
  return out;
}

double label_precision(std::span<const IdList> neighbours,
                       std::span<const IdList> labels,
                       std::size_t k) {
  double sum = 0;
  std::size_t counted = 0;
  for (std::size_t row = 0; row < neighbours.size(); ++row) {
    const std::size_t depth = std::min(k, neighbours[row].size());
    if (depth == 0 || labels[row].empty()) {
      continue;
    }
    std::size_t sharing = 0;
    for (std::size_t i = 0; i < depth; ++i) {
      const IdList& other = labels[neighbours[row][i]];
      sharing += std::ranges::any_of(labels[row],
                                     [&](std::uint32_t label) { return contains(other, label); })
                     ? 1
                     : 0;
    }
    sum += static_cast<double>(sharing) / static_cast<double>(depth);
    ++counted;
  }
  return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

}  // namespace bookreco
