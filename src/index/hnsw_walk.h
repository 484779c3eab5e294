#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "index/hnsw_graph.h"

namespace bookreco {

/// The nearest nodes met, nearest first, at most `breadth` of them.
class HnswBeam {
 public:
  static constexpr HnswKey kExpanded = 1;

  void reset(std::size_t breadth) {
    keys_.resize(std::max(keys_.size(), breadth));
    breadth_ = breadth;
    size_ = 0;
    next_ = 0;
  }
  std::span<const HnswKey> keys() const { return {keys_.data(), size_}; }
  bool full() const { return size_ == breadth_; }
  /// Keys below it enter.
  HnswKey limit() const { return full() ? keys_[size_ - 1] : ~HnswKey{0}; }
  /// True when it entered.
  bool offer(HnswKey key);
  /// The nearest node not yet expanded, marked as expanded; kNoLink when there is none.
  std::uint32_t expand_next();

 private:
  std::vector<HnswKey> keys_;
  std::size_t breadth_ = 0;
  std::size_t size_ = 0;
  std::size_t next_ = 0;  ///< all before it are expanded
};

/// What a walk needs beside the graph, kept from walk to walk. One thread at a time.
class HnswScratch {
 public:
  HnswQuery query;
  HnswBeam beam;
  std::vector<HnswKey> frontier;
  std::vector<float> padded;
  std::size_t evaluated = 0;  ///< distances since begin()

  /// Forgets which nodes were visited.
  void begin(const HnswGraph& graph);
  /// The distances of nodes; overwritten by the next call.
  std::span<const HnswKey> evaluate(const HnswGraph& graph, std::span<const std::uint32_t> nodes);
  /// Those of the nodes linked from `node` that were not visited; they are from now on.
  std::span<const HnswKey> expand(const HnswGraph& graph,
                                  const HnswLevel& level,
                                  std::uint32_t node);
  /// True the first time since begin().
  bool visit(std::uint32_t node) {
    met_.resize(std::max(met_.size(), count_ + 1));
    return mark(node);
  }

 private:
  /// Without a branch that the CPU would guess: `met_` has a place left.
  bool mark(std::uint32_t node) {
    std::uint64_t& word = visited_[node / 64];
    const std::uint64_t bit = std::uint64_t{1} << (node % 64);
    const bool fresh = (word & bit) == 0;
    word |= bit;
    met_[count_] = node;
    count_ += static_cast<std::size_t>(fresh);
    return fresh;
  }

  std::vector<std::uint64_t> visited_;
  std::vector<std::uint32_t> met_;  ///< nodes visited, in the first count_ places
  std::size_t count_ = 0;
  std::vector<std::int32_t> dots_;
  std::vector<HnswKey> keys_;
};

/// Lends scratches to threads. Safe from any thread.
class HnswScratchPool {
 public:
  class Lease {
   public:
    Lease(HnswScratchPool& pool, std::unique_ptr<HnswScratch> scratch)
        : pool_(pool), scratch_(std::move(scratch)) {}
    ~Lease() { pool_.give_back(std::move(scratch_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    HnswScratch& operator*() const { return *scratch_; }

   private:
    HnswScratchPool& pool_;
    std::unique_ptr<HnswScratch> scratch_;
  };

  Lease borrow();

 private:
  void give_back(std::unique_ptr<HnswScratch> scratch);

  std::mutex mutex_;
  std::vector<std::unique_ptr<HnswScratch>> free_;
};

/// Nodes to start from.
struct HnswEntries {
  static constexpr std::size_t kMost = 4;
  std::array<std::uint32_t, kMost> nodes{};
  std::size_t count = 1;

  std::span<const std::uint32_t> span() const { return std::span(nodes).first(count); }
};

/// Nearest nodes to scratch.query on one level (Malkov & Yashunin 2018, algorithm 2), left in
/// scratch.beam. `breadth` is at least 1.
void walk_level(const HnswGraph& graph,
                std::size_t level,
                const HnswEntries& entries,
                std::size_t breadth,
                HnswScratch& scratch);

/// Walks from the first node down to the level above `level`; answers where to enter that. The
/// graph has nodes.
HnswEntries find_entries(const HnswGraph& graph, std::size_t level, HnswScratch& scratch);

/// As walk_level on the base level, but only nodes that `accepts(node)` count among the `breadth`
/// nearest; the others are passed through. False when more than `most` distances were asked for:
/// the beam is then of no use.
template <class Accepts>
bool walk_accepted(const HnswGraph& graph,
                   const Accepts& accepts,
                   std::size_t breadth,
                   std::size_t most,
                   HnswScratch& scratch) {
  const HnswEntries entries = find_entries(graph, 0, scratch);
  scratch.begin(graph);
  scratch.beam.reset(breadth);
  auto& frontier = scratch.frontier;
  frontier.clear();
  const auto meet = [&](std::span<const HnswKey> keys) {
    for (const HnswKey key : keys) {
      if (key < scratch.beam.limit()) {
        frontier.push_back(key);
        std::ranges::push_heap(frontier, std::greater<>());
        if (accepts(key_node(key))) {
          scratch.beam.offer(key);
        }
      }
    }
  };
  for (const std::uint32_t node : entries.span()) {
    scratch.visit(node);
  }
  meet(scratch.evaluate(graph, entries.span()));
  while (!frontier.empty() && frontier.front() <= scratch.beam.limit()) {
    if (scratch.evaluated > most) {
      return false;
    }
    const std::uint32_t node = key_node(frontier.front());
    std::ranges::pop_heap(frontier, std::greater<>());
    frontier.pop_back();
    if (!frontier.empty()) {
      __builtin_prefetch(graph.levels[0].of(key_node(frontier.front())).data());
    }
    meet(scratch.expand(graph, graph.levels[0], node));
  }
  return true;
}

}  // namespace bookreco
