#include "services/ingest/formats.h"

#include <algorithm>
#include <array>

#include "domain/fold.h"

namespace bookreco {
namespace {

struct Name {
  Format format;
  std::string_view name;
};

constexpr std::array kNames{
    Name{Format::kJsonArray, "furet"},
    Name{Format::kJsonLines, "jsonl"},
    Name{Format::kGoodbooksBooks, "goodbooks-books"},
    Name{Format::kGoodbooksTags, "goodbooks-tags"},
    Name{Format::kGoodbooksBookTags, "goodbooks-book-tags"},
    Name{Format::kGoodbooksRatings, "goodbooks-ratings"},
    Name{Format::kGoodbooksToRead, "goodbooks-to-read"},
    Name{Format::kGoodreads, "goodreads"},
    Name{Format::kStoryGraph, "storygraph"},
    Name{Format::kLibraryThing, "librarything"},
    Name{Format::kInteractions, "interactions"},
    Name{Format::kOpenLibrary, "openlibrary"},
};

/// The names of a CSV's first line, folded.
std::vector<std::string> header_of(std::string_view line) {
  std::vector<std::string> names;
  const char separator = line.find('\t') == std::string_view::npos ? ',' : '\t';
  while (!line.empty()) {
    const std::size_t end = line.find(separator);
    names.push_back(fold(line.substr(0, end)));
    line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
  }
  return names;
}

std::optional<Format> detect_csv(std::string_view line) {
  const std::vector<std::string> names = header_of(line);
  const auto has = [&](std::initializer_list<std::string_view> wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](std::string_view name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    });
  };
  if (has({"book id", "title", "author"}))
    return Format::kGoodreads;
  if (has({"title", "authors", "read status"}))
    return Format::kStoryGraph;
  if (has({"title", "primary author", "collections"}))
    return Format::kLibraryThing;
  if (has({"reader", "book"}) || has({"reader", "isbn"}) || has({"reader", "title"}))
    return Format::kInteractions;
  if (has({"book id", "title", "authors"}))
    return Format::kGoodbooksBooks;
  if (has({"tag id", "tag name"}))
    return Format::kGoodbooksTags;
  if (has({"goodreads book id", "tag id", "count"}))
    return Format::kGoodbooksBookTags;
  if (has({"book id", "user id", "rating"}))
    return Format::kGoodbooksRatings;
  if (has({"book id", "user id"}))
    return Format::kGoodbooksToRead;
  return std::nullopt;
}

bool is_binary(std::string_view head) {
  const std::string_view looked = head.substr(0, 4096);
  const auto controls = std::count_if(looked.begin(), looked.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return controls * 100 > static_cast<std::ptrdiff_t>(looked.size());
}

}  // namespace

std::string_view format_name(Format format) {
  const auto* found = std::find_if(
      kNames.begin(), kNames.end(), [&](const Name& entry) { return entry.format == format; });
  return found == kNames.end() ? "unknown" : found->name;
}

std::optional<Format> parse_format(std::string_view name) {
  const auto* found = std::find_if(
      kNames.begin(), kNames.end(), [&](const Name& entry) { return entry.name == name; });
  return found == kNames.end() ? std::nullopt : std::optional(found->format);
}

std::string format_names() {
  std::string names;
  for (const Name& entry : kNames) {
    names += names.empty() ? "" : ", ";
    names += entry.name;
  }
  return names;
}

Result<Format> detect_format(std::string_view head, std::string_view name) {
  const std::size_t begin = head.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    return fail(Code::kInvalidArgument, "{} is empty", name);
  }
  const std::string_view text = head.substr(begin);
  const std::string_view line = text.substr(0, text.find('\n'));
  if (text[0] == '[') {
    return Format::kJsonArray;
  }
  if (text[0] == '{') {
    return Format::kJsonLines;
  }
  if (line.starts_with("/type/") && std::count(line.begin(), line.end(), '\t') >= 4) {
    return Format::kOpenLibrary;
  }
  if (is_binary(head)) {
    return fail(Code::kInvalidArgument,
                "{} is not text (a picture, an archive, a spreadsheet?): export it as CSV or JSON "
                "Lines first",
                name);
  }
  if (const std::optional<Format> format = detect_csv(line)) {
    return *format;
  }
  return fail(Code::kInvalidArgument,
              "the format of {} is not recognised (it begins with \"{}\"): name it with --format, "
              "one of {}",
              name,
              line.substr(0, 60),
              format_names());
}

}  // namespace bookreco
