#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "base/section_file.h"
#include "index/exact_index.h"
#include "index/hnsw_builder.h"
#include "index/hnsw_frame.h"
#include "index/hnsw_graph.h"
#include "index/hnsw_walk.h"
#include "index/row_set.h"

namespace bookreco {

class Nearest;
class Reference;

/// Approximate top-k over the rows of an exact index: a hierarchical navigable small world graph
/// (Malkov & Yashunin 2018) of one-byte codes finds candidates, whose fp32 rows are compared in
/// fp64 as the exact index does. Scores are its scores, ties go to the smaller row; rows may be
/// missing. Answered by the exact index where that is sooner or the graph cannot serve: few rows, a
/// k near all of them, another metric. Immutable; safe from any thread.
class HnswIndex {
 public:
  static constexpr std::size_t kDefaultBreadth = 64;

  /// Sections of docs/formats/hnsw-index.md. kDataLoss when they contradict one another or the rows
  /// of `vectors`, of which a copy is kept.
  static Result<HnswIndex> open(const SectionFile& file, const ExactIndex& vectors);
  static bool can_hold(std::size_t rows, std::size_t dimension);
  /// kInvalidArgument for a value that is not finite, a dimension above 32,768, 2^31 rows or more,
  /// options out of their range. Equal input and options give equal bytes, whatever the threads and
  /// the CPU.
  static Status write(SectionWriter& writer,
                      const ExactIndex& vectors,
                      const HnswOptions& options,
                      const ProgressFn& progress = {});

  std::size_t rows() const { return node_of_.size(); }
  const ExactIndex& vectors() const { return vectors_; }

  /// As ExactIndex::search, of which `threads` are. `breadth` is how many nodes a walk keeps: more
  /// find more.
  std::vector<Neighbour> search(std::span<const float> query,
                                Metric metric,
                                std::size_t k,
                                const RowSet* allowed = nullptr,
                                std::size_t threads = 1,
                                std::size_t breadth = kDefaultBreadth) const;

 private:
  struct Search;

  Status read_shape(const SectionFile& file);
  Status read_levels(const SectionFile& file);
  Status read_rows(const SectionFile& file);
  Status check_links() const;
  bool serves(const Reference& query, Metric metric, std::size_t k) const;
  /// Calls visit(row) for the rows of a node, ascending, until it answers false.
  template <class Visit>
  void each_row(std::uint32_t node, const Visit& visit) const;
  void find(const Search& search, std::size_t breadth, std::size_t k) const;
  void scan(const Search& search) const;
  void rank(const Search& search, const Reference& reference, Nearest& nearest) const;

  SectionFile file_;
  ExactIndex vectors_;
  HnswFrame frame_;
  HnswGraph graph_;
  Metric metric_ = Metric::kCosine;
  bool unit_ = false;  ///< no row is longer or shorter than 1, but for those of rest_
  std::span<const std::uint32_t> heads_;    ///< per node: its first row
  std::span<const std::uint32_t> next_;     ///< per row: the next of its node; empty: none has
  std::span<const std::uint32_t> node_of_;  ///< per row
  std::span<const std::uint32_t> rest_;     ///< rows without a node, all zero
  std::shared_ptr<HnswScratchPool> scratches_ = std::make_shared<HnswScratchPool>();
};

}  // namespace bookreco
