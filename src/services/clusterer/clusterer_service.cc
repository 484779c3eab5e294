#include "services/clusterer/clusterer_service.h"

#include <algorithm>
#include <unordered_set>

#include "base/hash.h"
#include "ml/cluster_names.h"

namespace bookreco {
namespace {

constexpr const char* kModel = "clusterer";
constexpr const char* kCentroids = "centroids.f32";
constexpr std::size_t kNamedBooks = 200;  // books per group that its name is made from

std::map<std::string, std::string> parameters_of(const KMeansOptions& options) {
  return {{"kind", "spherical k-means"},
          {"clusters", std::to_string(options.clusters)},
          {"balanced", options.balanced ? "true" : "false"},
          {"seed", std::to_string(options.seed)}};
}

std::string_view as_text(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

/// The vectors of a space, in memory: ids[i] has values[i·dimension …].
struct ClustererService::Space {
  VectorSpace space;
  std::vector<std::string> ids;
  std::vector<float> values;
};

ClustererService::ClustererService(Stores& stores,
                                   BlobStore& blobs,
                                   const Clock& clock,
                                   ClusterSettings settings)
    : stores_(stores), blobs_(blobs), clock_(clock), settings_(settings) {}

Result<VectorSpace> ClustererService::active_space() {
  BOOKRECO_TRY(const auto spaces, stores_.vectors().spaces());
  const auto active = std::ranges::find_if(spaces, &VectorSpace::active);
  if (active == spaces.end()) {
    return fail(Code::kFailedPrecondition, "no model is fitted yet: `bookreco fit` first");
  }
  return *active;
}

Result<ClustererService::Space> ClustererService::read_space(const VectorSpace& space) {
  Space rows{space, {}, {}};
  BOOKRECO_TRY_VOID(stores_.vectors().scan(space.id, 0, [&](VectorRow&& row) {
    rows.ids.push_back(std::move(row.book_id));
    rows.values.insert(rows.values.end(), row.values.begin(), row.values.end());
    return true;
  }));
  return rows;
}

Result<std::vector<std::string>> ClustererService::name_groups(const Space& rows,
                                                               const KMeansResult& groups) {
  std::vector<std::size_t> taken(groups.clusters, 0);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < rows.ids.size(); ++i) {
    if (taken[groups.assignment[i]]++ < kNamedBooks) {
      chosen.push_back(i);
    }
  }
  struct Texts {
    std::vector<std::string> terms;
    std::vector<std::string> labels;
  };
  std::vector<Texts> books(chosen.size());
  std::vector<std::uint32_t> cluster_of(chosen.size());
  std::size_t row_number = 0;
  std::size_t next = 0;
  BOOKRECO_TRY_VOID(stores_.vectors().scan(rows.space.id, 0, [&](VectorRow&& row) {
    if (next < chosen.size() && chosen[next] == row_number) {
      cluster_of[next] = groups.assignment[row_number];
      books[next++].terms = std::move(row.terms);
    }
    ++row_number;
    return next < chosen.size();
  }));
  std::vector<std::string> ids;
  for (std::size_t begin = 0; begin < chosen.size(); begin += settings_.batch_books) {
    const std::size_t end = std::min(chosen.size(), begin + settings_.batch_books);
    ids.clear();
    for (std::size_t i = begin; i < end; ++i) {
      ids.push_back(rows.ids[chosen[i]]);
    }
    BOOKRECO_TRY(auto found, stores_.books().get(ids));
    for (std::size_t i = begin; i < end; ++i) {
      if (found[i - begin]) {
        books[i].labels = std::move(found[i - begin]->labels);
      }
    }
  }
  return cluster_names(cluster_of, groups.clusters, [&](std::size_t i, RowText& text) {
    text.terms.assign(books[i].terms.begin(), books[i].terms.end());
    text.labels.assign(books[i].labels.begin(), books[i].labels.end());
  });
}

Result<ClusterSummary> ClustererService::group(const std::string& version,
                                               const ProgressFn& progress) {
  BOOKRECO_TRY(const VectorSpace space, active_space());
  BOOKRECO_TRY(const Space rows, read_space(space));
  if (rows.ids.empty()) {
    return fail(Code::kFailedPrecondition, "the vector space is empty: `bookreco fit` first");
  }
  const KMeansResult groups = kmeans(rows.values, space.dimension, settings_.kmeans, progress);
  BOOKRECO_TRY(const auto names, name_groups(rows, groups));
  const std::string location = fmt::format("{}/{}", kModel, version);
  BOOKRECO_TRY_VOID(blobs_.publish(location, [&](const Path& folder) {
    return write_file(folder / kCentroids, as_text(groups.centroids));
  }));
  Clustering clustering;
  clustering.model_version = version;
  clustering.space = space.id;
  clustering.metrics = {{"inertia", groups.inertia},
                        {"silhouette", groups.silhouette},
                        {"iterations", static_cast<double>(groups.iterations)}};
  for (std::size_t c = 0; c < groups.clusters; ++c) {
    clustering.clusters.push_back({static_cast<std::uint32_t>(c), names[c], 0});
  }
  std::vector<ClusterMember> members(rows.ids.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i] = {rows.ids[i], groups.assignment[i]};
    ++clustering.clusters[groups.assignment[i]].size;
  }
  BOOKRECO_TRY_VOID(stores_.clusters().replace(clustering, members));
  BOOKRECO_TRY_VOID(stores_.models().add({kModel,
                                          version,
                                          location,
                                          parameters_of(settings_.kmeans),
                                          clustering.metrics,
                                          version,
                                          clock_.now()}));
  BOOKRECO_TRY_VOID(stores_.models().set_alias(kModel, "champion", version));
  return ClusterSummary{version, groups.clusters, clustering.metrics};
}

Result<ClusterSummary> ClustererService::fit(const ProgressFn& progress) {
  Run run;
  run.started_at = clock_.now();
  run.id = fmt::format("{}-{}",
                       to_file_stamp(run.started_at),
                       hex(hash64(kModel + to_iso8601(run.started_at))).substr(0, 8));
  run.kind = "cluster";
  run.status = "running";
  run.parameters = parameters_of(settings_.kmeans);
  BOOKRECO_TRY_VOID(stores_.runs().save(run));
  Result<ClusterSummary> summary = group(run.id, progress);
  run.ended_at = clock_.now();
  run.status = summary ? "finished" : "failed";
  if (summary) {
    run.metrics = summary->metrics;
  } else {
    run.message = summary.error().message;
  }
  BOOKRECO_TRY_VOID(stores_.runs().save(run));
  return summary;
}

Result<std::int64_t> ClustererService::assign_new() {
  BOOKRECO_TRY(const VectorSpace space, active_space());
  BOOKRECO_TRY(const auto clustering, stores_.clusters().current());
  if (!clustering || clustering->space != space.id) {
    return 0;
  }
  BOOKRECO_TRY(const Path folder,
               blobs_.fetch(fmt::format("{}/{}", kModel, clustering->model_version)));
  BOOKRECO_TRY(const MappedFile file, MappedFile::open(folder / kCentroids));
  const std::span<const float> centroids(reinterpret_cast<const float*>(file.bytes().data()),
                                         file.bytes().size() / sizeof(float));
  if (centroids.size() != clustering->clusters.size() * space.dimension) {
    return fail(Code::kDataLoss,
                "{} is damaged: `bookreco fit` makes it anew",
                (folder / kCentroids).string());
  }
  std::unordered_set<std::string> known;
  BOOKRECO_TRY_VOID(stores_.clusters().members([&](ClusterMember&& member) {
    known.insert(std::move(member.book_id));
    return true;
  }));
  std::vector<ClusterMember> added;
  BOOKRECO_TRY_VOID(stores_.vectors().scan(space.id, 0, [&](VectorRow&& row) {
    if (!known.contains(row.book_id)) {
      added.push_back({row.book_id, nearest_centroid(centroids, space.dimension, row.values)});
    }
    return true;
  }));
  BOOKRECO_TRY_VOID(stores_.clusters().assign(added));
  return static_cast<std::int64_t>(added.size());
}

}  // namespace bookreco
