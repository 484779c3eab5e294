#pragma once

#include <memory>
#include <optional>

#include "app/settings.h"
#include "base/progress.h"
#include "ports/blob_store.h"
#include "ports/stores.h"
#include "services/catalog/catalog_service.h"
#include "services/clusterer/clusterer_service.h"
#include "services/interactions/interactions_service.h"
#include "services/recommender/recommender_service.h"
#include "services/trainer/reader_trainer.h"
#include "services/trainer/snapshot_builder.h"
#include "services/vectorizer/vectorizer_service.h"

namespace bookreco {

/// The services of one process, wired to SQLite and a folder. Members are built in this order and
/// end in the reverse one.
class Platform {
 public:
  /// Opens (creates) the database and the blob folder under settings.data.dir. What serves for long
  /// checks its snapshots whole; one question trusts those that were.
  static Result<std::unique_ptr<Platform>> open(const Settings& settings,
                                                SnapshotCheck check = SnapshotCheck::kUnlessSeen);

  Stores& stores() { return *stores_; }
  BlobStore& blobs() { return *blobs_; }
  VectorizerService& vectorizer() { return *vectorizer_; }
  RecommenderService& recommender() { return *recommender_; }
  CatalogService& catalog() { return *catalog_; }
  InteractionsService& interactions() { return *interactions_; }
  const Settings& settings() const { return settings_; }

  /// Serves what the registry says is the champion, with the books changed since. One thread at a
  /// time.
  Status refresh();

  struct FitReport {
    FitSummary vectorizer;
    ClusterSummary clusterer;
    SnapshotSummary snapshot;
    std::optional<ReaderTrainingSummary> readers;  ///< none when they taught too little
  };
  /// Fits the models on the catalogue and publishes a snapshot. kUnavailable while another process
  /// fits.
  Result<FitReport> fit(const ProgressFn& progress);
  /// Learns from the stored histories of readers; nullopt when there is too little of them.
  Result<std::optional<ReaderTrainingSummary>> learn_from_readers(const ProgressFn& progress);
  /// Publishes a snapshot of the catalogue with the models there are.
  Result<SnapshotSummary> rebuild(const ProgressFn& progress);

 private:
  explicit Platform(const Settings& settings) : settings_(settings) {}
  SnapshotSettings snapshot_settings() const;
  Result<std::optional<ReaderTrainingSummary>> train_readers(const ProgressFn& progress);

  const Settings settings_;
  std::unique_ptr<Stores> stores_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<VectorizerService> vectorizer_;
  std::unique_ptr<RecommenderService> recommender_;
  std::unique_ptr<CatalogService> catalog_;
  std::unique_ptr<InteractionsService> interactions_;
};

}  // namespace bookreco
