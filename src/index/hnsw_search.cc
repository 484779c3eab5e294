#include <algorithm>
#include <cmath>

#include "index/exact_reference.h"
#include "index/hnsw_index.h"

namespace bookreco {
namespace {

constexpr int kMaxShift = 24;  ///< queries far outside the rows
/// Candidates compared in fp64, per row wanted and at least: what codes may put out of order.
constexpr std::size_t kRankFactor = 2;
constexpr std::size_t kRankLeast = 24;
constexpr std::size_t kSampleWords = 512;  ///< of a filter, to tell how much of it passes
constexpr std::size_t kScanChunk = 256;
/// A walk asks for about this many distances per node it keeps.
constexpr double kDistancesPerNode = 14;
/// A distance of a walk takes as long as this many of a scan.
constexpr double kWalkCost = 1.5;

/// The share of rows in a filter, from words evenly spread.
double share_of(const RowSet& allowed) {
  const auto words = allowed.words();
  const std::size_t sample = std::min(words.size(), kSampleWords);
  std::size_t bits = 0;
  for (std::size_t i = 0; i < sample; ++i) {
    bits += static_cast<std::size_t>(std::popcount(words[i * words.size() / sample]));
  }
  return sample == 0 ? 0 : static_cast<double>(bits) / (64.0 * static_cast<double>(sample));
}

}  // namespace

struct HnswIndex::Search {
  const RowSet* allowed;
  HnswScratch& scratch;
  std::size_t wanted;  ///< rows to compare in fp64

  bool allows(std::uint32_t row) const { return allowed == nullptr || allowed->contains(row); }
};

bool HnswIndex::serves(const Reference& query, Metric metric, std::size_t k) const {
  const bool same_order = metric == metric_ || (metric == Metric::kEuclidean && unit_);
  return same_order && query.finite() && k <= graph_.nodes() / 4 &&
         !(metric_ == Metric::kCosine && query.zero());
}

template <class Visit>
void HnswIndex::each_row(std::uint32_t node, const Visit& visit) const {
  for (std::uint32_t row = heads_[node]; row != kNoRow; row = next_.empty() ? kNoRow : next_[row]) {
    if (!visit(row)) {
      return;
    }
  }
}

/// Leaves the nodes of the allowed rows that are nearest by their codes in the beam.
void HnswIndex::scan(const Search& search) const {
  HnswScratch& scratch = search.scratch;
  scratch.begin(graph_);
  scratch.beam.reset(search.wanted);
  std::array<std::uint32_t, kScanChunk> nodes;
  std::size_t count = 0;
  const auto flush = [&] {
    for (const HnswKey key : scratch.evaluate(graph_, std::span(nodes).first(count))) {
      scratch.beam.offer(key);
    }
    count = 0;
  };
  search.allowed->for_each([&](std::size_t row) {
    if (node_of_[row] != kNoLink && scratch.visit(node_of_[row])) {
      nodes[count++] = node_of_[row];
      if (count == kScanChunk) {
        flush();
      }
    }
  });
  flush();
}

/// Leaves candidates in the beam, nearest first.
void HnswIndex::find(const Search& search, std::size_t breadth, std::size_t k) const {
  HnswScratch& scratch = search.scratch;
  if (search.allowed == nullptr) {
    return walk_level(graph_, 0, find_entries(graph_, 0, scratch), breadth, scratch);
  }
  const double share = share_of(*search.allowed);
  const double scanned = share * static_cast<double>(rows());
  // As many more nodes as are expected to be turned away before the k-th.
  const double reach = static_cast<double>(breadth) + static_cast<double>(k) * (1 / share - 1);
  if (share == 0 || scanned < reach * kDistancesPerNode * kWalkCost) {
    return scan(search);
  }
  const auto accepts = [&](std::uint32_t node) {
    bool any = false;
    each_row(node, [&](std::uint32_t row) {
      any = search.allowed->contains(row);
      return !any;
    });
    return any;
  };
  const auto kept = std::max(k, static_cast<std::size_t>(std::ceil(reach * share)));
  const auto most = static_cast<std::size_t>(scanned / kWalkCost);
  if (!walk_accepted(graph_, accepts, kept, most, scratch)) {
    scan(search);
  }
}

/// Compares the rows of the nodes in the beam.
void HnswIndex::rank(const Search& search, const Reference& reference, Nearest& nearest) const {
  const auto keys = search.scratch.beam.keys();
  for (const HnswKey key : keys.first(std::min(keys.size(), search.wanted))) {
    reference.prefetch(heads_[key_node(key)]);
  }
  std::size_t offered = 0;
  for (const HnswKey key : keys) {
    if (offered >= search.wanted) {
      break;
    }
    each_row(key_node(key), [&](std::uint32_t row) {
      if (search.allows(row)) {
        nearest.offer(row);
        ++offered;
      }
      return offered < search.wanted;
    });
  }
}

std::vector<Neighbour> HnswIndex::search(std::span<const float> query,
                                         Metric metric,
                                         std::size_t k,
                                         const RowSet* allowed,
                                         std::size_t threads,
                                         std::size_t breadth) const {
  BOOKRECO_CHECK(allowed == nullptr || allowed->rows() == rows());
  const auto lease = scratches_->borrow();
  HnswScratch& scratch = *lease;
  const Reference reference(vectors_.columns(), query, metric, scratch.padded);
  if (k == 0 || !serves(reference, metric, k)) {
    return vectors_.search(query, metric, k, allowed, threads);
  }
  scratch.query.values.resize(graph_.codes.stride);
  scratch.query.prepare(frame_.encode(query, scratch.query.values, kMaxShift));
  const Search search{allowed, scratch, std::max(kRankFactor * k, kRankLeast)};
  find(search, std::max(breadth, k + k / 2), k);
  Nearest nearest(reference, metric, k);
  rank(search, reference, nearest);
  for (std::size_t i = 0, offered = 0; i < rest_.size() && offered < k; ++i) {
    if (search.allows(rest_[i])) {
      nearest.offer(rest_[i]);
      ++offered;
    }
  }
  auto found = nearest.finish();
  // The graph may be in pieces: what a walk cannot reach is not left out.
  return found.size() == k ? found : vectors_.search(query, metric, k, allowed, threads);
}

}  // namespace bookreco
