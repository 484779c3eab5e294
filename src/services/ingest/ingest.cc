#include "services/ingest/ingest.h"

#include <unistd.h>

#include "base/hash.h"
#include "ports/active_run.h"
#include "services/ingest/batch.h"

namespace bookreco {
namespace {

/// Does one step as a recorded run.
template <class Work>
Status recorded(Stores& stores,
                const Clock& clock,
                const std::string& batch_id,
                const std::string& kind,
                const std::vector<std::string>& artifacts,
                const Work& work) {
  const auto counts = record_run(stores.runs(),
                                 clock,
                                 {kind, {{"batch", batch_id}}, batch_id + "-" + kind},
                                 [&](ActiveRun& run) {
                                   Result<StepCounts> done = work();
                                   if (done) {
                                     run.metric("rows", static_cast<double>(done->rows));
                                     run.input(done->fingerprint);
                                     for (const std::string& path : artifacts) {
                                       run.artifact(path);
                                     }
                                   }
                                   return done;
                                 });
  return counts ? Status() : std::unexpected(counts.error());
}

}  // namespace

Ingest::Ingest(Stores& stores, const Clock& clock, Path data_folder, std::size_t threads)
    : stores_(stores), clock_(clock), data_folder_(std::move(data_folder)), threads_(threads) {}

Status Ingest::run_steps(const IngestRequest& request,
                         const Batch& batch,
                         const std::string& id,
                         RejectFile& rejects,
                         IngestSummary& summary,
                         const ProgressFn& progress) {
  const std::string folder = "batches/" + id + "/";
  BOOKRECO_TRY_VOID(
      recorded(stores_, clock_, id, "convert", {folder + "1-converted.jsonl.zst"}, [&] {
        return convert_step(request, batch, rejects, summary, progress);
      }));
  PreparedIds ids;
  BOOKRECO_TRY_VOID(
      recorded(stores_, clock_, id, "prepare", {folder + "2-prepared.jsonl.zst"}, [&] {
        return prepare_step(batch, threads_, rejects, summary, ids, progress);
      }));
  return recorded(stores_, clock_, id, "load", {}, [&] {
    return load_step(batch, ids, stores_, clock_, rejects, summary, progress);
  });
}

Result<IngestSummary> Ingest::run(const IngestRequest& request, const ProgressFn& progress) {
  const Stopwatch time;
  const Timestamp now = clock_.now();
  std::string seed = to_iso8601(now);
  for (const std::string& file : request.files) {
    seed += '\n' + file;
  }
  BOOKRECO_TRY_VOID(make_folders(data_folder_ / "batches"));
  const std::string id =
      fmt::format("{}-{}",
                  to_file_stamp(now),
                  hex(hash64(seed, static_cast<std::uint64_t>(::getpid()))).substr(0, 8));
  const Batch batch{data_folder_ / "batches" / id, request.files};
  BOOKRECO_TRY_VOID(make_folders(batch.folder));

  IngestSummary summary;
  summary.batch = batch.folder.string();
  BOOKRECO_TRY(RejectFile rejects, RejectFile::create(batch, summary));
  const Status done = run_steps(request, batch, id, rejects, summary, progress);
  BOOKRECO_TRY_VOID(rejects.commit());  // what was refused is told after a failure too
  BOOKRECO_TRY_VOID(done);
  summary.seconds = time.seconds();
  return summary;
}

}  // namespace bookreco
