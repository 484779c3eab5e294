#include "services/ingest/reader_export.h"

#include <charconv>

#include "domain/date.h"

namespace bookreco {
namespace {

/// "[2007-05-08]" as LibraryThing writes it.
std::string_view without_brackets(std::string_view text) {
  return text.starts_with('[') && text.ends_with(']') ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

Result<double> read_stars(const SourceFile& file,
                          std::uint64_t row,
                          const CsvReader& csv,
                          std::string_view field,
                          Conversion& conversion) {
  const std::string_view text = csv.field(field);
  double stars = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), stars);
  if (!text.empty() &&
      (error != std::errc() || stop != text.data() + text.size() || !(stars >= 0 && stars <= 5))) {
    BOOKRECO_TRY_VOID(conversion.leave_out(file, row, field, text, "not 0 to 5 stars"));
    return 0.0;
  }
  return stars;
}

Result<std::string> read_first_date(const SourceFile& file,
                                    std::uint64_t row,
                                    const CsvReader& csv,
                                    std::initializer_list<std::string_view> fields,
                                    Conversion& conversion) {
  for (const std::string_view field : fields) {
    const std::string_view text = without_brackets(csv.field(field));
    if (text.empty()) {
      continue;
    }
    if (const std::optional<PartialDate> date = parse_date(text)) {
      return date->to_string();
    }
    BOOKRECO_TRY_VOID(conversion.leave_out(file, row, field, text, "not a date"));
  }
  return std::string();
}

Status give_library_row(const SourceFile& file,
                        std::uint64_t row,
                        RawBook&& book,
                        RawInteraction&& interaction,
                        Conversion& conversion) {
  book.partial = true;
  book.file = file.number;
  book.row = row;
  interaction.reader = conversion.options.reader;
  interaction.state = true;
  interaction.book_key = book.key;
  interaction.file = file.number;
  interaction.row = row;
  BOOKRECO_TRY_VOID(conversion.sink.book(std::move(book)));
  return interaction.kind.empty() ? Status() : conversion.sink.interaction(std::move(interaction));
}

}  // namespace bookreco
