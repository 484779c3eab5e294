#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "domain/isbn.h"
#include "services/ingest/converters.h"
#include "services/ingest/csv_reader.h"

namespace bookreco {
namespace {

constexpr std::size_t kLabels = 8;

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() ? std::optional(value)
                                                                   : std::nullopt;
}

/// The labels that readers' shelves give each book, most shelved first.
class Shelves {
 public:
  Status add_tags(const SourceFile& file, Conversion& conversion) {
    return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t) -> Status {
      if (std::string label = shelf_label(row.field("tag name")); !label.empty()) {
        labels_.emplace(row.field("tag id"), std::move(label));
      }
      return {};
    });
  }

  Status add_counts(const SourceFile& file, Conversion& conversion) {
    return for_each_row(
        file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
          const std::optional<std::int64_t> count = to_integer(row.field("count"));
          if (!count || *count < 0) {
            return conversion.leave_out(
                file, number, "count", row.field("count"), "not a number of readers");
          }
          const auto label = labels_.find(std::string(row.field("tag id")));
          if (label != labels_.end()) {
            add(std::string(row.field("goodreads book id")), label->second, *count);
          }
          return {};
        });
  }

  std::vector<std::string> of(std::string_view book) const {
    std::vector<std::string> labels;
    if (const auto found = counts_.find(std::string(book)); found != counts_.end()) {
      std::vector<Count> counts = found->second;
      std::stable_sort(counts.begin(), counts.end(), [](const Count& a, const Count& b) {
        return a.readers > b.readers;
      });
      for (const Count& count : counts) {
        if (labels.size() < kLabels) {
          labels.push_back(*count.label);
        }
      }
    }
    return labels;
  }

 private:
  struct Count {
    const std::string* label;
    std::int64_t readers;
  };

  /// Spellings of one label add up.
  void add(const std::string& book, const std::string& label, std::int64_t readers) {
    std::vector<Count>& counts = counts_[book];
    const auto same = std::find_if(
        counts.begin(), counts.end(), [&](const Count& count) { return *count.label == label; });
    if (same == counts.end()) {
      counts.push_back({&label, readers});
    } else {
      same->readers += readers;
    }
  }

  std::unordered_map<std::string, std::string> labels_;  ///< by tag id
  std::unordered_map<std::string, std::vector<Count>> counts_;
};

std::string key_of(std::string_view book) {
  return "goodbooks:" + std::string(book);
}

/// ISBN-10s lost their leading zeros, ISBN-13s all but twelve digits ("9.78043902348e+12").
Status add_isbn(const SourceFile& file,
                std::uint64_t number,
                const CsvReader& row,
                Conversion& conversion,
                RawBook& book) {
  std::string isbn10(row.field("isbn"));
  const std::string_view isbn13 = row.field("isbn13");
  if (!isbn10.empty() && isbn10.size() < 10) {
    isbn10.insert(0, 10 - isbn10.size(), '0');
  }
  if (parse_isbn(isbn10)) {
    book.facts.emplace_back("isbn13", isbn10);
    return {};
  }
  if (isbn13.find_first_of("eE") == std::string_view::npos) {
    book.facts.emplace_back(
        "isbn13", isbn13.empty() ? isbn10 : std::string(isbn13.substr(0, isbn13.find('.'))));
    return {};
  }
  return conversion.leave_out(file, number, "isbn13", isbn13, "digits lost to scientific notation");
}

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = text.find(", ");
    names.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
  }
  return names;
}

Status convert_books(const SourceFile& file, const Shelves& shelves, Conversion& conversion) {
  return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
    RawBook book;
    book.file = file.number;
    book.row = number;
    book.key = key_of(row.field("book id"));
    book.title = row.field("title");
    book.authors = split_names(row.field("authors"));
    book.labels = shelves.of(row.field("goodreads book id"));
    BOOKRECO_TRY_VOID(add_isbn(file, number, row, conversion, book));
    book.facts.emplace_back("published_on", row.field("original publication year"));
    book.facts.emplace_back("language", row.field("language code"));
    book.facts.emplace_back("cover_url", row.field("image url"));
    book.facts.emplace_back("available", row.field("available"));
    return conversion.sink.book(std::move(book));
  });
}

Status convert_grades(const SourceFile& file, Conversion& conversion) {
  const bool ratings = file.format == Format::kGoodbooksRatings;
  return for_each_row(file, conversion, [&](const CsvReader& row, std::uint64_t number) -> Status {
    RawInteraction interaction;
    interaction.reader = "goodbooks-" + std::string(row.field("user id"));
    interaction.book_key = key_of(row.field("book id"));
    interaction.kind = ratings ? "rating" : "want_to_read";
    interaction.source = "goodbooks";
    interaction.file = file.number;
    interaction.row = number;
    if (ratings) {
      const std::optional<std::int64_t> stars = to_integer(row.field("rating"));
      if (!stars || *stars < 1 || *stars > 5) {
        return conversion.refuse(file, number, "rating", row.field("rating"), "not 1 to 5 stars");
      }
      interaction.value = static_cast<double>(*stars);
    }
    return conversion.sink.interaction(std::move(interaction));
  });
}

}  // namespace

Status convert_goodbooks(std::span<const SourceFile> files, Conversion& conversion) {
  const auto of = [&](Format format) {
    std::vector<const SourceFile*> chosen;
    for (const SourceFile& file : files) {
      if (file.format == format) {
        chosen.push_back(&file);
      }
    }
    return chosen;
  };
  const std::vector<const SourceFile*> books = of(Format::kGoodbooksBooks);
  if (books.empty()) {
    return fail(Code::kInvalidArgument,
                "{} names books by goodbooks-10k's numbers: give its books.csv in the same command",
                files.front().name);
  }
  if (!of(Format::kGoodbooksBookTags).empty() && of(Format::kGoodbooksTags).empty()) {
    return fail(Code::kInvalidArgument,
                "book_tags.csv names shelves by number: give tags.csv in the same command");
  }
  Shelves shelves;
  for (const SourceFile* file : of(Format::kGoodbooksTags)) {
    BOOKRECO_TRY_VOID(shelves.add_tags(*file, conversion));
  }
  for (const SourceFile* file : of(Format::kGoodbooksBookTags)) {
    BOOKRECO_TRY_VOID(shelves.add_counts(*file, conversion));
  }
  for (const SourceFile* file : books) {
    BOOKRECO_TRY_VOID(convert_books(*file, shelves, conversion));
  }
  for (const Format format : {Format::kGoodbooksRatings, Format::kGoodbooksToRead}) {
    for (const SourceFile* file : of(format)) {
      BOOKRECO_TRY_VOID(convert_grades(*file, conversion));
    }
  }
  return {};
}

}  // namespace bookreco
