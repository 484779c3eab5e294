#include "recommend/tour.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "kernels/linear.h"
#include "recommend/diversify.h"
#include "recommend/series_rule.h"
#include "recommend/titles.h"

namespace bookreco {
namespace {

constexpr std::size_t kSpareRows = 8;
constexpr std::size_t kFewestClusters = 8;
constexpr double kTooNearDisliked = 0.5;

struct ClusterSize {
  std::uint32_t cluster;
  std::size_t rows;
};

/// By their number of rows in scope.
std::vector<ClusterSize> largest_clusters(const Snapshot& snapshot,
                                          std::size_t count,
                                          const Scope& scope) {
  std::vector<ClusterSize> sizes;
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    const Clusters& clusters = segment.clusters();
    for (auto cluster = static_cast<std::uint32_t>(sizes.size()); cluster < clusters.count();
         ++cluster) {
      sizes.push_back({cluster, 0});
    }
    if (const RowSet* rows = scope.of(in_delta)) {
      rows->for_each([&](std::size_t row) {
        if (const auto cluster = clusters.cluster(static_cast<std::uint32_t>(row));
            cluster != kNoCluster) {
          ++sizes[cluster].rows;
        }
      });
      return;
    }
    for (std::uint32_t cluster = 0; cluster < clusters.count(); ++cluster) {
      sizes[cluster].rows += clusters.rows_of(cluster).size();
    }
  });
  std::erase_if(sizes, [](const ClusterSize& size) { return size.rows == 0; });
  std::stable_sort(sizes.begin(), sizes.end(), [](const ClusterSize& a, const ClusterSize& b) {
    return a.rows > b.rows;
  });
  sizes.resize(std::min(sizes.size(), count));
  return sizes;
}

/// The books of a cluster in scope, nearest to its centre first; those without vectors last.
std::vector<Candidate> stops(const Snapshot& snapshot,
                             std::uint32_t cluster,
                             std::size_t count,
                             const Scope& scope,
                             std::size_t threads) {
  Scope members = scope;
  std::span<const float> centre;
  for_each_segment(snapshot, [&](const Segment& segment, bool in_delta) {
    RowSet rows(segment.rows());
    for (const std::uint32_t row : segment.clusters().rows_of(cluster)) {
      rows.insert(row);
    }
    members.keep(in_delta, rows);
    if (centre.empty() || is_zero(centre)) {
      centre = segment.clusters().centre(cluster);
    }
  });
  return nearest(snapshot, centre, Metric::kCosine, count, members, threads);
}

/// The books to walk through, cluster by cluster; by title when no cluster has any.
std::vector<std::vector<Candidate>> find_routes(const Snapshot& snapshot,
                                                std::size_t k,
                                                const Scope& scope,
                                                std::size_t threads) {
  const auto clusters = largest_clusters(snapshot, std::max(k, kFewestClusters), scope);
  std::vector<std::vector<Candidate>> routes;
  for (const ClusterSize& size : clusters) {
    const std::size_t each = 2 * (k / clusters.size() + 1) + kSpareRows;
    routes.push_back(stops(snapshot, size.cluster, each, scope, threads));
  }
  std::erase_if(routes, [](const std::vector<Candidate>& route) { return route.empty(); });
  if (routes.empty()) {
    std::vector<Candidate>& titles = routes.emplace_back();
    for (const RowRef ref : by_title(snapshot, 0, 4 * k + kSpareRows, scope)) {
      titles.push_back({ref, 0});
    }
  }
  return routes;
}

bool is_near_disliked(const Snapshot& snapshot, const History& history, RowRef ref) {
  const auto vector = vector_of(snapshot, ref);
  return std::any_of(history.disliked.begin(), history.disliked.end(), [&](const Past& past) {
    return !past.vector.empty() && static_cast<double>(dot(vector, past.vector)) > kTooNearDisliked;
  });
}

}  // namespace

std::vector<Candidate> tour(const Snapshot& snapshot,
                            const History& history,
                            const Editions& editions,
                            const Rotation& rotation,
                            std::size_t k,
                            const Scope& scope,
                            std::size_t threads) {
  const auto routes = find_routes(snapshot, k, scope, threads);
  std::size_t longest = 0;
  for (const auto& route : routes) {
    longest = std::max(longest, route.size());
  }
  SeriesRule series(snapshot, history.refs(), scope);
  std::vector<Candidate> walk;
  for (std::size_t turn = 0; turn < longest; ++turn) {
    for (const auto& route : routes) {
      if (turn >= route.size()) {
        continue;
      }
      const auto ref = series.stand_in(route[turn].ref);
      if (ref && !history.works.contains(snapshot.segment(*ref).work_key(ref->row)) &&
          !is_near_disliked(snapshot, history, *ref)) {
        walk.push_back({editions.in_place_of(*ref), route[turn].score});
      }
    }
  }
  // In the order of the walk, what was shown of late after the rest.
  std::ranges::stable_sort(walk, std::greater<>(), [&](const Candidate& candidate) {
    return rotation.factor(candidate.ref);
  });
  // Equal scores make diversify() keep the order, with the quotas alone.
  std::vector<Candidate> equal = walk;
  for (Candidate& candidate : equal) {
    candidate.score = 1;
  }
  std::vector<Candidate> chosen;
  for (const std::size_t index : diversify(snapshot, equal, k, 0)) {
    chosen.push_back(walk[index]);
  }
  return chosen;
}

}  // namespace bookreco
