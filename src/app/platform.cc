#include "app/platform.h"

#include <random>

#include "adapters/files/folder_blob_store.h"
#include "adapters/sqlite/sqlite_stores.h"
#include "app/vectorizer_settings.h"

namespace bookreco {
namespace {

SegmentOptions segment_options(const Settings& settings) {
  SegmentOptions options;
  options.dimension = static_cast<std::size_t>(settings.vectorizer.dimension);
  options.neighbours = static_cast<std::size_t>(settings.index.neighbours);
  options.neighbours_up_to = static_cast<std::size_t>(settings.index.neighbours_up_to);
  options.graph_from = static_cast<std::size_t>(settings.index.graph_from);
  options.threads = settings.threads();
  return options;
}

}  // namespace

SnapshotSettings Platform::snapshot_settings() const {
  SnapshotSettings to;
  to.segment = segment_options(settings_);
  return to;
}

Result<std::unique_ptr<Platform>> Platform::open(const Settings& settings, SnapshotCheck check) {
  BOOKRECO_TRY_VOID(make_folders(settings.data_folder()));
  std::unique_ptr<Platform> platform(new Platform(settings));
  BOOKRECO_TRY(platform->stores_, open_sqlite_stores(settings.database(), {}, system_clock()));
  BOOKRECO_TRY(platform->blobs_, FolderBlobStore::open(settings.blobs()));
  Stores& stores = *platform->stores_;
  BlobStore& blobs = *platform->blobs_;
  platform->vectorizer_ = std::make_unique<VectorizerService>(
      stores, blobs, system_clock(), vectorizer_settings(settings));
  RecommenderSettings recommender;
  recommender.segment = segment_options(settings);
  recommender.threads = settings.threads();
  recommender.delta_limit = settings.index.delta_limit;
  recommender.interactions = settings.interactions;
  recommender.rotation = {settings.readers.rotation, settings.readers.rotation_half_life_days};
  recommender.check = check;
  recommender.seed = (std::uint64_t{std::random_device()()} << 32) | std::random_device()();
  platform->recommender_ = std::make_unique<RecommenderService>(
      stores, blobs, *platform->vectorizer_, system_clock(), recommender);
  platform->catalog_ = std::make_unique<CatalogService>(stores.books(), stores.clusters());
  platform->interactions_ =
      std::make_unique<InteractionsService>(stores.books(),
                                            stores.readers(),
                                            stores.impressions(),
                                            system_clock(),
                                            settings.readers.rotation_half_life_days);
  return platform;
}

Status Platform::refresh() {
  BOOKRECO_TRY(const auto champion, stores_->models().by_alias("snapshot", "champion"));
  if (champion) {
    BOOKRECO_TRY_VOID(vectorizer_->load(champion->parameters.at("vectorizer")));
  }
  return recommender_->refresh();
}

Result<Platform::FitReport> Platform::fit(const ProgressFn& progress) {
  BOOKRECO_TRY(const FileLock lock, FileLock::acquire(settings_.data_folder() / "fit.lock"));
  // A bench of its own: what serves goes on with the old model until the new snapshot is out.
  VectorizerService vectorizer(*stores_, *blobs_, system_clock(), vectorizer_settings(settings_));
  FitReport fitted;
  BOOKRECO_TRY(fitted.vectorizer, vectorizer.fit(progress));
  ClusterSettings clusters;
  clusters.kmeans.clusters = static_cast<std::size_t>(settings_.clusterer.clusters);
  clusters.kmeans.balanced = settings_.clusterer.balanced;
  clusters.kmeans.seed = static_cast<std::uint64_t>(settings_.vectorizer.seed);
  clusters.kmeans.threads = settings_.threads();
  ClustererService clusterer(*stores_, *blobs_, system_clock(), clusters);
  BOOKRECO_TRY(fitted.clusterer, clusterer.fit(progress));
  SnapshotBuilder builder(*stores_, *blobs_, vectorizer, system_clock(), snapshot_settings());
  BOOKRECO_TRY(fitted.snapshot, builder.build(progress));
  BOOKRECO_TRY(fitted.readers, train_readers(progress));
  return fitted;
}

Result<std::optional<ReaderTrainingSummary>> Platform::learn_from_readers(
    const ProgressFn& progress) {
  BOOKRECO_TRY(const FileLock lock, FileLock::acquire(settings_.data_folder() / "fit.lock"));
  return train_readers(progress);
}

Result<std::optional<ReaderTrainingSummary>> Platform::train_readers(const ProgressFn& progress) {
  ReaderTrainerSettings readers;
  readers.interactions = settings_.interactions;
  readers.model = settings_.readers.model;
  readers.ease_works = static_cast<std::size_t>(settings_.readers.ease_works);
  readers.memory_bytes = static_cast<std::uint64_t>(settings_.readers.memory_mib) << 20;
  readers.threads = settings_.threads();
  readers.seed = static_cast<std::uint64_t>(settings_.vectorizer.seed);
  return ReaderTrainer(*stores_, *blobs_, system_clock(), readers).train(progress);
}

Result<SnapshotSummary> Platform::rebuild(const ProgressFn& progress) {
  BOOKRECO_TRY(const FileLock lock, FileLock::acquire(settings_.data_folder() / "fit.lock"));
  VectorizerService vectorizer(*stores_, *blobs_, system_clock(), vectorizer_settings(settings_));
  BOOKRECO_TRY_VOID(vectorizer.load_champion());
  BOOKRECO_TRY_VOID(vectorizer.catch_up());
  ClustererService clusterer(*stores_, *blobs_, system_clock(), {});
  BOOKRECO_TRY_VOID(clusterer.assign_new());
  SnapshotBuilder builder(*stores_, *blobs_, vectorizer, system_clock(), snapshot_settings());
  return builder.build(progress);
}

}  // namespace bookreco
