#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bookreco {

/// What a file holds. Names (format_name) are what `--format` takes and what runs record.
enum class Format {
  kJsonArray,          ///< the original scraper's: one array of objects
  kJsonLines,          ///< our schema, one object a line; interactions too
  kGoodbooksBooks,     ///< goodbooks-10k books.csv
  kGoodbooksTags,      ///< tags.csv
  kGoodbooksBookTags,  ///< book_tags.csv
  kGoodbooksRatings,   ///< ratings.csv
  kGoodbooksToRead,    ///< to_read.csv
  kGoodreads,          ///< a reader's library exported by Goodreads
  kStoryGraph,         ///< by The StoryGraph
  kLibraryThing,       ///< by LibraryThing, tab-separated
  kInteractions,       ///< our CSV of interactions
  kOpenLibrary,        ///< lines of an Open Library dump
};

std::string_view format_name(Format format);
std::optional<Format> parse_format(std::string_view name);
/// All of them, for messages: "furet, jsonl, …".
std::string format_names();

/// Told by the first bytes; kInvalidArgument says what was seen. `name` is for the message.
Result<Format> detect_format(std::string_view head, std::string_view name);

}  // namespace bookreco
