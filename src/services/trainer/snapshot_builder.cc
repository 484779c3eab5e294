#include "services/trainer/snapshot_builder.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>

#include "index/snapshot.h"
#include "services/trainer/old_versions.h"

namespace bookreco {
namespace {

constexpr const char* kModel = "snapshot";
constexpr const char* kVectorizer = "vectorizer";
constexpr const char* kClusterer = "clusterer";
constexpr const char* kChampion = "champion";

/// The books of one batch with what the stores know of them.
struct Batch {
  std::vector<BookChange> books;
  std::vector<VectorRow> vectors;  ///< in change order, a subset of the books'
};

}  // namespace

/// Walks books and vectors in change order, side by side, a batch at a time.
class SnapshotBuilder::Rows {
 public:
  Rows(Stores& stores, Vectorizer& vectorizer, const VectorSpace& space, std::size_t batch_books)
      : stores_(stores),
        vectorizer_(vectorizer),
        space_(space.id),
        version_(space.model_version),
        batch_books_(batch_books) {}

  Status load_clusters() {
    return stores_.clusters().members([&](ClusterMember&& member) {
      clusters_.emplace(std::move(member.book_id), member.cluster);
      return true;
    });
  }

  /// Adds the next batch to `segment`; false at the end.
  Result<bool> add_next(SegmentBuilder& segment) {
    Batch batch;
    bool any = false;
    BOOKRECO_TRY_VOID(stores_.books().changes_since(position_, [&](BookChange&& row) {
      any = true;
      position_ = row.change;
      if (!row.deleted) {
        batch.books.push_back(std::move(row));
      }
      return batch.books.size() < batch_books_;
    }));
    if (!any) {
      return false;
    }
    if (batch.books.empty()) {
      return true;
    }
    BOOKRECO_TRY_VOID(
        stores_.vectors().scan(space_, batch.books.front().change - 1, [&](VectorRow&& row) {
          const bool within = row.change <= position_;
          if (within) {
            batch.vectors.push_back(std::move(row));
          }
          return within;
        }));
    BOOKRECO_TRY_VOID(embed_missing(batch));
    BOOKRECO_TRY_VOID(add(batch, segment));
    return true;
  }

  std::int64_t position() const { return position_; }
  std::int64_t books() const { return books_; }

 private:
  /// Completes batch.vectors so that it has one row for each book, in the same order.
  Status embed_missing(Batch& batch) {
    std::vector<VectorRow> complete(batch.books.size());
    std::vector<Book> missing;
    std::vector<std::size_t> places;
    std::size_t next = 0;
    for (std::size_t i = 0; i < batch.books.size(); ++i) {
      const std::int64_t change = batch.books[i].change;
      while (next < batch.vectors.size() && batch.vectors[next].change < change) {
        ++next;
      }
      if (next < batch.vectors.size() && batch.vectors[next].change == change) {
        complete[i] = std::move(batch.vectors[next++]);
      } else {
        missing.push_back(batch.books[i].book);
        places.push_back(i);
      }
    }
    if (!missing.empty()) {
      BOOKRECO_TRY(Embeddings embeddings, vectorizer_.embed(missing, {}));
      if (embeddings.version != version_) {
        return fail(Code::kFailedPrecondition,
                    "the vectorizer serves {} and the active space is {}'s",
                    embeddings.version,
                    version_);
      }
      for (std::size_t i = 0; i < places.size(); ++i) {
        complete[places[i]] = {missing[i].id,
                               batch.books[places[i]].change,
                               std::move(embeddings.rows[i].vector),
                               std::move(embeddings.rows[i].terms)};
      }
    }
    batch.vectors = std::move(complete);
    return {};
  }

  Status add(const Batch& batch, SegmentBuilder& segment) {
    std::vector<std::vector<std::string_view>> terms(batch.books.size());
    std::vector<SegmentRow> rows(batch.books.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Book& book = batch.books[i].book;
      terms[i].assign(batch.vectors[i].terms.begin(), batch.vectors[i].terms.end());
      const auto cluster = clusters_.find(book.id);
      rows[i] = {&book,
                 batch.vectors[i].values,
                 cluster == clusters_.end() ? kNoCluster : cluster->second,
                 terms[i]};
    }
    books_ += static_cast<std::int64_t>(rows.size());
    return segment.add_batch(rows);
  }

