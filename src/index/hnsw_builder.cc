#include "index/hnsw_builder.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/random.h"
#include "base/threads.h"
#include "index/hnsw_select.h"

namespace bookreco {
namespace {

constexpr std::size_t kFan = 16;  ///< nodes of a level to one of the level above
constexpr std::size_t kHubBreadth = 8;
constexpr std::size_t kNodesPerBlock = 64;
// A batch's nodes do not see one another: small against the graph, few links are missed.
constexpr std::size_t kBatchShare = 32;
constexpr std::size_t kLargestBatch = 16'384;

void shuffle(std::span<std::uint32_t> values, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.below(i)]);
  }
}

}  // namespace

struct HnswBuilder::Edge {
  std::uint32_t target = 0;
  HnswKey key = 0;  ///< the distance, and the node that links
  auto operator<=>(const Edge&) const = default;
};

HnswBuilder::HnswBuilder(const HnswNodes& nodes, const HnswOptions& options)
    : nodes_(nodes), options_(options), order_(nodes.heads) {
  const std::size_t count = order_.size();
  heads_.resize(count);
  hubs_.resize(count);
  squares_.resize(count);
  const std::size_t block = nodes.stride + options.degree * sizeof(std::uint32_t);
  blocks_.resize(count * block / sizeof(Line));
  auto* first = reinterpret_cast<std::uint8_t*>(blocks_.data());
  graph_.codes = {first, block, nodes.stride};
  graph_.squares = squares_;
  shuffle(order_, options.seed);
  for (std::size_t size = count; size > 0; size = size > kFan ? (size + kFan - 1) / kFan : 0) {
    const std::size_t degree = graph_.levels.empty() ? options.degree : options.degree / 2;
    upper_.emplace_back(graph_.levels.empty() ? 0 : size * degree, kNoLink);
    graph_.levels.push_back({size, degree, degree, upper_.back().data()});
  }
  if (count > 0) {
    graph_.levels[0].links = reinterpret_cast<const std::uint32_t*>(first + nodes.stride);
    graph_.levels[0].spacing = block / sizeof(std::uint32_t);
  }
}

std::span<std::uint32_t> HnswBuilder::links(std::size_t level, std::uint32_t node) {
  const HnswLevel& at = graph_.levels[level];
  std::uint32_t* first =
      level == 0 ? reinterpret_cast<std::uint32_t*>(reinterpret_cast<std::byte*>(blocks_.data()) +
                                                    graph_.codes.stride)
                 : upper_[level].data();
  return {first + node * at.spacing, at.degree};
}

void HnswBuilder::place(std::uint32_t node, std::uint32_t row) {
  auto* code = reinterpret_cast<std::uint8_t*>(blocks_.data()) + node * graph_.codes.spacing;
  std::uint32_t squares = 0;
  for (const std::int8_t value : nodes_.code(row)) {
    *code++ = static_cast<std::uint8_t>(value + 128);
    squares += static_cast<std::uint32_t>(value * value);
  }
  heads_[node] = row;
  squares_[node] = squares;
}

void HnswBuilder::build(const ProgressFn& progress) {
  for (std::size_t level = graph_.levels.size(); level-- > 0;) {
    number_nodes(level);
    start_level(level);
    fill_level(level, progress);
  }
}

/// Gives the nodes that this level adds their numbers: by hub, so that neighbours lie together.
void HnswBuilder::number_nodes(std::size_t level) {
  const bool top = level + 1 == graph_.levels.size();
  const std::size_t begin = top ? 0 : graph_.levels[level + 1].nodes;
  const std::size_t count = graph_.levels[level].nodes - begin;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> placed(count);  // hub, row
  parallel_blocks(count, kNodesPerBlock, options_.threads, [&](Range range, std::size_t) {
    const auto scratch = scratches_.borrow();
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const std::uint32_t row = order_[begin + i];
      placed[i] = {0, row};
      if (!top) {
        const auto code = nodes_.code(row);
        (*scratch).query.values.assign(code.begin(), code.end());
        (*scratch).query.prepare(0);
        walk_level(
            graph_, level + 1, find_entries(graph_, level + 1, *scratch), kHubBreadth, *scratch);
        placed[i].first = key_node((*scratch).beam.keys().front());
      }
    }
  });
  std::ranges::stable_sort(placed, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
  for (std::size_t i = 0; i < count; ++i) {
    const auto node = static_cast<std::uint32_t>(begin + i);
    hubs_[node] = placed[i].first;
    place(node, placed[i].second);
  }
}

