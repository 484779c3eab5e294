#include <charconv>
#include <cmath>

#include "services/ingest/converters.h"
#include "services/ingest/csv_reader.h"

namespace bookreco {
namespace {

/// The first of these columns that says something.
std::string first_of(const CsvReader& row, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view text = row.field(name); !text.empty()) {
      return std::string(text);
    }
  }
  return {};
}

}  // namespace

Status convert_interactions(const SourceFile& file, Conversion& conversion) {
  return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
    RawInteraction interaction;
    interaction.file = file.number;
    interaction.row = number;
    interaction.reader = row.field("reader");
    interaction.book_id = first_of(row, {"book", "isbn", "isbn13", "ean"});
    interaction.title = row.field("title");
    interaction.author = first_of(row, {"author", "authors"});
    interaction.kind = row.field("kind");
    interaction.at = first_of(row, {"at", "time", "timestamp", "date"});
    interaction.source = row.field("source");
    interaction.key = first_of(row, {"key", "idempotency key"});
    if (const std::string text = first_of(row, {"value", "rating", "stars"}); !text.empty()) {
      double value = 0;
      const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(value)) {
        return conversion.refuse(file, number, "value", text, "is not a number");
      }
      interaction.value = value;
      if (interaction.kind.empty()) {
        interaction.kind = "rating";
      }
    }
    return conversion.sink.interaction(std::move(interaction));
  });
}

}  // namespace bookreco
