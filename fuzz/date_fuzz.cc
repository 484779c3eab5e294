#include "domain/date.h"
#include "domain/timestamp.h"
#include "support.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto iso = parse_iso_date(text)) {
    BOOKRECO_CHECK(iso->month <= 12 && iso->day <= 31 && (iso->month > 0 || iso->day == 0));
    BOOKRECO_CHECK(iso->to_string() == text && (parse_date(text) == iso || iso->year == 0));
  }
  if (const auto time = parse_timestamp(text)) {
    BOOKRECO_CHECK(parse_timestamp(to_iso8601(*time)) == time ||
                   *time < Timestamp(std::chrono::sys_days(std::chrono::year(1) / 1 / 2)));
  }
  if (const auto date = parse_date(text)) {
    BOOKRECO_CHECK(date->year != 0 && parse_iso_date(date->to_string()) == date);
    BOOKRECO_CHECK(parse_date(date->to_string()) == date);
  }
  return 0;
}
