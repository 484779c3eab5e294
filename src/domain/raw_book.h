#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace bookreco {

/// A book as a source tells it, before cleaning: any bytes, any spelling. Facts are every other
/// field by name ("EAN", "Date de parution", "page_count", …; domain/facts.h says which are known)
/// with their value as text.
struct RawBook {
  std::string title;
  std::vector<std::string> authors;  ///< one text may name several people
  std::string description;
  std::vector<std::string> labels;
  std::vector<std::pair<std::string, std::string>> facts;
  std::string key;  ///< what the source's other files call it ("goodbooks:12"); often empty
  bool partial =
      false;  ///< a reader's note of a book: it adds to the catalogue's record, never replaces it
  std::uint32_t file = 0;  ///< where it came from: number of the file, and
  std::uint64_t row = 0;   ///< row in it, from 1

  bool operator==(const RawBook&) const = default;
};

/// One JSON object, no newline; what raw_book_from_json reads.
void append_raw_book_json(std::string& out, const RawBook& book);

/// Reads our own schema (the field names of `Book`) and the original scraper's (product_title,
/// author, resume, information, image_url). Text, numbers, null and lists are taken as they come;
/// unknown fields become facts, for clean() to name. kInvalidArgument when it is not a JSON object.
Result<RawBook> raw_book_from_json(std::string_view json);

}  // namespace bookreco
