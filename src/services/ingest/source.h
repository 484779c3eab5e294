#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "domain/raw_book.h"

namespace bookreco {

/// A grade or an event as a source tells it: the book is named by one of `book_key` (RawBook::key
/// of another file of the same source), `book_id` (id, EAN or ISBN) or title with author.
struct RawInteraction {
  std::string reader;
  std::string book_key;
  std::string book_id;
  std::string title;
  std::string author;  ///< the first one
  std::string kind;    ///< domain/interaction.h's names
  std::optional<double> value;
  std::string at;      ///< ISO 8601 or a date; empty when not known
  std::string source;  ///< "goodbooks", "goodreads", …
  std::string key;     ///< idempotency key; empty when the source gives none
  bool state = false;  ///< what holds by a library's export, whenever it was said
  std::uint32_t file = 0;
  std::uint64_t row = 0;
};

/// Something of a row that could not be used; `fatal` when the whole row could not.
struct Reject {
  std::uint32_t file = 0;  ///< number of the file in the request
  std::uint64_t row = 0;   ///< from 1; 0 when the file as a whole is meant
  std::string field;
  std::string value;  ///< at most 200 bytes
  std::string reason;
  bool fatal = true;
  bool breaks_off = false;  ///< and with it the rest of the file
};

/// Takes what converters find, in the order found. An error stops the conversion.
class ConvertSink {
 public:
  virtual ~ConvertSink() = default;
  virtual Status book(RawBook&& book) = 0;
  virtual Status interaction(RawInteraction&& interaction) = 0;
  virtual Status reject(Reject&& reject) = 0;
};

struct ConvertOptions {
  std::string format;         ///< empty: told from each file's content
  std::string reader = "me";  ///< whose library an export is
};

/// Reads files of any known format (services/ingest/formats.h), "-" for standard input; files of
/// one source that belong together (goodbooks books, tags, ratings) are joined whatever their
/// order. Rows that cannot be read are told to the sink and passed over; a file that cannot be read
/// at all, or of no known format, is an error that names it.
Status convert_files(std::span<const std::string> files,
                     const ConvertOptions& options,
                     ConvertSink& sink,
                     const ProgressFn& progress);

}  // namespace bookreco
