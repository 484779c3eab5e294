#include "domain/isbn.h"
#include "domain/isbn_repair.h"
#include "support.h"

using namespace bookreco;

namespace {

bool is_13_digits(std::string_view text) {
  return text.size() == 13 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto ean = parse_ean13(text)) {
    BOOKRECO_CHECK(is_13_digits(*ean) && parse_ean13(*ean) == ean);
    to_isbn10(*ean);
  }
  for (const std::string& read : read_isbn_cell(text).isbns) {
    BOOKRECO_CHECK(parse_isbn(read) == read);
  }
  const auto isbn = parse_isbn(text);
  BOOKRECO_CHECK(!isbn || read_isbn_cell(*isbn).isbns == std::vector{*isbn});
  if (!isbn) {
    to_isbn10(text);
    return 0;
  }
  BOOKRECO_CHECK(is_13_digits(*isbn) && parse_isbn(*isbn) == isbn && parse_ean13(*isbn) == isbn);
  const auto ten = to_isbn10(*isbn);
  BOOKRECO_CHECK(ten.has_value() == isbn->starts_with("978"));
  const bool placeholder = ten == "0000000000";  // which parse_isbn refuses
  BOOKRECO_CHECK(!ten || placeholder || (ten->size() == 10 && parse_isbn(*ten) == isbn));
  return 0;
}
