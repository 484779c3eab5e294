#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/progress.h"
#include "index/hnsw_graph.h"
#include "index/hnsw_nodes.h"
#include "index/hnsw_walk.h"

namespace bookreco {

struct HnswOptions {
  Metric metric = Metric::kCosine;  ///< kCosine or kEuclidean
  std::size_t degree = 32;          ///< most links of a node on the base level: a multiple of 16,
                                    ///< at least 32; half of them above
  std::size_t breadth = 200;        ///< nodes kept while looking for a new node's links
  std::uint64_t seed = 1;
  std::size_t threads = 1;
};

/// Builds the graph, level by level from the top: each starts as the one above it and takes up its
/// other nodes in batches, whose links are looked for in the graph as it was before the batch
/// (Manohar et al. 2024, ParlayANN). So the same nodes, options and seed give the same bytes on any
/// number of threads. Nodes are numbered by the place in the level above that they are nearest to:
/// those that a walk meets together lie together. One thread calls it.
class HnswBuilder {
 public:
  HnswBuilder(const HnswNodes& nodes, const HnswOptions& options);

  void build(const ProgressFn& progress);

  /// Codes and links of the base level, `spacing` bytes per node.
  const HnswGraph& graph() const { return graph_; }
  std::span<const std::byte> blocks() const {
    return std::as_bytes(std::span(blocks_)).first(order_.size() * graph_.codes.spacing);
  }
  /// Links of a level above the base.
  std::span<const std::uint32_t> upper(std::size_t level) const { return upper_[level]; }
  /// The first row of each node.
  std::span<const std::uint32_t> heads() const { return heads_; }

 private:
  struct alignas(kByteStride) Line {
    std::byte bytes[kByteStride];
  };
  struct Edge;

  std::span<std::uint32_t> links(std::size_t level, std::uint32_t node);
  void place(std::uint32_t node, std::uint32_t row);
  void start_level(std::size_t level);
  void number_nodes(std::size_t level);
  void fill_level(std::size_t level, const ProgressFn& progress);
  void insert_batch(std::size_t level, std::span<const std::uint32_t> batch);
  void find_links(std::size_t level, std::uint32_t node, std::vector<HnswKey>& found);
  void link_back(std::size_t level, std::span<const Edge> edges);

  const HnswNodes& nodes_;
  HnswOptions options_;
  HnswGraph graph_;
  std::vector<std::uint32_t> order_;  ///< rows, the highest levels first
  std::vector<std::uint32_t> heads_;
  std::vector<std::uint32_t> hubs_;  ///< per node: its nearest on the level above its own
  std::vector<std::uint32_t> squares_;
  std::vector<Line> blocks_;
  std::vector<std::vector<std::uint32_t>> upper_;  ///< by level; none for the base
  HnswScratchPool scratches_;
};

}  // namespace bookreco
