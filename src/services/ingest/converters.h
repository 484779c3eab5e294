#pragma once

#include <span>
#include <string>
#include <string_view>

#include "services/ingest/conversion.h"

namespace bookreco {

/// An array of objects, as the original scraper wrote; an object that does not parse is refused and
/// reading resumes at the next.
Status convert_json_array(const SourceFile& file, Conversion& conversion);

/// One object a line: books (domain/raw_book.h), and interactions
/// {"reader", "kind", "value", "at", "source", "book": {"title", "authors", "language"} or "id"}.
Status convert_json_lines(const SourceFile& file, Conversion& conversion);

/// The CSV files of goodbooks-10k given together, in any order: shelves become labels, ratings and
/// to-read lists interactions. kInvalidArgument when books.csv is not among them.
Status convert_goodbooks(std::span<const SourceFile> files, Conversion& conversion);

/// A Goodreads library export: its books, which only fill what the catalogue lacks, and what its
/// reader did with them.
Status convert_goodreads(const SourceFile& file, Conversion& conversion);

/// The same of The StoryGraph: quarter stars, and the status of each book.
Status convert_storygraph(const SourceFile& file, Conversion& conversion);

/// The same of LibraryThing: stars, dates read, collections; a book that is only owned is bought.
Status convert_librarything(const SourceFile& file, Conversion& conversion);

/// Our CSV: reader, then the book by `book` (id, EAN or ISBN), `isbn` or `title` with `author`, and
/// kind, value, at, source, key. Without a kind, a value is a rating.
Status convert_interactions(const SourceFile& file, Conversion& conversion);

/// Open Library dump lines given together: editions with the names of their authors and the
/// descriptions and subjects of their works, which are held in memory for the join. Without
/// editions each work is a book.
Status convert_open_library(std::span<const SourceFile> files, Conversion& conversion);

/// A readable label for a reader's shelf ("sci-fi" is "Science fiction"); empty for shelves that
/// say nothing about the book ("to-read", "owned", "favorites").
std::string shelf_label(std::string_view shelf);

}  // namespace bookreco
