#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/progress.h"
#include "base/result.h"
#include "base/section_file.h"
#include "index/attributes.h"
#include "index/clusters.h"
#include "index/exact_index.h"
#include "index/hnsw_index.h"

namespace bookreco {

/// A value that a row shares with one of its neighbours (index/shared_values.h).
class SharedCode {
 public:
  static constexpr std::uint32_t kMaxValue = (1U << 28) - 1;
  SharedCode() = default;
  SharedCode(std::size_t column, std::uint32_t value)
      : bits_(static_cast<std::uint32_t>(column) << 28 | value) {}
  std::size_t column() const { return bits_ >> 28; }
  std::uint32_t value() const { return bits_ & kMaxValue; }

 private:
  std::uint32_t bits_ = 0;
};

/// What the lists are made of; outlives nothing.
struct NeighbourSources {
  const ExactIndex& vectors;
  const HnswIndex* graph;  ///< null where there is none
  const Attributes& attributes;
  const Clusters& clusters;
};

/// The nearest rows of every row by cosine, as the graph answers them where there is one, else the
/// exact index, without the row itself, and for the first of them what they share. A row whose
/// vector is all zero has none. Immutable; safe from any thread.
class NeighbourLists {
 public:
  static Result<NeighbourLists> open(const SectionFile& file);
  /// A `length` of 0 writes that none are precomputed.
  static Result<SectionFile> write(SectionWriter writer,
                                   const NeighbourSources& sources,
                                   std::size_t length,
                                   std::size_t threads,
                                   const ProgressFn& progress);

  std::size_t rows() const { return counts_.size(); }
  /// Nearest first; empty when not precomputed.
  std::span<const Neighbour> of(std::uint32_t row) const {
    return lists_.subspan(row * std::size_t{length_}, counts_[row]);
  }
  /// How many places of each list have what they share beside them.
  std::size_t explained() const { return explained_; }
  /// The most telling first, as in kSharedColumns; `place` is below explained().
  std::span<const SharedCode> shared(std::uint32_t row, std::size_t place) const {
    const std::size_t i = row * explained_ + place;
    return shared_.subspan(shared_offsets_[i], shared_offsets_[i + 1] - shared_offsets_[i]);
  }
  /// kDataLoss unless every shared value is one of the dictionaries'.
  Status check_shared(const Attributes& attributes) const;

 private:
  SectionFile file_;
  std::uint32_t length_ = 0;
  std::span<const std::uint32_t> counts_;
  std::span<const Neighbour> lists_;
  std::size_t explained_ = 0;
  std::span<const std::uint32_t> shared_offsets_;
  std::span<const SharedCode> shared_;
};

}  // namespace bookreco
