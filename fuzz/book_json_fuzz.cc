#include "domain/book_json.h"
#include "domain/clean.h"
#include "support.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json = fuzz::text_of(data, size);
  if (const auto book = book_from_json(json)) {
    const auto again = book_from_json(to_json(*book));
    BOOKRECO_CHECK(again && *again == *book && to_json(*again) == to_json(*book));
  } else {
    BOOKRECO_CHECK(book.error().code == Code::kInvalidArgument && !book.error().message.empty());
  }
  if (const auto raw = raw_book_from_json(json)) {
    std::string out;
    append_raw_book_json(out, *raw);
    const auto again = raw_book_from_json(out);
    BOOKRECO_CHECK(again && *again == *raw);
    BOOKRECO_CHECK(!clean(*raw).issues.empty() || clean(*raw).book);
  }
  return 0;
}
