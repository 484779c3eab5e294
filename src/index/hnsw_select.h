#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "index/hnsw_graph.h"
#include "index/hnsw_walk.h"

namespace bookreco {

/// Sets scratch.query to a node's own code.
void query_node(const HnswGraph& graph, std::uint32_t node, HnswScratch& scratch);

/// Keeps of `candidates` (nearest first) at most `limit`, each nearer to the query than to any kept
/// before it, so that links lead in all directions (Malkov & Yashunin 2018, algorithm 4); then,
/// where places are left, the nearest of those turned away. The query of `scratch` is lost.
void select_links(const HnswGraph& graph,
                  std::vector<HnswKey>& candidates,
                  std::size_t limit,
                  HnswScratch& scratch);

}  // namespace bookreco
