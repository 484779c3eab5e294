#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/book.h"
#include "domain/filter.h"
#include "domain/impression.h"
#include "domain/interaction.h"

namespace bookreco {

// The stores are the truth; everything else is rebuilt from them. Every method is safe from any
// thread, blocks, and is one transaction. Errors: kUnavailable (busy or gone: try again),
// kResourceExhausted (disk full), kDataLoss (damaged file).

/// What became of one book of an upsert.
enum class UpsertOutcome { kLoaded, kUpdated, kUnchanged };

/// How a list of books is ordered. Ties are broken by id.
enum class BookSort { kId, kTitle, kPublishedOn, kPageCount, kChange };

/// Exact matches on any field (text compared folded) beside the filter.
struct BookQuery {
  BookFilter filter;
  std::string title;  ///< empty lets all pass
  std::string work_id;
  std::string ean;
  std::string isbn13;
  std::string cover_url;
  std::string description_contains;  ///< folded substring
  struct NumberRange {
    std::optional<double> min;
    std::optional<double> max;
  };
  NumberRange weight_kg, width_cm, height_cm, depth_cm, series_number;
  BookSort sort = BookSort::kId;
  bool descending = false;
  std::int64_t offset = 0;
  std::int64_t limit = 20;
};

struct BookPage {
  std::vector<Book> books;
  std::int64_t total = 0;
};

/// A book and its place in the order of changes; `deleted` rows keep only their id.
struct BookChange {
  std::int64_t change = 0;
  bool deleted = false;
  Book book;
};

struct FacetCount {
  std::string name;
  std::int64_t books = 0;
};

struct FacetPage {
  std::vector<FacetCount> facets;
  std::int64_t total = 0;
};

class BookStore {
 public:
  virtual ~BookStore() = default;

