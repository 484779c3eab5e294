#include "services/clusterer/clusterer_service.h"

#include <algorithm>
#include <cstring>

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
  std::int64_t change = 0;  ///< of the newest
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
    rows.change = row.change;
    rows.ids.push_back(std::move(row.book_id));
    rows.values.insert(rows.values.end(), row.values.begin(), row.values.end());
    return true;
  }));
  return rows;
}

Result<std::vector<std::string>> ClustererService::name_groups(const Space& rows,
                                                               const KMeansResult& groups) {
  struct Texts {
    std::vector<std::string> terms;
    std::vector<std::string> labels;
  };
  std::vector<std::size_t> taken(groups.clusters, 0);
  std::vector<std::string> ids;
  std::vector<std::uint32_t> cluster_of;
  for (std::size_t i = 0; i < rows.ids.size(); ++i) {
    if (taken[groups.assignment[i]]++ < kNamedBooks) {
      ids.push_back(rows.ids[i]);
      cluster_of.push_back(groups.assignment[i]);
    }
  }
  std::vector<Texts> books;
  for (std::size_t begin = 0; begin < ids.size(); begin += settings_.batch_books) {
    const std::size_t size = std::min(settings_.batch_books, ids.size() - begin);
    const auto batch = std::span(ids).subspan(begin, size);
    BOOKRECO_TRY(auto vectors, stores_.vectors().get(rows.space.id, batch));
    BOOKRECO_TRY(auto found, stores_.books().get(batch));
    for (std::size_t i = 0; i < size; ++i) {
      books.push_back({vectors[i] ? std::move(vectors[i]->terms) : std::vector<std::string>(),
                       found[i] ? std::move(found[i]->labels) : std::vector<std::string>()});
    }
  }
  return cluster_names(cluster_of, groups.clusters, [&](std::size_t i, RowText& text) {
    text.terms.assign(books[i].terms.begin(), books[i].terms.end());
    text.labels.assign(books[i].labels.begin(), books[i].labels.end());
  });
}

Result<ClusterSummary> ClustererService::group(ActiveRun& run, const ProgressFn& progress) {
  const std::string& version = run.id();
  BOOKRECO_TRY(const VectorSpace space, active_space());
  BOOKRECO_TRY(const Space rows, read_space(space));
  run.input(fmt::format("{}-{}", space.model_version, hex(hash64(as_text(rows.values)))));
  run.metric("books", static_cast<double>(rows.ids.size()));
  if (rows.ids.empty()) {
    return fail(Code::kFailedPrecondition, "the vector space is empty: `bookreco fit` first");
  }
  const KMeansResult groups = kmeans(rows.values, space.dimension, settings_.kmeans, progress);
  BOOKRECO_TRY(const auto names, name_groups(rows, groups));
  const std::string location = fmt::format("{}/{}", kModel, version);
  BOOKRECO_TRY_VOID(blobs_.publish(location, [&](const Path& folder) {
    return write_file(folder / kCentroids, as_text(groups.centroids));
  }));
  run.artifact(location);
  Clustering clustering;
  clustering.model_version = version;
  clustering.space = space.id;
  clustering.change = rows.change;
  clustering.metrics = {{"inertia", groups.inertia},
                        {"silhouette", groups.silhouette},
                        {"iterations", static_cast<double>(groups.iterations)}};
  run.metrics(clustering.metrics);
  for (std::size_t c = 0; c < groups.clusters; ++c) {
    clustering.clusters.push_back({static_cast<std::uint32_t>(c), names[c], 0});
  }
  std::vector<ClusterMember> members(rows.ids.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i] = {rows.ids[i], groups.assignment[i]};
    ++clustering.clusters[groups.assignment[i]].size;
  }
  BOOKRECO_TRY_VOID(stores_.clusters().replace(clustering, members));
  BOOKRECO_TRY_VOID(stores_.models().add(
      {kModel, version, location, run.parameters(), clustering.metrics, version, clock_.now()}));
  BOOKRECO_TRY_VOID(stores_.models().set_alias(kModel, "champion", version));
  return ClusterSummary{version, groups.clusters, clustering.metrics};
}

Result<ClusterSummary> ClustererService::fit(const ProgressFn& progress) {
  return record_run(stores_.runs(),
                    clock_,
                    {.kind = "cluster", .parameters = parameters_of(settings_.kmeans)},
                    [&](ActiveRun& run) { return group(run, progress); });
}

Result<std::vector<float>> ClustererService::read_centroids(const Clustering& clustering,
                                                            std::size_t dimension) {
  BOOKRECO_TRY(const Path folder,
               blobs_.fetch(fmt::format("{}/{}", kModel, clustering.model_version)));
  BOOKRECO_TRY(const MappedFile file, MappedFile::open(folder / kCentroids));
  std::vector<float> centroids(clustering.clusters.size() * dimension);
  if (file.bytes().size() != centroids.size() * sizeof(float)) {
    return fail(Code::kDataLoss,
                "{} is damaged: `bookreco fit` makes it anew",
                (folder / kCentroids).string());
  }
  std::memcpy(centroids.data(), file.bytes().data(), file.bytes().size());
  return centroids;
}

Result<std::int64_t> ClustererService::assign_new() {
  BOOKRECO_TRY(const VectorSpace space, active_space());
  BOOKRECO_TRY(const auto clustering, stores_.clusters().current());
  if (!clustering || clustering->space != space.id) {
    return 0;
  }
  BOOKRECO_TRY(const auto centroids, read_centroids(*clustering, space.dimension));
  std::int64_t change = clustering->change;
  std::int64_t assigned = 0;
  for (;;) {
    std::vector<ClusterMember> members;
    BOOKRECO_TRY_VOID(stores_.vectors().scan(space.id, change, [&](VectorRow&& row) {
      change = row.change;
      members.push_back(
          {std::move(row.book_id), nearest_centroid(centroids, space.dimension, row.values)});
      return members.size() < settings_.batch_books;
    }));
    if (members.empty()) {
      return assigned;
    }
    BOOKRECO_TRY_VOID(stores_.clusters().assign(members, change));
    assigned += static_cast<std::int64_t>(members.size());
  }
}

}  // namespace bookreco
