#include "domain/markup.h"
#include "domain/text_repair.h"
#include "support.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const std::string repaired = repair_bytes(bytes);
  BOOKRECO_CHECK(is_utf8(repaired));
  BOOKRECO_CHECK(!is_utf8(bytes) || repaired == bytes);
  BOOKRECO_CHECK(is_utf8(repair_mojibake(repaired)));
  BOOKRECO_CHECK(is_utf8(strip_markup(repaired)));

  const std::string line = clean_line(strip_markup(bytes));
  BOOKRECO_CHECK(fuzz::is_clean_text(line));
  BOOKRECO_CHECK(line.empty() || (line.front() != ' ' && line.back() != ' '));
  BOOKRECO_CHECK(line.find("  ") == std::string::npos);
  BOOKRECO_CHECK(std::ranges::none_of(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));

  const std::size_t limit = size % 64;
  const std::string_view cut = truncate_utf8(line, limit);
  BOOKRECO_CHECK(line.starts_with(cut) && is_utf8(cut));
  BOOKRECO_CHECK(utf8_length(cut) == std::min(limit, utf8_length(line)));
  return 0;
}
