#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/book.h"

namespace bookreco {

/// The project's own JSON of a book: the field names of `Book`, unknown fields left out, dates as
/// ISO 8601 text. One object, no newline. Frozen: batches on disk and the public API hold it.
void append_book_json(std::string& out, const Book& book);
std::string to_json(const Book& book);

/// Without the description: what lists show.
void append_card_json(std::string& out, const Book& book);

/// Reads what append_book_json wrote. kInvalidArgument names the field.
Result<Book> book_from_json(std::string_view json);

/// A digest of every field but the id: equal digests mean nothing to store.
std::string content_hash(const Book& book);

}  // namespace bookreco
