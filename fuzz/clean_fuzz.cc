#include "domain/book_json.h"
#include "domain/clean.h"
#include "domain/merge.h"
#include "support.h"

using namespace bookreco;

namespace {

bool all_clean(const std::vector<std::string>& texts) {
  return std::ranges::all_of(texts, fuzz::is_clean_text);
}

void check_book(const Book& book) {
  BOOKRECO_CHECK(!book.title.empty() && utf8_length(book.title) <= kMaxTitle);
  BOOKRECO_CHECK(book.authors.size() <= kMaxListed && book.labels.size() <= kMaxListed);
  BOOKRECO_CHECK(all_clean({book.id,
                            book.work_id,
                            book.title,
                            book.description,
                            book.cover_url,
                            book.collection,
                            book.series,
                            book.language,
                            book.ean,
                            book.isbn13,
                            book.publisher,
                            book.format,
                            book.binding}));
  BOOKRECO_CHECK(all_clean(book.authors) && all_clean(book.labels));
  BOOKRECO_CHECK((book.id.size() == 13 || book.id.size() == 17) && book.work_id.size() == 17);
  const auto read = book_from_json(to_json(book));
  BOOKRECO_CHECK(read && *read == book && content_hash(*read) == content_hash(book));
  Book twice = book;
  merge(twice, book);
  BOOKRECO_CHECK(twice == book);
}

}  // namespace

/// The input is what one line of a file holds: a title, a line of authors, one of labels, a
/// description, facts "name=value".
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  RawBook raw;
  raw.title = input.take_until('\n');
  raw.authors.emplace_back(input.take_until('\n'));
  raw.labels = {std::string(input.take_until('\t')), std::string(input.take_until('\n'))};
  raw.description = input.take_until('\n');
  while (!input.empty()) {
    const std::string name(input.take_until('='));
    raw.facts.emplace_back(name, input.take_until('\n'));
  }
  const Cleaned cleaned = clean(raw);
  BOOKRECO_CHECK(cleaned.book.has_value() == std::ranges::none_of(cleaned.issues, &Issue::fatal));
  if (cleaned.book) {
    check_book(*cleaned.book);
  }
  BOOKRECO_CHECK(std::ranges::all_of(cleaned.issues, [](const Issue& issue) {
    return is_utf8(issue.field) && is_utf8(issue.value) && !issue.reason.empty();
  }));
  return 0;
}
