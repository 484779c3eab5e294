#include "services/trainer/reader_trainer.h"

#include <algorithm>
#include <ranges>
#include <set>

#include "base/hash.h"
#include "services/trainer/old_versions.h"

namespace bookreco {
namespace {

constexpr const char* kModel = "readers";
constexpr const char* kChampion = "champion";
constexpr const char* kAuto = "auto";
constexpr const char* kEase = "ease";
constexpr const char* kSparse = "rp3beta";

}  // namespace

ReaderTrainer::ReaderTrainer(Stores& stores,
                             BlobStore& blobs,
                             const Clock& clock,
                             ReaderTrainerSettings settings)
    : stores_(stores), blobs_(blobs), clock_(clock), settings_(std::move(settings)) {}

std::vector<ReaderModelPart> ReaderTrainer::parts_for(const ReaderLesson& lesson) const {
  const auto part = [&](const std::string& kind) {
    return ReaderModelPart{kind, suggested_parameters(kind, lesson.matrix)};
  };
  if (settings_.model != kAuto) {
    return {part(settings_.model)};
  }
  if (lesson.works.size() > settings_.ease_works) {
    return {part(kSparse)};
  }
  return {part(kEase), part("ials"), part("popularity")};
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
  BOOKRECO_TRY(
      const ReaderLesson lesson,
      read_lesson(stores_.readers(), *snapshot.base, settings_.interactions, clock_.now()));
  if (lesson.matrix.entries() < settings_.least_entries) {
    return std::nullopt;
  }
  BOOKRECO_TRY(ReaderTrainingSummary summary,
               record_run(stores_.runs(), clock_, {.kind = kModel}, [&](ActiveRun& run) {
                 return publish(run, lesson, snapshot, progress);
               }));
  report(progress, "readers", 1, 1);
  BOOKRECO_TRY_VOID(forget_old_versions());
  return summary;
}

Result<ReaderTrainingSummary> ReaderTrainer::publish(ActiveRun& run,
                                                     const ReaderLesson& lesson,
                                                     const Snapshot& snapshot,
                                                     const ProgressFn& progress) {
  const InteractionMatrix& matrix = lesson.matrix;
  FitContext context;
  context.seed = settings_.seed;
  context.threads = settings_.threads;
  context.memory_limit = settings_.memory_bytes;
  context.progress = progress;
  context.now =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
  BOOKRECO_TRY(ReaderFit fit, fit_readers(lesson, parts_for(lesson), snapshot, context));
  const std::string location = fmt::format("{}/{}", kModel, run.id());
  BOOKRECO_TRY_VOID(
      blobs_.publish(location, [&](const Path& folder) { return fit.model.write(folder); }));
  run.artifact(location);
  run.input(hex(matrix.fingerprint()));
  std::map<std::string, double> metrics = std::move(fit.metrics);
  metrics["readers"] = static_cast<double>(matrix.rows());
  metrics["works"] = static_cast<double>(lesson.works.size());
  metrics["entries"] = static_cast<double>(matrix.entries());
  metrics["interactions"] = static_cast<double>(lesson.interactions);
  run.metrics(metrics);
  const std::string kind = fit.model.model().info().kind;
  std::map<std::string, std::string> told{{"model", kind}};
  for (const auto& [name, value] : fit.model.model().info().parameters) {
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
