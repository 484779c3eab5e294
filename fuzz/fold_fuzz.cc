#include "domain/fold.h"
#include "ml/raw_words.h"
#include "support.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = to_valid_utf8(fuzz::text_of(data, size));
  const std::string folded = fold(text);
  BOOKRECO_CHECK(is_utf8(folded) && fold(folded) == folded);
  BOOKRECO_CHECK(folded.empty() || (folded.front() != ' ' && folded.back() != ' '));
  BOOKRECO_CHECK(folded.find("  ") == std::string::npos);

  std::string by_words;
  for_each_raw_word(text, [&](std::string_view word) {
    if (const std::string part = fold(word); !part.empty()) {
      by_words += by_words.empty() ? "" : " ";
      by_words += part;
    }
  });
  BOOKRECO_CHECK(by_words == folded);
  return 0;
}
