#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/progress.h"
#include "base/result.h"
#include "ports/stores.h"
#include "services/ingest/source.h"

namespace bookreco {

struct Batch;
class RejectFile;

struct IngestRequest {
  std::vector<std::string> files;
  ConvertOptions convert;
};

/// What became of every row: read = loaded + updated + unchanged + merged + rejected.
struct IngestSummary {
  std::string batch;  ///< its folder, with the intermediate batches and the rejects
  std::int64_t read = 0;
  std::int64_t loaded = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t merged = 0;  ///< rows of a book that the same run had already
  std::int64_t rejected = 0;
  std::int64_t repaired = 0;  ///< fields left out of books that were kept
  std::int64_t interactions_read = 0;
  std::int64_t interactions = 0;  ///< new ones
  std::int64_t interactions_known = 0;
  std::int64_t interactions_rejected = 0;
  std::map<std::string, std::int64_t> reasons;  ///< "field: reason" → rows and fields
  std::vector<std::string> lost;  ///< a line for each file that breaks off: what, and from where
  double seconds = 0;

  std::string to_text() const;
  std::string to_json() const;
};

/// The role `ingest`: convert → prepare → load, each a recorded run. The first two leave
/// time-stamped zstd JSON Lines under <data>/batches; what could not be used is in rejects.jsonl
/// beside them, row by row. Loading upserts by content hash: a run that died is simply run again.
class Ingest {
 public:
  Ingest(Stores& stores, const Clock& clock, Path data_folder, std::size_t threads);

  Result<IngestSummary> run(const IngestRequest& request, const ProgressFn& progress);

 private:
  Status run_steps(const IngestRequest& request,
                   const Batch& batch,
                   const std::string& id,
                   RejectFile& rejects,
                   IngestSummary& summary,
                   const ProgressFn& progress);

  Stores& stores_;
  const Clock& clock_;
  const Path data_folder_;
  const std::size_t threads_;
};

}  // namespace bookreco
