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
#include "index/exact_index.h"
#include "index/lexical_index.h"
#include "index/row_set.h"

namespace bookreco {

/// One book on its way into a segment.
struct SegmentRow {
  const Book* book = nullptr;
  std::span<const float> vector;            ///< unit length or all zero
  std::uint32_t cluster = 0;
  std::span<const std::string_view> terms;  ///< its heaviest terms, for reasons
};

struct SegmentOptions {
  std::size_t dimension = 128;
  std::size_t neighbours = 50;            ///< precomputed per row
  std::size_t neighbours_up_to = 50'000;  ///< rows above which none are precomputed (the scan answers)
  std::size_t threads = 1;
};

/// Everything that answers need about a set of books, immutable: cards, vectors, neighbour lists, words, attributes. The base
/// of a snapshot maps one from files; books changed since are a small one in memory, built by the same code.
class Segment {
 public:
  static Result<Segment> open(const Path& folder);

  std::size_t rows() const;
  const ExactIndex& vectors() const;
  const LexicalIndex& words() const;

  std::string_view id(std::uint32_t row) const;
  std::string_view card(std::uint32_t row) const;
  std::string_view title(std::uint32_t row) const;
  std::string_view work_id(std::uint32_t row) const;
  std::uint32_t cluster(std::uint32_t row) const;
  /// By id, EAN or ISBN-13 (canonical digits).
  std::optional<std::uint32_t> find(std::string_view id) const;

  /// The row's nearest rows by cosine, nearest first; empty when not precomputed.
  std::span<const Neighbour> neighbours(std::uint32_t row) const;

  /// Values of a facet, as numbers of this segment's dictionary, sorted; value_name gives the display spelling.
  std::span<const std::uint32_t> values(FacetKind kind, std::uint32_t row) const;
  std::string_view value_name(FacetKind kind, std::uint32_t value) const;
  /// The dictionary number of a value given in any spelling (folded inside).
  std::optional<std::uint32_t> value_number(FacetKind kind, std::string_view name) const;
  /// The row's heaviest terms, as numbers of the dictionary of terms, sorted.
  std::span<const std::uint32_t> terms(std::uint32_t row) const;
  std::string_view term_name(std::uint32_t term) const;

  /// Rows that pass; nullopt when the filter is empty, so that no bitmap is walked.
  std::optional<RowSet> filter(const BookFilter& filter) const;

 private:
  friend class SegmentBuilder;
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// Streams rows into a segment: to `folder` (files appear whole) or to memory. One thread calls it.
class SegmentBuilder {
 public:
  static Result<SegmentBuilder> to_folder(const Path& folder, const SegmentOptions& options);
  static SegmentBuilder to_memory(const SegmentOptions& options);
  ~SegmentBuilder();
  SegmentBuilder(SegmentBuilder&&) noexcept;
  SegmentBuilder& operator=(SegmentBuilder&&) noexcept;

  Status add_batch(std::span<const SegmentRow> rows);
  Result<Segment> finish(const ProgressFn& progress = {});

 private:
  struct Impl;
  explicit SegmentBuilder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
