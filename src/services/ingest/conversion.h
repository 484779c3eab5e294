#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/archive.h"
#include "services/ingest/formats.h"
#include "services/ingest/source.h"

namespace bookreco {

/// One input of a conversion. `open` starts it anew each time: some are read twice.
struct SourceFile {
  std::string name;  ///< as the person gave it
  std::uint32_t number = 0;
  Format format = Format::kJsonLines;
  std::function<Result<ByteSource>()> open;
};

/// What every converter is given beside its files. One thread.
class Conversion {
 public:
  Conversion(const ConvertOptions& chosen, ConvertSink& taker, const ProgressFn& progress)
      : options(chosen), sink(taker), progress_(progress) {}

  /// A row that is not taken, with the reason.
  Status refuse(const SourceFile& file,
                std::uint64_t row,
                std::string_view field,
                std::string_view value,
                std::string_view reason) {
    return tell(file, row, field, value, reason, true);
  }
  /// A field left out of a row that is.
  Status leave_out(const SourceFile& file,
                   std::uint64_t row,
                   std::string_view field,
                   std::string_view value,
                   std::string_view reason) {
    return tell(file, row, field, value, reason, false);
  }
  /// What reading `file` ended with: a compressed stream that breaks off is refused as a row, so
  /// that what came before it is kept; other errors are passed on.
  Status absorb_damage(const SourceFile& file, std::uint64_t row, const Error& error);

  void report_position(std::uint64_t row, const ByteSource& source) const {
    constexpr std::uint64_t kEvery = 1'024;
    if (row % kEvery == 0) {
      report_bytes(progress_, "convert", source.position(), source.total());
    }
  }

  const ConvertOptions& options;
  ConvertSink& sink;

 private:
  Status tell(const SourceFile& file,
              std::uint64_t row,
              std::string_view field,
              std::string_view value,
              std::string_view reason,
              bool fatal);

  const ProgressFn& progress_;
};

class CsvReader;

/// Reads every row of a CSV file through `visit`; broken rows are refused.
Status for_each_row(const SourceFile& file,
                    Conversion& conversion,
                    const std::function<Status(const CsvReader&, std::uint64_t row)>& visit);

}  // namespace bookreco
