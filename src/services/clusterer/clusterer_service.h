#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/progress.h"
#include "ml/kmeans.h"
#include "ports/active_run.h"
#include "ports/blob_store.h"
#include "ports/stores.h"

namespace bookreco {

struct ClusterSettings {
  KMeansOptions kmeans;
  std::size_t batch_books = 2'000;
};

struct ClusterSummary {
  std::string version;
  std::size_t clusters = 0;
  std::map<std::string, double> metrics;
};

/// The role `clusterer`: groups the books of the active vector space and names the groups.
class ClustererService {
 public:
  ClustererService(Stores& stores, BlobStore& blobs, const Clock& clock, ClusterSettings settings);

  /// Groups every book anew. One fit at a time, by the caller's lock.
  Result<ClusterSummary> fit(const ProgressFn& progress);
  /// Puts the books whose vectors are newer than the groups into the nearest one; answers how many.
  /// Nothing happens when the groups were made in another space.
  Result<std::int64_t> assign_new();

 private:
  struct Space;
  Result<VectorSpace> active_space();
  Result<Space> read_space(const VectorSpace& space);
  Result<ClusterSummary> group(ActiveRun& run, const ProgressFn& progress);
  Result<std::vector<float>> read_centroids(const Clustering& clustering, std::size_t dimension);
  Result<std::vector<std::string>> name_groups(const Space& rows, const KMeansResult& groups);

  Stores& stores_;
  BlobStore& blobs_;
  const Clock& clock_;
  const ClusterSettings settings_;
};

}  // namespace bookreco
