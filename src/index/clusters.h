#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"

namespace bookreco {

/// The cluster of a book that no clustering has seen.
inline constexpr std::uint32_t kNoCluster = 0xffff'ffff;

/// Which cluster each row is in, the rows of each cluster, and its centre. Immutable; safe from any
/// thread.
class Clusters {
 public:
  static Result<Clusters> open(const SectionFile& file);

  std::size_t rows() const { return assignment_.size(); }
  /// Numbers are below this; some may be empty.
  std::size_t count() const { return offsets_.size() - 1; }
  /// kNoCluster for a row that is in none.
  std::uint32_t cluster(std::uint32_t row) const { return assignment_[row]; }
  /// Ascending; empty for a number that this segment does not have.
  std::span<const std::uint32_t> rows_of(std::uint32_t cluster) const;
  /// Unit length, or all zero when its rows have no vectors.
  std::span<const float> centre(std::uint32_t cluster) const;

 private:
  SectionFile file_;
  std::span<const std::uint32_t> assignment_;
  std::span<const std::uint32_t> offsets_;
  std::span<const std::uint32_t> members_;
  std::span<const float> centres_;
  std::size_t dimension_ = 0;
};

/// Largest cluster number: bounds what a wrong one could make us allocate.
inline constexpr std::uint32_t kMaxCluster = 65'535;

class ClustersBuilder {
 public:
  explicit ClustersBuilder(std::size_t dimension) : dimension_(dimension) {}
  /// kInvalidArgument above kMaxCluster, but for kNoCluster.
  Status add(std::uint32_t cluster, std::span<const float> vector);
  Result<SectionFile> finish(SectionWriter writer) const;

 private:
  std::size_t dimension_;
  std::vector<std::uint32_t> assignment_;
  std::vector<double> sums_;
};

}  // namespace bookreco
