#pragma once

#include <string>
#include <vector>

#include "base/archive.h"
#include "base/files.h"
#include "services/ingest/ingest.h"
#include "services/ingest/source.h"

namespace bookreco {

/// The folder of one ingest and its files.
struct Batch {
  Path folder;
  std::vector<std::string> names;  ///< of the files read, by number

  Path converted() const { return folder / "1-converted.jsonl.zst"; }
  Path interactions() const { return folder / "1-interactions.jsonl.zst"; }
  Path prepared() const { return folder / "2-prepared.jsonl.zst"; }
  Path keys() const { return folder / "2-keys.jsonl.zst"; }
};

/// Writes rejects.jsonl and counts its reasons into the summary; a name that is not a field is
/// written for its first ten rows and counted for all. One thread.
class RejectFile {
 public:
  static Result<RejectFile> create(const Batch& batch, IngestSummary& summary);
  Status add(const Reject& reject);
  Status commit() { return file_.commit(); }

 private:
  RejectFile(AtomicFile file, const Batch& batch, IngestSummary& summary)
      : file_(std::move(file)), batch_(batch), summary_(summary) {}

  AtomicFile file_;
  const Batch& batch_;
  IngestSummary& summary_;
  std::string line_;
};

/// One JSON object, no newline; what raw_interaction_from_json reads.
void append_raw_interaction_json(std::string& out, const RawInteraction& interaction);
Result<RawInteraction> raw_interaction_from_json(std::string_view json);

// The three steps. Each reads what the one before left in the batch.

struct StepCounts {
  std::int64_t rows = 0;
  std::string fingerprint;  ///< of the rows in their order
};

/// What loading must know of the prepared rows' ids, as hashes (hash64). Sorted.
struct PreparedIds {
  std::vector<std::uint64_t> repeated;  ///< an entry for each row of an id that has several
  std::vector<std::uint64_t> partial;   ///< of rows that only fill what the catalogue lacks
};

Result<StepCounts> convert_step(const IngestRequest& request,
                                const Batch& batch,
                                RejectFile& rejects,
                                IngestSummary& summary,
                                const ProgressFn& progress);

Result<StepCounts> prepare_step(const Batch& batch,
                                std::size_t threads,
                                RejectFile& rejects,
                                IngestSummary& summary,
                                PreparedIds& ids,
                                const ProgressFn& progress);

Result<StepCounts> load_step(const Batch& batch,
                             const PreparedIds& ids,
                             Stores& stores,
                             const Clock& clock,
                             RejectFile& rejects,
                             IngestSummary& summary,
                             const ProgressFn& progress);

}  // namespace bookreco