  Stores& stores_;
  Vectorizer& vectorizer_;
  const std::int64_t space_;
  const std::string version_;
  const std::size_t batch_books_;
  std::unordered_map<std::string, std::uint32_t> clusters_;
  std::int64_t position_ = 0;
  std::int64_t books_ = 0;
};

SnapshotBuilder::SnapshotBuilder(Stores& stores,
                                 BlobStore& blobs,
                                 Vectorizer& vectorizer,
                                 const Clock& clock,
                                 SnapshotSettings settings)
    : stores_(stores), blobs_(blobs), vectorizer_(vectorizer), clock_(clock), settings_(settings) {}

Status SnapshotBuilder::write(const Path& folder,
                              const std::string& version,
                              SnapshotSummary& summary,
                              const ProgressFn& progress) {
  BOOKRECO_TRY(const auto spaces, stores_.vectors().spaces());
  const auto active = std::ranges::find_if(spaces, &VectorSpace::active);
  if (active == spaces.end()) {
    return fail(Code::kFailedPrecondition, "no model is fitted yet: `bookreco fit` first");
  }
  SegmentOptions options = settings_.segment;
  options.dimension = active->dimension;
  BOOKRECO_TRY(SegmentBuilder segment, SegmentBuilder::to_folder(folder, options));
  Rows rows(stores_, vectorizer_, *active, settings_.batch_books);
  BOOKRECO_TRY_VOID(rows.load_clusters());
  BOOKRECO_TRY(const std::int64_t total, stores_.books().count());
  for (;;) {
    BOOKRECO_TRY(const bool more, rows.add_next(segment));
    if (!more) {
      break;
    }
    report(progress,
           "index",
           static_cast<std::uint64_t>(rows.books()),
           static_cast<std::uint64_t>(total));
  }
  if (rows.books() == 0) {
    return fail(Code::kFailedPrecondition, "the catalogue is empty: `bookreco ingest FILE` first");
  }
  BOOKRECO_TRY(Segment base, segment.finish(progress));
  Snapshot snapshot;
  snapshot.base = std::make_shared<const Segment>(std::move(base));
  snapshot.version = version;
  snapshot.vectorizer = active->model_version;
  snapshot.change = rows.position();
  BOOKRECO_TRY(const auto clustering, stores_.clusters().current());
  if (clustering) {
    for (const Cluster& cluster : clustering->clusters) {
      snapshot.cluster_names.push_back(cluster.name);
    }
  }
  summary = {version, active->model_version, rows.books(), rows.position()};
  return write_manifest(folder, snapshot);
}

Result<SnapshotSummary> SnapshotBuilder::build(const ProgressFn& progress) {
  BOOKRECO_TRY(SnapshotSummary summary,
               record_run(stores_.runs(), clock_, {.kind = kModel}, [&](ActiveRun& run) {
                 return publish(run, progress);
               }));
  BOOKRECO_TRY_VOID(forget_old_versions());
  return summary;
}

Result<SnapshotSummary> SnapshotBuilder::publish(ActiveRun& run, const ProgressFn& progress) {
  const std::string& version = run.id();
  const std::string location = fmt::format("{}/{}", kModel, version);
  SnapshotSummary summary;
  BOOKRECO_TRY_VOID(blobs_.publish(
      location, [&](const Path& folder) { return write(folder, version, summary, progress); }));
  run.artifact(location);
  run.input(fmt::format("{}-{}", summary.vectorizer, summary.change));
  const std::map<std::string, double> metrics{{"books", static_cast<double>(summary.books)},
                                              {"change", static_cast<double>(summary.change)}};
  run.metrics(metrics);
  BOOKRECO_TRY_VOID(stores_.models().add({kModel,
                                          version,
                                          location,
                                          {{kVectorizer, summary.vectorizer}},
                                          metrics,
                                          version,
                                          clock_.now()}));
  BOOKRECO_TRY_VOID(stores_.models().set_alias(kModel, kChampion, version));
  return summary;
}

Status SnapshotBuilder::forget_old_versions() {
  BOOKRECO_TRY(const auto snapshots, stores_.models().list(kModel));
  std::set<std::string> kept;
  for (const ModelVersion& snapshot : snapshots | std::views::take(settings_.versions_kept)) {
    kept.insert(snapshot.version);
  }
  BOOKRECO_TRY_VOID(forget_all_but(stores_.models(), blobs_, kModel, kept));
  std::set<std::string> vectorizers;
  for (const ModelVersion& snapshot : snapshots) {
    if (kept.contains(snapshot.version)) {
      vectorizers.insert(snapshot.parameters.at(kVectorizer));
    }
  }
  BOOKRECO_TRY(const auto spaces, stores_.vectors().spaces());
  if (const auto active = std::ranges::find_if(spaces, &VectorSpace::active);
      active != spaces.end()) {
    vectorizers.insert(active->model_version);
  }
  BOOKRECO_TRY_VOID(forget_all_but(stores_.models(), blobs_, kVectorizer, vectorizers));
  for (const VectorSpace& space : spaces) {
    if (!vectorizers.contains(space.model_version)) {
      BOOKRECO_TRY_VOID(stores_.vectors().drop_space(space.id));
    }
  }
  BOOKRECO_TRY(const auto clustering, stores_.clusters().current());
  std::set<std::string> clusterers;
  if (clustering) {
    clusterers.insert(clustering->model_version);
  }
  return forget_all_but(stores_.models(), blobs_, kClusterer, clusterers);
}

}  // namespace bookreco
