#include <array>
#include <unordered_map>

#include "domain/json_reader.h"
#include "services/ingest/converters.h"

namespace bookreco {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::size_t kSubjects = 10;

/// A string, or the "value" of {"type", "value"}.
std::string text_of(element object, const char* key) {
  element value;
  std::string_view text;
  if (object[key].get(value) != simdjson::SUCCESS) {
    return {};
  }
  if (value.get(text) == simdjson::SUCCESS ||
      (value.is_object() && value["value"].get(text) == simdjson::SUCCESS)) {
    return std::string(text);
  }
  std::int64_t number = 0;
  return value.get(number) == simdjson::SUCCESS ? std::to_string(number) : std::string();
}

/// Calls visit(text) for each text of a list, {"key": text} and {"author": {"key": text}} included.
template <class Visit>
void for_each_text(element object, const char* name, const Visit& visit) {
  array list;
  if (object[name].get(list) != simdjson::SUCCESS) {
    return;
  }
  for (const element item : list) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS) {
      visit(text);
    } else if (item.is_object() &&
               (item["key"].get(text) == simdjson::SUCCESS ||
                item.at_pointer("/author/key").get(text) == simdjson::SUCCESS)) {
      visit(text);
    }
  }
}

std::string first_text(element object, const char* name) {
  std::string first;
  for_each_text(object, name, [&](std::string_view text) {
    if (first.empty()) {
      first = text;
    }
  });
  return first;
}

std::string_view last_part(std::string_view key) {
  return key.substr(key.rfind('/') + 1);
}

/// What editions take from their work.
struct Work {
  std::string description;
  std::vector<std::string> subjects;
  std::vector<std::string> authors;  ///< keys
};

Work read_work(element json) {
  Work work;
  work.description = text_of(json, "description");
  for_each_text(json, "subjects", [&](std::string_view subject) {
    if (work.subjects.size() < kSubjects) {
      work.subjects.emplace_back(subject);
    }
  });
  for_each_text(json, "authors", [&](std::string_view key) { work.authors.emplace_back(key); });
  return work;
}

class Library {
 public:
  explicit Library(Conversion& conversion) : conversion_(conversion) {}

  /// Authors and works, and whether there are editions.
  Status learn(const SourceFile& file) {
    return for_each_line(
        file,
        true,
        [&](std::string_view type, std::string_view key, element json, std::uint64_t) -> Status {
          if (type == "/type/author") {
            authors_.emplace(key, text_of(json, "name"));
          } else if (type == "/type/work") {
            works_.emplace(key, read_work(json));
          }
          return {};
        });
  }

  Status convert(const SourceFile& file) {
    const std::string_view wanted = editions_ ? "/type/edition" : "/type/work";
    return for_each_line(file,
                         false,
                         [&](std::string_view type,
                             std::string_view key,
                             element json,
                             std::uint64_t row) -> Status {
                           if (type != wanted) {
                             return {};
                           }
                           RawBook book = read_book(json);
                           book.file = file.number;
                           book.row = row;
                           book.key = "openlibrary:" + std::string(last_part(key));
                           return conversion_.sink.book(std::move(book));
                         });
  }

 private:
  template <class Visit>
  Status for_each_line(const SourceFile& file, bool learning, const Visit& visit);
  template <class Visit>
  Status visit_line(const SourceFile& file,
                    bool learning,
                    std::string_view line,
                    std::uint64_t row,
                    const Visit& visit);
  RawBook read_book(element json) const;

  Conversion& conversion_;
  bool editions_ = false;
  std::unordered_map<std::string, std::string> authors_;
  std::unordered_map<std::string, Work> works_;
};