  /// Stores whole books by id; rows with an equal content hash are left alone. Writes one
  /// `book.upserted` outbox event for the batch when anything changed, in the same transaction.
  /// Answers one outcome per book.
  virtual Result<std::vector<UpsertOutcome>> upsert(std::span<const Book> books) = 0;
  /// About `books` books are going to be upserted, call by call. A store they are many for may do
  /// then with slower queries, until end_load, or until it is opened again after a load that died.
  virtual Status begin_load(std::int64_t books) = 0;
  virtual Status end_load() = 0;
  /// Marks books deleted; unknown ids are passed over. Answers how many were there.
  virtual Result<std::int64_t> remove(std::span<const std::string> ids) = 0;
  /// In the order asked; nullopt where unknown. An id is looked up as id, then as EAN or ISBN-13.
  virtual Result<std::vector<std::optional<Book>>> get(std::span<const std::string> ids) = 0;
  virtual Result<BookPage> query(const BookQuery& query) = 0;
  /// Values of one facet with their number of books, most books first; `prefix` is compared folded.
  virtual Result<FacetPage> facets(FacetKind kind,
                                   std::string_view prefix,
                                   std::int64_t offset,
                                   std::int64_t limit) = 0;
  /// Calls `visit` for each row changed after `change`, in change order, until it answers false.
  /// Runs in one read transaction; visit must not call the store's writers.
  virtual Status changes_since(std::int64_t change,
                               const std::function<bool(BookChange&&)>& visit) = 0;
  virtual Result<std::int64_t> last_change() = 0;
  virtual Result<std::int64_t> count() = 0;
};

/// Vectors of one space: made by one model version, of one dimension, never compared with
/// another's.
struct VectorSpace {
  std::int64_t id = 0;
  std::string model_version;
  std::uint32_t dimension = 0;
  bool active = false;  ///< at most one space is
};

struct VectorRow {
  std::string book_id;
  std::int64_t change = 0;  ///< the book's change that the vector was made from
  std::vector<float>
      values;  ///< dimension values, l2-normalised, or all zero for a book without words
  std::vector<std::string>
      terms;  ///< the book's heaviest terms in the model's words, heaviest first
};

class VectorStore {
 public:
  virtual ~VectorStore() = default;
  virtual Result<VectorSpace> create_space(const std::string& model_version,
                                           std::uint32_t dimension) = 0;
  virtual Result<std::vector<VectorSpace>> spaces() = 0;
  /// Makes `space` the active one and retires the others.
  virtual Status activate(std::int64_t space) = 0;
  /// Drops a retired space with its vectors; kFailedPrecondition for the active one.
  virtual Status drop_space(std::int64_t space) = 0;
  virtual Status put(std::int64_t space, std::span<const VectorRow> rows) = 0;
  /// Rows whose book change is above `after`, in change order, until `visit` answers false: it
  /// walks in step with BookStore::changes_since.
  virtual Status scan(std::int64_t space,
                      std::int64_t after,
                      const std::function<bool(VectorRow&&)>& visit) = 0;
  /// In the order asked; nullopt where the space has no such book.
  virtual Result<std::vector<std::optional<VectorRow>>> get(
      std::int64_t space, std::span<const std::string> book_ids) = 0;
  virtual Result<std::int64_t> count(std::int64_t space) = 0;
  /// The largest book change among the space's rows, 0 when it is empty: where its maker goes on.
  virtual Result<std::int64_t> last_change(std::int64_t space) = 0;
};

struct Cluster {
  std::uint32_t number = 0;
  std::string name;  ///< its top terms
  std::int64_t size = 0;
};

struct Clustering {
  std::int64_t id = 0;
  std::string model_version;
  std::int64_t space = 0;
  std::int64_t change = 0;  ///< books whose vectors were made from later changes wait for assign()
  std::map<std::string, double> metrics;  ///< inertia, silhouette, …
  std::vector<Cluster> clusters;
};

struct ClusterMember {
  std::string book_id;
  std::uint32_t cluster = 0;
};

class ClusterStore {
 public:
  virtual ~ClusterStore() = default;
  /// Stores a clustering with its members and makes it the current one; answers its id.
  virtual Result<std::int64_t> replace(const Clustering& clustering,
                                       std::span<const ClusterMember> members) = 0;
  /// Adds or moves members of the current clustering, which then holds every book up to `change`.
  virtual Status assign(std::span<const ClusterMember> members, std::int64_t change) = 0;
  virtual Result<std::optional<Clustering>> current() = 0;
  virtual Status members(const std::function<bool(ClusterMember&&)>& visit) = 0;
};

struct ReaderSummary {
  std::int64_t readers = 0;
  std::int64_t interactions = 0;
};

struct ReaderInfo {
  std::string id;
  std::int64_t interactions = 0;
};

struct ReaderPage {
  std::vector<ReaderInfo> readers;
  std::int64_t total = 0;
};

/// What became of one interaction.
enum class RecordOutcome { kNew, kReplaced, kKnown };

/// What a repeated interaction does: nothing, or takes the place of the one before when it says
/// something else.
enum class OnRepeat { kKeep, kReplace };

/// Readers are made by their first interaction. Interactions come through admit(); ids that are not
/// storable text are kInvalidArgument and nothing of the call is stored.
class ReaderStore {
 public:
  virtual ~ReaderStore() = default;
  /// All or nothing; one `interaction.recorded` event when anything changed. Answers one outcome
  /// per interaction.
  virtual Result<std::vector<RecordOutcome>> record(std::span<const Interaction> interactions,
                                                    OnRepeat repeat = OnRepeat::kKeep) = 0;
  /// What record() would answer, each interaction taken alone.
  virtual Result<std::vector<RecordOutcome>> preview(std::span<const Interaction> interactions,
                                                     OnRepeat repeat = OnRepeat::kKeep) = 0;
  /// Removes what the reader said of the book in the group of `interaction` and records it.
  virtual Status put(const Interaction& interaction) = 0;
  /// Removes interactions of a reader with a book, those of `kinds` or all. Answers how many.
  virtual Result<std::int64_t> remove(std::string_view reader_id,
                                      std::string_view book_id,
                                      std::span<const InteractionKind> kinds) = 0;
  /// All of a reader's, in an order that means nothing; one range of one index, however many others
  /// there are. Idempotency keys are not kept.
  virtual Result<std::vector<Interaction>> history(std::string_view reader_id) = 0;
  /// Those with one book.
  virtual Result<std::vector<Interaction>> history_with(std::string_view reader_id,
                                                        std::string_view book_id) = 0;
  virtual Result<std::optional<ReaderInfo>> reader(std::string_view id) = 0;
  /// Readers whose id begins with `prefix`, by id.
  virtual Result<ReaderPage> readers(std::string_view prefix,
                                     std::int64_t offset,
                                     std::int64_t limit) = 0;
  /// Removes a reader with everything; `reader.removed` tells, without the id. Answers the number
  /// of interactions, nullopt when there is no such reader.
  virtual Result<std::optional<std::int64_t>> remove_reader(std::string_view id) = 0;
  /// Every interaction, those of one reader together, until `visit` answers false. One read
  /// transaction; visit must not call the store's writers.
  virtual Status scan(const std::function<bool(const Interaction&)>& visit) = 0;
  virtual Result<ReaderSummary> summary() = 0;
};

/// How often books were shown to readers of late: one row per reader and book. What a reader does
/// with a book (ReaderStore::record, put) ends its count; a reader's counts go with the reader.
class ImpressionStore {
 public:
  virtual ~ImpressionStore() = default;
  /// Adds to the counts; those of ids that are no reader's are passed over, for to be shown a book
  /// makes nobody a reader. Counts that faded away (kForgottenHalfLives) are dropped.
  virtual Status add(std::span<const Impression> impressions, double half_life_days) = 0;
  /// By book; one range of one index.
  virtual Result<std::vector<Impression>> of(std::string_view reader_id) = 0;
};

/// One recorded piece of work: a batch, a fit, a training, an evaluation.
struct Run {
  std::string id;
  std::string kind;    ///< "convert", "prepare", "load", "fit", "cluster", "snapshot", …
  std::string status;  ///< "running", "finished", "failed"
  std::map<std::string, std::string> parameters;
  std::map<std::string, double> metrics;
  std::string input_fingerprint;
  std::vector<std::string> artifacts;  ///< paths relative to the data folder
  std::string message;                 ///< why it failed
  Timestamp started_at{};
  std::optional<Timestamp> ended_at;
};

/// The value of a run's metric at one step.
struct MetricPoint {
  std::string name;
  std::int64_t step = 0;
  double value = 0;
  Timestamp at{};
};

class RunStore {
 public:
  virtual ~RunStore() = default;
  /// Inserts or replaces by id. ActiveRun does it for work under way.
  virtual Status save(const Run& run) = 0;
  /// Adds values over steps; one of the same name and step is replaced.
  virtual Status append(std::string_view run_id, std::span<const MetricPoint> points) = 0;
  /// By name, then step.
  virtual Result<std::vector<MetricPoint>> points(std::string_view run_id) = 0;
  virtual Result<std::optional<Run>> get(std::string_view id) = 0;
  /// Newest first; an empty kind means all.
  virtual Result<std::vector<Run>> list(std::string_view kind, std::int64_t limit) = 0;
};

/// One immutable version of a model or a snapshot; its files are in the BlobStore under `location`.
struct ModelVersion {
  std::string name;     ///< "vectorizer", "clusterer", "snapshot"
  std::string version;  ///< sortable text: a time stamp and a digest
  std::string location;
  std::map<std::string, std::string> parameters;
  std::map<std::string, double> metrics;
  std::string run_id;
  Timestamp created_at{};
};

class ModelStore {
 public:
  virtual ~ModelStore() = default;
  /// kAlreadyExists when the version is there.
  virtual Status add(const ModelVersion& version) = 0;
  virtual Result<std::optional<ModelVersion>> get(std::string_view name,
                                                  std::string_view version) = 0;
  /// Newest first.
  virtual Result<std::vector<ModelVersion>> list(std::string_view name) = 0;
  virtual Status remove(std::string_view name, std::string_view version) = 0;
  /// Points `alias` ("champion") at a version, with an outbox event `model.promoted` in the same
  /// transaction.
  virtual Status set_alias(std::string_view name,
                           std::string_view alias,
                           std::string_view version) = 0;
  virtual Result<std::optional<ModelVersion>> by_alias(std::string_view name,
                                                       std::string_view alias) = 0;
};

/// A CloudEvents 1.0 event waiting to be published.
struct OutboxEvent {
  std::int64_t sequence = 0;
  std::string id;
  std::string type;     ///< "book.upserted", …
  std::string subject;  ///< what it is about
  std::string data;     ///< JSON
  std::string trace_id;
  Timestamp at{};
};

class Outbox {
 public:
  virtual ~Outbox() = default;
  virtual Status append(const OutboxEvent& event) = 0;
  /// Events after `sequence`, oldest first.
  virtual Result<std::vector<OutboxEvent>> after(std::int64_t sequence, std::int64_t limit) = 0;
  /// Forgets events up to `sequence`: they were published.
  virtual Status forget(std::int64_t sequence) = 0;
};

/// The stores of one database. References live as long as the bundle.
struct Stores {
  virtual ~Stores() = default;
  virtual BookStore& books() = 0;
  virtual VectorStore& vectors() = 0;
  virtual ClusterStore& clusters() = 0;
  virtual ReaderStore& readers() = 0;
  virtual ImpressionStore& impressions() = 0;
  virtual RunStore& runs() = 0;
  virtual ModelStore& models() = 0;
  virtual Outbox& outbox() = 0;
  /// Waits until another connection, of any process, may have committed since the last call, or
  /// until `timeout`.
  virtual bool wait_for_change(std::chrono::milliseconds timeout) = 0;
};

}  // namespace bookreco
