#include "ml/evaluation/metrics_ranking.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace bookreco {
namespace {

constexpr std::array<std::pair<std::string_view, ListMetric>, 11> kNames{{
    {"recall", ListMetric::kRecall},
    {"precision-recall", ListMetric::kPrecisionRecall},
    {"precision", ListMetric::kPrecision},
    {"ndcg", ListMetric::kNdcg},
    {"map", ListMetric::kMap},
    {"mrr", ListMetric::kMrr},
    {"hit", ListMetric::kHit},
    {"coverage", ListMetric::kCoverage},
    {"novelty", ListMetric::kNovelty},
    {"gini", ListMetric::kGini},
    {"diversity", ListMetric::kDiversity},
}};
constexpr std::size_t kMaxK = 10'000;

Result<MetricAtK> parse_metric(std::string_view word, std::size_t default_k) {
  const std::size_t at = word.find('@');
  const auto* const found =
      std::ranges::find(kNames, word.substr(0, at), [](const auto& entry) { return entry.first; });
  if (found == kNames.end()) {
    std::string known;
    for (const auto& [name, metric] : kNames) {
      known += known.empty() ? "" : ", ";
      known += name;
    }
    return fail(Code::kInvalidArgument, "no metric \"{}\": there are {}", word, known);
  }
  MetricAtK out{found->second, default_k, std::string(word)};
  if (at != std::string_view::npos) {
    const std::string_view digits = word.substr(at + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.k);
    if (error != std::errc() || end != digits.data() + digits.size() || out.k == 0 ||
        out.k > kMaxK) {
      return fail(Code::kInvalidArgument,
                  "\"{}\": after the @ comes a whole number from 1 to {}",
                  word,
                  kMaxK);
    }
  }
  return out;
}

double discount(std::size_t rank) {
  return 1 / std::log2(static_cast<double>(rank) + 2);
}

double discounted_gain(std::span<const float> gains) {
  double sum = 0;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    sum += static_cast<double>(gains[i]) * discount(i);
  }
  return sum;
}

double average_precision(std::span<const float> gains, std::size_t best) {
  double sum = 0;
  double hits = 0;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    if (gains[i] > 0) {
      hits += 1;
      sum += hits / static_cast<double>(i + 1);
    }
  }
  return sum / static_cast<double>(best);
}

}  // namespace

Result<std::vector<MetricAtK>> parse_metrics(std::string_view text, std::size_t default_k) {
  std::vector<MetricAtK> out;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    BOOKRECO_TRY(MetricAtK metric, parse_metric(text.substr(0, comma), default_k));
    if (std::ranges::find(out, metric) == out.end()) {
      out.push_back(std::move(metric));
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (out.empty()) {
    return fail(Code::kInvalidArgument, "no metric was named: give for example recall@20,ndcg@20");
  }
  return out;
}

bool is_mean_over_readers(ListMetric metric) {
  return metric != ListMetric::kCoverage && metric != ListMetric::kGini;
}

double score_list(ListMetric metric, std::size_t k, const ScoredList& list) {
  if (list.ideal.empty()) {
    return 0;
  }
  const auto gains = list.gains.first(std::min(k, list.gains.size()));
  const std::size_t best = std::min(k, list.ideal.size());
  const auto is_hit = [](float gain) { return gain > 0; };
  const auto hits = static_cast<double>(std::ranges::count_if(gains, is_hit));
  switch (metric) {
    case ListMetric::kRecall:
      return hits / static_cast<double>(list.ideal.size());
    case ListMetric::kPrecisionRecall:
      return hits / static_cast<double>(best);
    case ListMetric::kPrecision:
      return hits / static_cast<double>(k);
    case ListMetric::kNdcg:
      return discounted_gain(gains) / discounted_gain(list.ideal.first(best));
    case ListMetric::kMap:
      return average_precision(gains, best);
    case ListMetric::kMrr: {
      const auto first = std::ranges::find_if(gains, is_hit);
      return first == gains.end() ? 0 : 1 / static_cast<double>(first - gains.begin() + 1);
    }
    case ListMetric::kHit:
      return hits > 0 ? 1 : 0;
    default:
      return 0;
  }
}

double gini(std::span<const std::uint64_t> counts) {
  std::vector<std::uint64_t> sorted(counts.begin(), counts.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  double weighted = 0;
  double total = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto count = static_cast<double>(sorted[i]);
    weighted += (2 * static_cast<double>(i) + 1 - n) * count;
    total += count;
  }
  return total > 0 ? weighted / (n * total) : 0;
}

}  // namespace bookreco
