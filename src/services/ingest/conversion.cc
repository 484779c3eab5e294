#include "services/ingest/conversion.h"

#include "base/utf8.h"
#include "services/ingest/csv_reader.h"

namespace bookreco {
namespace {

constexpr std::size_t kShown = 200;

}  // namespace

Status Conversion::tell(const SourceFile& file,
                        std::uint64_t row,
                        std::string_view field,
                        std::string_view value,
                        std::string_view reason,
                        bool fatal) {
  return sink.reject({.file = file.number,
                      .row = row,
                      .field = std::string(field),
                      .value = to_valid_utf8(value.substr(0, kShown)),
                      .reason = std::string(reason),
                      .fatal = fatal});
}

Status Conversion::absorb_damage(const SourceFile& file, std::uint64_t row, const Error& error) {
  if (error.code != Code::kDataLoss) {
    return std::unexpected(error);
  }
  constexpr const char* kReason = "the file breaks off here, rows before it were kept";
  return sink.reject({.file = file.number,
                      .row = row,
                      .field = "file",
                      .value = to_valid_utf8(error.message).substr(0, kShown),
                      .reason = kReason,
                      .fatal = true,
                      .breaks_off = true});
}

Status for_each_row(const SourceFile& file,
                    Conversion& conversion,
                    const std::function<Status(const CsvReader&, std::uint64_t row)>& visit) {
  BOOKRECO_TRY(ByteSource bytes, file.open());
  Result<CsvReader> reader = CsvReader::open(LineReader(std::move(bytes)));
  if (!reader) {
    return in_context(file.name, reader.error());
  }
  std::uint64_t row = 1;
  for (;;) {
    const Result<std::optional<CsvReader::Row>> next = reader->next();
    if (!next) {
      return conversion.absorb_damage(file, row + 1, next.error());
    }
    if (!*next) {
      return {};
    }
    row = (*next)->line;
    if ((*next)->problem.empty()) {
      BOOKRECO_TRY_VOID(visit(*reader, row));
    } else {
      BOOKRECO_TRY_VOID(
          conversion.refuse(file, row, "row", reader->text_shown(), (*next)->problem));
    }
    conversion.report_position(row, reader->source());
  }
}

}  // namespace bookreco
