#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bookreco {

/// What is measured of recommended lists. The first seven score a reader's list by what the reader
/// went on to read.
enum class ListMetric : std::uint8_t {
  kRecall,           ///< hits / n, n the reader's relevant items
  kPrecisionRecall,  ///< hits / min(k, n): what many papers call recall
  kPrecision,        ///< hits / k
  kNdcg,             ///< discounted gain over that of the best min(k, n) items
  kMap,              ///< average precision: sum of precision at each hit / min(k, n)
  kMrr,              ///< 1 / rank of the first hit
  kHit,              ///< 1 when there is a hit
  kCoverage,         ///< share of all items that stand in some list
  kNovelty,    ///< mean of -log2((readers of the item + 1) / (readers + 1)) (Zhou et al. 2010)
  kGini,       ///< 0: every item is shown as often, 1: one item takes all places
  kDiversity,  ///< 1 - mean cosine between the readers of two items of a list
};

/// A metric over the first k of each list. `name` is how it was asked for.
struct MetricAtK {
  ListMetric metric = ListMetric::kRecall;
  std::size_t k = 20;
  std::string name;
  bool operator==(const MetricAtK&) const = default;
};

/// Reads "recall@20,ndcg@20,coverage"; one without "@k" is taken at `default_k`.
/// kInvalidArgument names the word that is not a metric and those that are.
Result<std::vector<MetricAtK>> parse_metrics(std::string_view text, std::size_t default_k);

/// True for the metrics that are means over readers' lists, false for those of all lists together.
bool is_mean_over_readers(ListMetric metric);

/// A scored list of one reader. `gains` has the gain of each recommended item in order, 0 for one
/// that is not relevant; `ideal` the gains of all relevant items, largest first, none of them 0.
struct ScoredList {
  std::span<const float> gains;
  std::span<const float> ideal;
};

/// One of the first seven metrics; 0 when nothing is relevant. All but nDCG take a gain as yes or
/// no.
double score_list(ListMetric metric, std::size_t k, const ScoredList& list);

/// The Gini coefficient of non-negative counts; 0 when they are all zero.
double gini(std::span<const std::uint64_t> counts);

}  // namespace bookreco
