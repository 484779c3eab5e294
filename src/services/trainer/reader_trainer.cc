#include "services/trainer/reader_trainer.h"

#include <algorithm>
#include <ranges>
#include <set>

#include "base/hash.h"
#include "index/reader_model.h"
#include "ml/collaborative/models.h"
#include "services/trainer/old_versions.h"

namespace bookreco {
namespace {

constexpr const char* kModel = "readers";
constexpr const char* kChampion = "champion";
constexpr const char* kEase = "ease";
constexpr const char* kSparse = "rp3beta";

/// A ridge of twice the readers that a work has on average; what searches on known data sets come
/// to, whatever their size.
double ridge_of(const InteractionMatrix& matrix) {
  const double mean = static_cast<double>(matrix.entries()) / static_cast<double>(matrix.columns());
  return std::clamp(2 * mean, 5.0, 1000.0);
}

}  // namespace

/// Readers × works, and which work each column is.
struct ReaderTrainer::Lesson {
  InteractionMatrix matrix;
  std::vector<std::uint64_t> works;  ///< ascending
  std::int64_t interactions = 0;     ///< read, of every kind
};

ReaderTrainer::ReaderTrainer(Stores& stores,
                             BlobStore& blobs,
                             const Clock& clock,
                             ReaderTrainerSettings settings)
    : stores_(stores), blobs_(blobs), clock_(clock), settings_(std::move(settings)) {}

Result<ReaderTrainer::Lesson> ReaderTrainer::read_histories(const Segment& books) const {
  struct Liked {
    std::uint32_t reader;
    std::uint64_t work;
    float weight;
  };
  Lesson lesson;
  std::vector<Liked> liked;
  std::vector<Interaction> history;
  std::uint32_t readers = 0;
  const Timestamp now = clock_.now();
  const auto end_reader = [&] {
    const std::size_t before = liked.size();
    for (const WeightedBook& book : weigh(history, settings_.interactions, now)) {
      const auto row = book.weight > 0 ? books.find(book.book_id) : std::nullopt;
      if (row) {
        liked.push_back({readers, books.work_key(*row), static_cast<float>(book.weight)});
      }
    }
    readers += liked.size() > before ? 1 : 0;
    history.clear();
  };
  BOOKRECO_TRY_VOID(stores_.readers().scan([&](const Interaction& interaction) {
    if (!history.empty() && history.front().reader_id != interaction.reader_id) {
      end_reader();
    }
    history.push_back(interaction);
    ++lesson.interactions;
    return true;
  }));
  end_reader();
  for (const Liked& one : liked) {
    lesson.works.push_back(one.work);
  }
  std::ranges::sort(lesson.works);
  const auto repeated = std::ranges::unique(lesson.works);
  lesson.works.erase(repeated.begin(), repeated.end());
  InteractionMatrixBuilder matrix(MergeRule::kLatest);
  for (const Liked& one : liked) {
    const auto place = std::ranges::lower_bound(lesson.works, one.work);
    BOOKRECO_TRY_VOID(matrix.add(
        one.reader, static_cast<std::uint32_t>(place - lesson.works.begin()), one.weight));
  }
  BOOKRECO_TRY(lesson.matrix, matrix.build(readers, lesson.works.size()));
  return lesson;
}

Result<std::optional<ReaderTrainingSummary>> ReaderTrainer::train(const ProgressFn& progress) {
  BOOKRECO_TRY(const auto served, stores_.models().by_alias("snapshot", kChampion));
  BOOKRECO_TRY(const ReaderSummary readers, stores_.readers().summary());
  if (!served || readers.interactions == 0) {
    return std::nullopt;
  }
  BOOKRECO_TRY(const Path folder, blobs_.fetch(served->location));
  BOOKRECO_TRY(const Snapshot snapshot, open_snapshot(folder));
  report(progress, "readers", 0, 1);
  BOOKRECO_TRY(const Lesson lesson, read_histories(*snapshot.base));
  if (lesson.matrix.entries() < settings_.least_entries) {
    return std::nullopt;
  }
  BOOKRECO_TRY(ReaderTrainingSummary summary,
               record_run(stores_.runs(), clock_, {.kind = kModel}, [&](ActiveRun& run) {
                 return publish(run, lesson, progress);
               }));
  report(progress, "readers", 1, 1);
  BOOKRECO_TRY_VOID(forget_old_versions());
  return summary;
}

Result<ReaderTrainingSummary> ReaderTrainer::publish(ActiveRun& run,
                                                     const Lesson& lesson,
                                                     const ProgressFn& progress) {
  const InteractionMatrix& matrix = lesson.matrix;
  const std::string kind = settings_.model != "auto"                     ? settings_.model
                           : lesson.works.size() <= settings_.ease_works ? kEase
                                                                         : kSparse;
  Parameters parameters;
  if (kind == kEase) {
    parameters["lambda"] = ridge_of(matrix);
  }
  FitContext context;
  context.seed = settings_.seed;
  context.threads = settings_.threads;
  context.memory_limit = settings_.memory_bytes;
  context.progress = progress;
  context.now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
  BOOKRECO_TRY(const auto model, fit_model(kind, matrix, parameters, context));
  const std::string location = fmt::format("{}/{}", kModel, run.id());
  BOOKRECO_TRY_VOID(blobs_.publish(location, [&](const Path& folder) {
    return ReaderModel::write(folder, *model, lesson.works, matrix.column_counts());
  }));
  run.artifact(location);
  run.input(hex(matrix.fingerprint()));
  const std::map<std::string, double> metrics{
      {"readers", static_cast<double>(matrix.rows())},
      {"works", static_cast<double>(lesson.works.size())},
      {"entries", static_cast<double>(matrix.entries())},
      {"interactions", static_cast<double>(lesson.interactions)}};
  run.metrics(metrics);
  std::map<std::string, std::string> told{{"model", kind}};
  for (const auto& [name, value] : model->info().parameters) {
    told[name] = fmt::format("{}", value);
  }
  BOOKRECO_TRY_VOID(
      stores_.models().add({kModel, run.id(), location, told, metrics, run.id(), clock_.now()}));
  BOOKRECO_TRY_VOID(stores_.models().set_alias(kModel, kChampion, run.id()));
  return ReaderTrainingSummary{run.id(),
                               kind,
                               static_cast<std::int64_t>(matrix.rows()),
                               static_cast<std::int64_t>(lesson.works.size()),
                               static_cast<std::int64_t>(matrix.entries())};
}

Status ReaderTrainer::forget_old_versions() {
  BOOKRECO_TRY(const auto versions, stores_.models().list(kModel));
  std::set<std::string> kept;
  for (const ModelVersion& version : versions | std::views::take(settings_.versions_kept)) {
    kept.insert(version.version);
  }
  return forget_all_but(stores_.models(), blobs_, kModel, kept);
}

}  // namespace bookreco
