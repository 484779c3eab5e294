#include "index/hnsw_select.h"

#include <algorithm>

namespace bookreco {

void query_node(const HnswGraph& graph, std::uint32_t node, HnswScratch& scratch) {
  const std::uint8_t* code = graph.codes.first + node * graph.codes.spacing;
  scratch.query.values.resize(graph.codes.stride);
  for (std::size_t at = 0; at < graph.codes.stride; ++at) {
    scratch.query.values[at] = static_cast<std::int8_t>(code[at] ^ 0x80U);
  }
  scratch.query.prepare(0);
}

void select_links(const HnswGraph& graph,
                  std::vector<HnswKey>& candidates,
                  std::size_t limit,
                  HnswScratch& scratch) {
  std::vector<HnswKey> kept;
  std::vector<std::uint32_t> nodes;
  std::vector<HnswKey>& left = candidates;
  while (!left.empty() && kept.size() < limit) {
    kept.push_back(left.front());
    query_node(graph, key_node(left.front()), scratch);
    left.erase(left.begin());
    nodes.clear();
    std::ranges::transform(left, std::back_inserter(nodes), key_node);
    const auto between = scratch.evaluate(graph, nodes);
    std::size_t count = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (key_distance(between[i]) >= key_distance(left[i])) {
        left[count++] = left[i];
      }
    }
    left.resize(count);
  }
  candidates = std::move(kept);
}

}  // namespace bookreco
