#include <cmath>

#include "domain/measures.h"
#include "support.h"

using namespace bookreco;

namespace {

bool within(double value, double above, double most) {
  return value > above && value <= most;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  BOOKRECO_CHECK(within(parse_page_count(text).value_or(1), 0, 50'000));
  BOOKRECO_CHECK(within(parse_weight_kg(text).value_or(1), 0, 200));
  BOOKRECO_CHECK(within(parse_length_cm(text).value_or(1), 0, 500));
  BOOKRECO_CHECK(std::isfinite(parse_number(text).value_or(0)));
  if (const auto found = parse_dimensions(text)) {
    BOOKRECO_CHECK(within(found->width_cm.value_or(1), 0, 500) &&
                   within(found->height_cm.value_or(1), 0, 500));
    BOOKRECO_CHECK(within(found->depth_cm.value_or(1), 0, 500));
  }
  return 0;
}
