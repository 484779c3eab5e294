#include "index/hnsw_walk.h"

#include <algorithm>
#include <cstring>

namespace bookreco {

bool HnswBeam::offer(HnswKey key) {
  if (key >= limit()) {
    return false;
  }
  HnswKey* const begin = keys_.data();
  HnswKey* const place = std::upper_bound(begin, begin + size_, key);
  const auto at = static_cast<std::size_t>(place - begin);
  const std::size_t moved = size_ - at - (full() ? 1 : 0);
  std::memmove(place + 1, place, moved * sizeof(HnswKey));
  *place = key;
  size_ += full() ? 0 : 1;
  next_ = std::min(next_, at);
  return true;
}

std::uint32_t HnswBeam::expand_next() {
  while (next_ < size_ && (keys_[next_] & kExpanded) != 0) {
    ++next_;
  }
  if (next_ == size_) {
    return kNoLink;
  }
  keys_[next_] |= kExpanded;
  return key_node(keys_[next_++]);
}

void HnswScratch::begin(const HnswGraph& graph) {
  for (const std::uint32_t node : std::span(met_).first(count_)) {
    visited_[node / 64] = 0;
  }
  count_ = 0;
  visited_.resize(std::max(visited_.size(), (graph.nodes() + 63) / 64), 0);
  evaluated = 0;
}

std::span<const HnswKey> HnswScratch::evaluate(const HnswGraph& graph,
                                               std::span<const std::uint32_t> nodes) {
  dots_.resize(std::max(dots_.size(), nodes.size()));
  keys_.resize(std::max(keys_.size(), nodes.size()));
  byte_dots(query.values.data(), graph.codes, nodes, dots_.data());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::uint32_t distance = query.base + (graph.squares[nodes[i]] >> query.shift) -
                                   2 * static_cast<std::uint32_t>(dots_[i]);
    keys_[i] = hnsw_key(distance, nodes[i]);
  }
  evaluated += nodes.size();
  return {keys_.data(), nodes.size()};
}

std::span<const HnswKey> HnswScratch::expand(const HnswGraph& graph,
                                             const HnswLevel& level,
                                             std::uint32_t node) {
  const std::size_t before = count_;
  met_.resize(std::max(met_.size(), count_ + level.degree));
  for (const std::uint32_t link : level.of(node)) {
    if (link == kNoLink) {
      break;
    }
    __builtin_prefetch(&graph.squares[link]);
    mark(link);
  }
  return evaluate(graph, std::span(met_).subspan(before, count_ - before));
}

HnswScratchPool::Lease HnswScratchPool::borrow() {
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      auto scratch = std::move(free_.back());
      free_.pop_back();
      return {*this, std::move(scratch)};
    }
  }
  return {*this, std::make_unique<HnswScratch>()};
}

void HnswScratchPool::give_back(std::unique_ptr<HnswScratch> scratch) {
  const std::scoped_lock lock(mutex_);
  free_.push_back(std::move(scratch));
}

void walk_level(const HnswGraph& graph,
                std::size_t level,
                const HnswEntries& entries,
                std::size_t breadth,
                HnswScratch& scratch) {
  scratch.begin(graph);
  scratch.beam.reset(breadth);
  for (const std::uint32_t entry : entries.span()) {
    scratch.visit(entry);
  }
  for (const HnswKey key : scratch.evaluate(graph, entries.span())) {
    scratch.beam.offer(key);
  }
  const HnswLevel& links = graph.levels[level];
  for (std::uint32_t node = scratch.beam.expand_next(); node != kNoLink;
       node = scratch.beam.expand_next()) {
    for (const HnswKey key : scratch.expand(graph, links, node)) {
      if (key < scratch.beam.limit() && scratch.beam.offer(key)) {
        __builtin_prefetch(links.of(key_node(key)).data());
      }
    }
  }
}

HnswEntries find_entries(const HnswGraph& graph, std::size_t level, HnswScratch& scratch) {
  HnswEntries entries;
  for (std::size_t above = graph.levels.size() - 1; above > level; --above) {
    walk_level(graph, above, entries, HnswEntries::kMost, scratch);
    const auto keys = scratch.beam.keys();
    entries.count = keys.size();
    std::ranges::transform(keys, entries.nodes.begin(), key_node);
  }
  return entries;
}

}  // namespace bookreco
