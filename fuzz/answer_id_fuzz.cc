#include "domain/answer_id.h"
#include "support.h"

using namespace bookreco;

/// What is read is written back to the same text, whatever is in it.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const auto id = parse_answer_id(text);
  if (!id) {
    BOOKRECO_CHECK(id.error().code == Code::kInvalidArgument && !id.error().message.empty());
    return 0;
  }
  BOOKRECO_CHECK(to_text(*id) == text);
  return 0;
}
