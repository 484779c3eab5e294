#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/progress.h"
#include "base/result.h"
#include "domain/book.h"
#include "domain/filter.h"
#include "index/attributes.h"
#include "index/clusters.h"
#include "index/exact_index.h"
#include "index/lexical_index.h"
#include "index/neighbour_lists.h"
#include "index/row_set.h"

namespace bookreco {

/// One book on its way into a segment.
struct SegmentRow {
  const Book* book = nullptr;
  std::span<const float> vector;  ///< unit length or all zero
  std::uint32_t cluster = kNoCluster;
  std::span<const std::string_view> terms;  ///< its heaviest terms, for reasons
};

struct SegmentOptions {
  std::size_t dimension = 128;
  std::size_t neighbours = 50;  ///< precomputed per row
  std::size_t neighbours_up_to =
      50'000;  ///< rows above which none are precomputed (a search answers)
  /// Rows from which a graph answers instead of a scan: below, scans are exact and quick enough.
  std::size_t graph_from = 16'000;
  std::size_t threads = 1;
};

/// Everything that answers need about a set of books, immutable: cards, vectors, neighbour lists,
/// words, attributes. The base of a snapshot maps one from files; books changed since are a small
/// one in memory, built by the same code (docs/formats/segment.md). Safe from any thread; views
/// live as long as the segment or its copies.
class Segment {
 public:
  /// Maps the files that a SegmentBuilder left in `folder`. kDataLoss when they are damaged or do
  /// not belong together.
  static Result<Segment> open(const Path& folder, SectionCheck check = SectionCheck::kEverything);

  std::size_t rows() const;
  const ExactIndex& vectors() const;
  const LexicalIndex& words() const;
  const Attributes& attributes() const;
  const Clusters& clusters() const;

  std::string_view id(std::uint32_t row) const;
  std::string_view card(std::uint32_t row) const;
  std::string_view title(std::uint32_t row) const;
  std::string_view work_id(std::uint32_t row) const;
  /// Equal for the editions of one work, in any segment.
  std::uint64_t work_key(std::uint32_t row) const;
  /// Whether the row's work has other rows here.
  bool has_editions(std::uint32_t row) const;
  /// The rows of a work, ascending.
  std::span<const std::uint32_t> editions(std::uint64_t work_key) const;
  std::uint32_t cluster(std::uint32_t row) const;
  /// By id, EAN or ISBN-13 (canonical digits).
  std::optional<std::uint32_t> find(std::string_view id) const;

  /// Every row, ordered by folded title, then id.
  std::span<const std::uint32_t> by_title() const;

  /// The k nearest rows as vectors().search() answers them; in a large segment a graph does, which
  /// may miss some and needs no guesses.
  std::vector<Neighbour> nearest(std::span<const float> query,
                                 Metric metric,
                                 std::size_t k,
                                 const RowSet* allowed = nullptr,
                                 std::size_t threads = 1,
                                 std::span<const Neighbour> guesses = {}) const;

  /// The row's nearest rows by cosine, nearest first; empty when not precomputed.
  std::span<const Neighbour> neighbours(std::uint32_t row) const;
  /// What the row shares with the neighbour at `place`, the most telling first; places below
  /// explained() have it precomputed.
  std::span<const SharedCode> shared(std::uint32_t row, std::size_t place) const;
  std::size_t explained() const;

  /// Values of a facet, as numbers of this segment's dictionary, sorted; value_name gives the
  /// display spelling.
  std::span<const std::uint32_t> values(FacetKind kind, std::uint32_t row) const;
  std::string_view value_name(FacetKind kind, std::uint32_t value) const;
  /// The dictionary number of a value given in any spelling (folded inside).
  std::optional<std::uint32_t> value_number(FacetKind kind, std::string_view name) const;
  /// The row's heaviest terms, as numbers of the dictionary of terms, sorted.
  std::span<const std::uint32_t> terms(std::uint32_t row) const;
  std::string_view term_name(std::uint32_t term) const;

  /// As Attributes::filter.
  std::optional<RowSet> filter(const BookFilter& filter) const;

 private:
  friend class SegmentBuilder;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// Streams rows into a segment: to `folder` (files appear whole) or to memory. One thread calls it.
/// Rows should come in the order of their ids: ties between equal scores go to the smaller row, and
/// then answers do not depend on which rows are in the base and which in the delta. add_batch
/// copies what it needs; cards go to disk as they come, vectors (4 bytes × dimension per row),
/// words and attributes wait in memory for finish().
class SegmentBuilder {
 public:
  static Result<SegmentBuilder> to_folder(const Path& folder, const SegmentOptions& options);
  static SegmentBuilder to_memory(const SegmentOptions& options);
  ~SegmentBuilder();
  SegmentBuilder(SegmentBuilder&&) noexcept;
  SegmentBuilder& operator=(SegmentBuilder&&) noexcept;

  /// kInvalidArgument for a vector of another dimension or not finite, a cluster above kMaxCluster,
  /// too many values. After an error the builder is of no more use.
  Status add_batch(std::span<const SegmentRow> rows);
  /// kInvalidArgument when two rows have one id. Ends the builder.
  Result<Segment> finish(const ProgressFn& progress = {});

 private:
  struct Impl;
  explicit SegmentBuilder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
