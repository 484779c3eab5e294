#include "domain/authors.h"
#include "domain/fold.h"
#include "domain/identity.h"
#include "domain/labels.h"
#include "domain/language.h"
#include "domain/text_repair.h"
#include "domain/title.h"
#include "support.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = clean_line(fuzz::text_of(data, size));
  for (const std::string& author : split_authors(text)) {
    BOOKRECO_CHECK(!author.empty() && is_utf8(author));
    BOOKRECO_CHECK(is_utf8(author_key(author)));
    is_collective(author);
  }
  for (const std::string& label : clean_labels({text, text})) {
    BOOKRECO_CHECK(is_utf8(label) && !is_page_furniture(fold(label)));
  }
  BOOKRECO_CHECK(is_utf8(clean_publisher(text)));
  if (const auto series = series_of(text)) {
    BOOKRECO_CHECK(!series->name.empty() && is_utf8(series->name));
  }
  BOOKRECO_CHECK(is_utf8(without_series_note(text)));
  BOOKRECO_CHECK(is_utf8(work_title(text)));
  BOOKRECO_CHECK(detect_language(text).size() == 2 || detect_language(text).empty());
  if (const auto code = parse_language(text)) {
    BOOKRECO_CHECK(code->empty() || parse_language(*code) == code);
  }
  return 0;
}
