#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/progress.h"
#include "base/result.h"
#include "base/section_file.h"
#include "index/exact_index.h"

namespace bookreco {

/// The nearest rows of every row by cosine, as the exact index answers them, without the row
/// itself. A row whose vector is all zero has none. Immutable; safe from any thread.
class NeighbourLists {
 public:
  static Result<NeighbourLists> open(const SectionFile& file);
  /// A `length` of 0 writes that none are precomputed.
  static Result<SectionFile> write(SectionWriter writer,
                                   const ExactIndex& vectors,
                                   std::size_t length,
                                   std::size_t threads,
                                   const ProgressFn& progress);

  std::size_t rows() const { return counts_.size(); }
  /// Nearest first; empty when not precomputed.
  std::span<const Neighbour> of(std::uint32_t row) const {
    return lists_.subspan(row * std::size_t{length_}, counts_[row]);
  }

 private:
  SectionFile file_;
  std::uint32_t length_ = 0;
  std::span<const std::uint32_t> counts_;
  std::span<const Neighbour> lists_;
};

}  // namespace bookreco
