#include "services/evaluator/interaction_file.h"
#include "support.h"

using namespace bookreco;

/// The first byte chooses the layout and the header rule, the rest is the file.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto choice = input.take<std::uint8_t>();
  InteractionFileOptions options;
  options.layout = static_cast<InteractionLayout>(choice % 3);
  options.header = static_cast<HeaderRow>(choice / 3 % 3);
  const fuzz::MemoryFile file(input.rest());
  InteractionIds ids;
  InteractionFileReport report;
  const auto rows = read_interactions(file.path(), options, ids, nullptr, report, {});
  if (!rows) {
    BOOKRECO_CHECK(!rows.error().message.empty());
    return 0;
  }
  BOOKRECO_CHECK(rows->items.size() == rows->size());
  BOOKRECO_CHECK(rows->values.empty() || rows->values.size() == rows->size());
  BOOKRECO_CHECK(rows->times.empty() || rows->times.size() == rows->size());
  BOOKRECO_CHECK(report.lists || rows->size() + report.rejected == report.rows);
  BOOKRECO_CHECK(report.first_rejected.size() <= report.rejected);
  for (std::size_t i = 0; i < rows->size(); ++i) {
    BOOKRECO_CHECK(!ids.readers.at(rows->readers[i]).empty());
    BOOKRECO_CHECK(!ids.items.at(rows->items[i]).empty());
  }
  return 0;
}
