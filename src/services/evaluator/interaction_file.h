#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/progress.h"
#include "base/result.h"
#include "ml/string_table.h"

namespace bookreco {

/// How the lines of a file are to be read.
enum class InteractionLayout {
  kTold,   ///< from the first lines
  kPairs,  ///< reader, item[, value[, time]], or other columns that a header names
  kLists,  ///< "reader item item item …", separated by spaces
};

enum class HeaderRow { kTold, kYes, kNo };

struct InteractionFileOptions {
  InteractionLayout layout = InteractionLayout::kTold;
  HeaderRow header = HeaderRow::kTold;
  std::string separator;  ///< empty: told from the first line among tab, "::", comma, semicolon
  std::uint64_t max_reports = 10;  ///< so many rejected rows are kept in the report
};

/// Numbers for the ids of readers and items, shared by the files of one evaluation.
struct InteractionIds {
  StringTable readers;
  StringTable items;
};

/// The rows of a file in their order, ids as numbers. Columns that the file does not have are
/// empty.
struct Interactions {
  std::vector<std::uint32_t> readers;
  std::vector<std::uint32_t> items;
  std::vector<float> values;
  std::vector<std::int64_t> times;  ///< seconds since 1970, or whatever the file counts in

  std::size_t size() const { return readers.size(); }
};

struct RejectedRow {
  std::uint64_t line = 0;
  std::string field;
  std::string reason;
  std::string text;  ///< its first 200 bytes
};

struct InteractionFileReport {
  std::string path;
  std::uint64_t rows = 0;      ///< not counting the header
  std::uint64_t rejected = 0;  ///< rows passed over, or for lists single ids
  std::vector<RejectedRow> first_rejected;
  bool lists = false;
  bool has_header = false;
};

/// Appends rejected rows of any number of files to one, "file,line,field,reason,text" as CSV. The
/// file appears with the first of them. One thread.
class RejectFile {
 public:
  explicit RejectFile(Path path) : path_(std::move(path)) {}
  Status add(const std::string& file, const RejectedRow& row);
  /// Answers whether there is such a file.
  Result<bool> commit();

 private:
  Path path_;
  std::optional<AtomicFile> file_;
};

/// Reads a file ("-": standard input), plain, gz, xz, zstd or bz2. A bad row is passed over,
/// counted and told to `rejects` (may be null); kNotFound, kDataLoss (truncated or damaged) and an
/// unusable header end the reading. Ids are any bytes but an empty string, at most 1,024 of them.
Result<Interactions> read_interactions(const std::string& path,
                                       const InteractionFileOptions& options,
                                       InteractionIds& ids,
                                       RejectFile* rejects,
                                       InteractionFileReport& report,
                                       const ProgressFn& progress);

}  // namespace bookreco
