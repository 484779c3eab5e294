#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "services/ingest/reader_import.h"

namespace bookreco {

/// What became of one row of a reader's file.
struct RowResult {
  enum class Outcome { kRecorded, kReplaced, kKnown, kMerged, kSkipped, kRefused, kRepaired };

  Outcome outcome = Outcome::kRecorded;
  std::uint32_t file = 0;
  std::uint64_t row = 0;
  std::string reader;
  std::string kind;
  std::optional<BookMatch> match;  ///< of a refused row, what came nearest
  std::string field;               ///< what was wrong, with the next two
  std::string value;
  std::string reason;
};

/// Writes the report and counts into the summary. kRepaired lines tell of a field that was left out
/// of a row and count no row. One thread.
class RowReport {
 public:
  static Result<RowReport> create(const Path& path,
                                  const std::vector<std::string>& files,
                                  ReaderImportSummary& summary);
  Status add(const RowResult& row);
  Status commit() { return file_.commit(); }

 private:
  RowReport(AtomicFile file, const std::vector<std::string>& files, ReaderImportSummary& summary)
      : file_(std::move(file)), files_(files), summary_(summary) {}
  void count(const RowResult& row);

  AtomicFile file_;
  const std::vector<std::string>& files_;
  ReaderImportSummary& summary_;
  std::string line_;
};

}  // namespace bookreco