/// Takes the links of the level above; on top all nodes are linked to all.
void HnswBuilder::start_level(std::size_t level) {
  const bool top = level + 1 == graph_.levels.size();
  const std::size_t nodes = graph_.levels[level].nodes;
  const std::size_t ready = top ? nodes : graph_.levels[level + 1].nodes;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    const auto own = links(level, node);
    std::ranges::fill(own, kNoLink);
    if (node < ready && !top) {
      std::ranges::copy(links(level + 1, node), own.begin());
    } else if (top) {
      for (std::uint32_t other = 0, at = 0; other < nodes; ++other) {
        if (other != node) {
          own[at++] = other;
        }
      }
    }
  }
}

void HnswBuilder::fill_level(std::size_t level, const ProgressFn& progress) {
  const std::size_t nodes = graph_.levels[level].nodes;
  std::size_t ready = level + 1 == graph_.levels.size() ? nodes : graph_.levels[level + 1].nodes;
  std::vector<std::uint32_t> turns(nodes - ready);
  std::iota(turns.begin(), turns.end(), static_cast<std::uint32_t>(ready));
  shuffle(turns, options_.seed + level);
  for (std::size_t done = 0; done < turns.size();) {
    const std::size_t size = std::min(
        {turns.size() - done, std::max<std::size_t>(ready / kBatchShare, 1), kLargestBatch});
    const auto batch = std::span(turns).subspan(done, size);
    std::ranges::sort(batch);  // neighbours are looked for one after the other, in warm caches
    insert_batch(level, batch);
    done += size;
    ready += size;
    if (level == 0) {
      report(progress, "graph", ready, nodes);
    }
  }
}

void HnswBuilder::find_links(std::size_t level, std::uint32_t node, std::vector<HnswKey>& found) {
  const auto lease = scratches_.borrow();
  HnswScratch& scratch = *lease;
  query_node(graph_, node, scratch);
  walk_level(graph_, level, {{hubs_[node]}, 1}, options_.breadth, scratch);
  found.clear();
  for (const HnswKey key : scratch.beam.keys()) {
    found.push_back(key & ~HnswBeam::kExpanded);
  }
  select_links(graph_, found, options_.degree / 2, scratch);
}

void HnswBuilder::insert_batch(std::size_t level, std::span<const std::uint32_t> batch) {
  std::vector<std::vector<HnswKey>> found(batch.size());
  parallel_blocks(batch.size(), kNodesPerBlock, options_.threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      find_links(level, batch[i], found[i]);
    }
  });
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto own = links(level, batch[i]);
    std::ranges::transform(found[i], own.begin(), key_node);
    for (const HnswKey key : found[i]) {
      edges.push_back({key_node(key), hnsw_key(key_distance(key), batch[i])});
    }
  }
  std::ranges::sort(edges);
  std::vector<std::size_t> starts;  // of each target's edges
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (i == 0 || edges[i].target != edges[i - 1].target) {
      starts.push_back(i);
    }
  }
  starts.push_back(edges.size());
  parallel_blocks(
      starts.size() - 1, kNodesPerBlock, options_.threads, [&](Range range, std::size_t) {
        for (std::size_t i = range.begin; i < range.end; ++i) {
          link_back(level, std::span(edges).subspan(starts[i], starts[i + 1] - starts[i]));
        }
      });
}

/// Adds the links of one target; when its places do not suffice, the best of all stay.
void HnswBuilder::link_back(std::size_t level, std::span<const Edge> edges) {
  const std::uint32_t target = edges.front().target;
  const auto own = links(level, target);
  const auto used = static_cast<std::size_t>(std::ranges::find(own, kNoLink) - own.begin());
  if (used + edges.size() <= own.size()) {
    std::ranges::transform(
        edges, own.begin() + static_cast<std::ptrdiff_t>(used), key_node, &Edge::key);
    return;
  }
  const auto lease = scratches_.borrow();
  HnswScratch& scratch = *lease;
  query_node(graph_, target, scratch);
  const auto known = scratch.evaluate(graph_, own.first(used));
  std::vector<HnswKey> all(known.begin(), known.end());
  std::ranges::transform(edges, std::back_inserter(all), &Edge::key);
  std::ranges::sort(all);
  select_links(graph_, all, own.size(), scratch);
  std::ranges::fill(own, kNoLink);
  std::ranges::transform(all, own.begin(), key_node);
}

}  // namespace bookreco
