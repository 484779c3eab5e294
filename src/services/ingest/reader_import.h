#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/progress.h"
#include "base/result.h"
#include "ports/stores.h"
#include "services/ingest/book_matcher.h"
#include "services/ingest/source.h"

namespace bookreco {

struct ReaderImportRequest {
  std::vector<std::string> files;
  ConvertOptions convert;
  bool dry_run = false;     ///< reports what would be done and stores nothing
  double threshold = 0.75;  ///< least confidence of a match that is taken (book_matcher.h)
  Path report;              ///< where the row report goes; empty: under the data folder
};

/// What became of every row: rows = recorded + replaced + known + merged + skipped + refused.
struct ReaderImportSummary {
  bool dry_run = false;
  std::string report;
  std::int64_t rows = 0;
  std::int64_t recorded = 0;
  std::int64_t replaced = 0;  ///< said something else when they were loaded before
  std::int64_t known = 0;     ///< loaded before, unchanged
  std::int64_t merged = 0;    ///< an earlier row of the same run spoke of the same
  std::int64_t skipped = 0;   ///< nothing a reader did: a book alone, or on no known shelf
  std::int64_t refused = 0;
  std::array<std::int64_t, kMatchMethods> matched{};  ///< rows taken, by MatchMethod
  std::map<std::string, std::int64_t> reasons;        ///< "field: reason" → rows
  double seconds = 0;

  std::string to_text() const;
  std::string to_json() const;
};

/// Loads what readers did, and no books, from files of any format that ingest knows. Rows are
/// stored in batches, each one transaction; loading a file again changes only what changed in it,
/// so that a run that died is simply run again. The report is JSON Lines, a line a row: outcome,
/// book, how it was found and how certainly, or the reason. Beyond kMostReported rows only those
/// that were not simply stored are listed; all are counted.
class ReaderImport {
 public:
  static constexpr std::int64_t kMostReported = 1'000'000;

  ReaderImport(Stores& stores, const Clock& clock, Path data_folder)
      : stores_(stores), clock_(clock), data_folder_(std::move(data_folder)) {}

  Result<ReaderImportSummary> run(const ReaderImportRequest& request, const ProgressFn& progress);

 private:
  Stores& stores_;
  const Clock& clock_;
  const Path data_folder_;
};

}  // namespace bookreco