/// A bad line is told once: in the second pass, which sees them all.
template <class Visit>
Status Library::visit_line(const SourceFile& file,
                           bool learning,
                           std::string_view line,
                           std::uint64_t row,
                           const Visit& visit) {
  std::array<std::string_view, 5> columns;
  std::size_t count = 0;
  std::string_view rest = line;
  for (; count < 4 && rest.find('\t') != std::string_view::npos; ++count) {
    columns[count] = rest.substr(0, rest.find('\t'));
    rest.remove_prefix(rest.find('\t') + 1);
  }
  columns[4] = rest;
  if (count < 4 || !columns[0].starts_with("/type/")) {
    return learning ? Status()
                    : conversion_.refuse(
                          file, row, "row", line, "not the five columns of an Open Library dump");
  }
  const bool edition = columns[0] == "/type/edition";
  editions_ = editions_ || edition;
  const bool known = edition || columns[0] == "/type/work" || columns[0] == "/type/author";
  if (!known || (learning && edition)) {
    return {};
  }
  const Result<element> json = parse_json(columns[4]);
  if (!json || !json->is_object()) {
    return learning ? Status()
                    : conversion_.refuse(
                          file, row, "json", columns[4], "the fifth column is not a JSON object");
  }
  return visit(columns[0], columns[1], *json, row);
}

template <class Visit>
Status Library::for_each_line(const SourceFile& file, bool learning, const Visit& visit) {
  BOOKRECO_TRY(ByteSource bytes, file.open());
  LineReader lines(std::move(bytes));
  std::uint64_t row = 0;
  for (;;) {
    const Result<std::optional<LineReader::Line>> line = lines.next();
    if (!line && learning && line.error().code == Code::kDataLoss) {
      return {};  // told when the file is converted
    }
    if (!line) {
      return conversion_.absorb_damage(file, row + 1, line.error());
    }
    if (!*line) {
      return {};
    }
    row = (*line)->number;
    if (!(*line)->too_long) {
      BOOKRECO_TRY_VOID(visit_line(file, learning, (*line)->text, row, visit));
    } else if (!learning) {
      BOOKRECO_TRY_VOID(conversion_.refuse(file, row, "row", "", "longer than 16 MiB"));
    }
    conversion_.report_position(row, lines.source());
  }
}

RawBook Library::read_book(element json) const {
  RawBook book;
  book.title = text_of(json, "title");
  if (const std::string subtitle = text_of(json, "subtitle"); !subtitle.empty()) {
    book.title += ": " + subtitle;
  }
  book.description = text_of(json, "description");
  const auto add_authors = [&](std::string_view key) {
    if (const auto author = authors_.find(std::string(key));
        author != authors_.end() && !author->second.empty()) {
      book.authors.push_back(author->second);
    }
  };
  for_each_text(json, "authors", add_authors);
  for_each_text(json, "subjects", [&](std::string_view subject) {
    if (book.labels.size() < kSubjects) {
      book.labels.emplace_back(subject);
    }
  });
  if (const auto work = works_.find(first_text(json, "works")); work != works_.end()) {
    book.description = book.description.empty() ? work->second.description : book.description;
    book.labels = book.labels.empty() ? work->second.subjects : book.labels;
    if (book.authors.empty()) {
      for (const std::string& key : work->second.authors) {
        add_authors(key);
      }
    }
  }
  std::string isbn = first_text(json, "isbn_13");
  book.facts.emplace_back("isbn13", isbn.empty() ? first_text(json, "isbn_10") : std::move(isbn));
  book.facts.emplace_back("publisher", first_text(json, "publishers"));
  book.facts.emplace_back(
      "published_on",
      text_of(json,
              json["publish_date"].error() == simdjson::SUCCESS ? "publish_date"
                                                                : "first_publish_date"));
  book.facts.emplace_back("page_count", text_of(json, "number_of_pages"));
  book.facts.emplace_back("language", last_part(first_text(json, "languages")));
  book.facts.emplace_back("series", first_text(json, "series"));
  book.facts.emplace_back("binding", text_of(json, "physical_format"));
  book.facts.emplace_back("dimensions", text_of(json, "physical_dimensions"));
  book.facts.emplace_back("weight_kg", text_of(json, "weight"));
  std::int64_t cover = 0;
  if (json.at_pointer("/covers/0").get(cover) == simdjson::SUCCESS && cover > 0) {
    book.facts.emplace_back("cover_url",
                            fmt::format("https://covers.openlibrary.org/b/id/{}-L.jpg", cover));
  }
  return book;
}

}  // namespace

Status convert_open_library(std::span<const SourceFile> files, Conversion& conversion) {
  Library library(conversion);
  for (const SourceFile& file : files) {
    BOOKRECO_TRY_VOID(library.learn(file));
  }
  for (const SourceFile& file : files) {
    BOOKRECO_TRY_VOID(library.convert(file));
  }
  return {};
}

}  // namespace bookreco
