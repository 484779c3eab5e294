#include "index/clusters.h"

#include <algorithm>
#include <cmath>

#include "index/text_table.h"

namespace bookreco {

Result<Clusters> Clusters::open(const SectionFile& file) {
  Clusters clusters;
  clusters.file_ = file;
  BOOKRECO_TRY(clusters.assignment_, file.array<std::uint32_t>("assignment"));
  BOOKRECO_TRY(clusters.offsets_, file.array<std::uint32_t>("offsets"));
  BOOKRECO_TRY(clusters.members_, file.array<std::uint32_t>("members"));
  BOOKRECO_TRY(clusters.centres_, file.array<float>("centres"));
  if (clusters.offsets_.empty()) {
    return fail(Code::kDataLoss, "section offsets is empty");
  }
  const std::size_t count = clusters.count();
  BOOKRECO_TRY_VOID(check_offsets("offsets", clusters.offsets_, count, clusters.members_.size()));
  BOOKRECO_TRY_VOID(check_below("members", clusters.members_, clusters.rows()));
  const auto known = [&](std::uint32_t cluster) {
    return cluster < count || cluster == kNoCluster;
  };
  if (!std::all_of(clusters.assignment_.begin(), clusters.assignment_.end(), known)) {
    return fail(Code::kDataLoss, "section assignment names a cluster that there is not");
  }
  const auto without =
      std::count(clusters.assignment_.begin(), clusters.assignment_.end(), kNoCluster);
  if (clusters.members_.size() + static_cast<std::size_t>(without) != clusters.rows() ||
      (count == 0 ? !clusters.centres_.empty() : clusters.centres_.size() % count != 0)) {
    return fail(Code::kDataLoss, "the sections of the clusters disagree on their sizes");
  }
  clusters.dimension_ = count == 0 ? 0 : clusters.centres_.size() / count;
  return clusters;
}

std::span<const std::uint32_t> Clusters::rows_of(std::uint32_t cluster) const {
  if (cluster >= count()) {
    return {};
  }
  return members_.subspan(offsets_[cluster], offsets_[cluster + 1] - offsets_[cluster]);
}

std::span<const float> Clusters::centre(std::uint32_t cluster) const {
  return cluster < count() ? centres_.subspan(cluster * dimension_, dimension_)
                           : std::span<const float>();
}

Status ClustersBuilder::add(std::uint32_t cluster, std::span<const float> vector) {
  if (cluster == kNoCluster) {
    assignment_.push_back(cluster);
    return {};
  }
  if (cluster > kMaxCluster) {
    return fail(Code::kInvalidArgument, "cluster {} is above {}", cluster, kMaxCluster);
  }
  assignment_.push_back(cluster);
  const std::size_t begin = cluster * dimension_;
  if (sums_.size() < begin + dimension_) {
    sums_.resize(begin + dimension_, 0.0);
  }
  for (std::size_t d = 0; d < dimension_; ++d) {
    sums_[begin + d] += static_cast<double>(vector[d]);
  }
  return {};
}

Result<SectionFile> ClustersBuilder::finish(SectionWriter writer) const {
  std::vector<std::uint32_t> offsets(1, 0);
  for (const std::uint32_t cluster : assignment_) {
    if (cluster != kNoCluster) {
      offsets.resize(std::max(offsets.size(), std::size_t{cluster} + 2), 0);
      ++offsets[cluster + 1];
    }
  }
  const std::size_t count = offsets.size() - 1;
  for (std::size_t c = 0; c < count; ++c) {
    offsets[c + 1] += offsets[c];
  }
  std::vector<std::uint32_t> members(offsets.back());
  std::vector<std::uint32_t> next(offsets.begin(), offsets.end() - 1);
  for (std::uint32_t row = 0; row < assignment_.size(); ++row) {
    if (assignment_[row] != kNoCluster) {
      members[next[assignment_[row]]++] = row;
    }
  }
  std::vector<float> centres(count * dimension_, 0.0F);
  for (std::size_t c = 0; c < count; ++c) {
    double squares = 0;
    for (std::size_t d = 0; d < dimension_; ++d) {
      squares += sums_[c * dimension_ + d] * sums_[c * dimension_ + d];
    }
    const double scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (std::size_t d = 0; d < dimension_; ++d) {
      centres[c * dimension_ + d] = static_cast<float>(sums_[c * dimension_ + d] * scale);
    }
  }
  BOOKRECO_TRY_VOID(writer.add("assignment", std::span<const std::uint32_t>(assignment_)));
  BOOKRECO_TRY_VOID(writer.add("offsets", std::span<const std::uint32_t>(offsets)));
  BOOKRECO_TRY_VOID(writer.add("members", std::span<const std::uint32_t>(members)));
  BOOKRECO_TRY_VOID(writer.add("centres", std::span<const float>(centres)));
  return writer.finish();
}

}  // namespace bookreco
