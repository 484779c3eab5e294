#include "domain/clean.h"

#include "base/utf8.h"
#include "domain/authors.h"
#include "domain/facts.h"
#include "domain/identity.h"
#include "domain/isbn.h"
#include "domain/labels.h"
#include "domain/language.h"
#include "domain/markup.h"
#include "domain/measures.h"
#include "domain/text_repair.h"
#include "domain/title.h"

namespace bookreco {
namespace {

std::string clean_text(std::string_view bytes) {
  const bool markup =
      bytes.find('<') != std::string_view::npos || bytes.find('&') != std::string_view::npos;
  return clean_line(markup ? std::string_view(strip_markup(bytes)) : bytes);
}

/// One cleaning: the book as it grows and what did not get into it.
class Cleaner {
 public:
  Cleaned run(const RawBook& raw);

 private:
  void note(std::string_view field,
            std::string_view value,
            std::string_view reason,
            bool fatal = false) {
    constexpr std::size_t kShown = 200;
    std::string shown = is_utf8(value.substr(0, kShown)) ? std::string(value.substr(0, kShown))
                                                         : to_valid_utf8(value.substr(0, kShown));
    issues_.push_back({std::string(field), std::move(shown), std::string(reason), fatal});
  }
  std::string limited(std::string_view field, std::string_view bytes, std::size_t limit);
  std::vector<std::string> limited(std::string_view field, std::vector<std::string> list);
  template <class T>
  void set(std::optional<T>& field,
           std::string_view name,
           std::string_view value,
           std::optional<T> parsed,
           std::string_view reason);
  void add_fact(const std::string& name, const std::string& raw);
  void add_text(Fact fact, std::string value);
  bool add_measure(Fact fact, std::string_view field, std::string_view value);
  void add_codes();
  void add_cover(std::string_view value);
  void add_language(std::string_view value);
  void add_dimensions(std::string_view value);
  void add_series();

  Book book_;
  std::vector<Issue> issues_;
  std::string ean_;
  std::string isbn_;
};

std::string Cleaner::limited(std::string_view field, std::string_view bytes, std::size_t limit) {
  std::string text = clean_text(bytes);
  if (const std::string_view kept = truncate_utf8(text, limit); kept.size() < text.size()) {
    note(field, text, "too long, the rest was cut");
    text.resize(kept.size());
  }
  return text;
}

std::vector<std::string> Cleaner::limited(std::string_view field, std::vector<std::string> list) {
  if (list.size() > kMaxListed) {
    note(field, list[kMaxListed], "more than 100, the rest was cut");
    list.resize(kMaxListed);
  }
  return list;
}

template <class T>
void Cleaner::set(std::optional<T>& field,
                  std::string_view name,
                  std::string_view value,
                  std::optional<T> parsed,
                  std::string_view reason) {
  if (parsed) {
    field = parsed;
  } else {
    note(name, value, reason);
  }
}

void Cleaner::add_cover(std::string_view value) {
  const bool web = value.starts_with("http://") || value.starts_with("https://");
  if (!web || value.find_first_of(" <>\"") != std::string_view::npos || value.size() > 2'000) {
    note("cover_url", value, "not an http or https address");
  } else if (value.find("/nophoto/") != std::string_view::npos) {
    note("cover_url", value, "a placeholder image");
  } else {
    book_.cover_url = value;
  }
}

void Cleaner::add_language(std::string_view value) {
  if (std::optional<std::string> code = parse_language(value)) {
    book_.language = std::move(*code);
  } else {
    note("language", value, "not a language");
  }
}

void Cleaner::add_dimensions(std::string_view value) {
  const std::optional<Dimensions> dimensions = parse_dimensions(value);
  if (!dimensions) {
    note("dimensions", value, "not two or three lengths between 0 and 500 cm");
    return;
  }
  book_.width_cm = dimensions->width_cm;
  book_.height_cm = dimensions->height_cm;
  book_.depth_cm = dimensions->depth_cm;
  if (dimensions->zeros) {
    note("dimensions", value, "a length of zero, left out");
  }
}

void Cleaner::add_fact(const std::string& name, const std::string& raw) {
  const std::optional<Fact> fact = parse_fact(name);
  if (!fact) {
    note(truncate_utf8(clean_text(name), 60), raw, "unknown field");
    return;
  }
  const std::string_view field = fact_name(*fact);
  std::string value = limited(field, raw, *fact == Fact::kCoverUrl ? 2'000 : kMaxText);
  if (!value.empty() && *fact != Fact::kIgnored && !add_measure(*fact, field, value)) {
    add_text(*fact, std::move(value));
  }
}

void Cleaner::add_text(Fact fact, std::string value) {
  switch (fact) {
    case Fact::kCoverUrl:
      return add_cover(value);
    case Fact::kCollection:
      book_.collection = std::move(value);
      return;
    case Fact::kSeries:
      book_.series = std::move(value);
      return;
    case Fact::kLanguage:
      return add_language(value);
    case Fact::kEan:
      ean_ = std::move(value);
      return;
    case Fact::kIsbn:
      isbn_ = parse_isbn(isbn_) ? isbn_ : std::move(value);
      return;
    case Fact::kPublisher:
      book_.publisher = clean_publisher(value);
      return;
    case Fact::kFormat:
      book_.format = std::move(value);
      return;
    case Fact::kBinding:
      book_.binding = std::move(value);
      return;
    case Fact::kDimensions:
      return add_dimensions(value);
    default:
      return;
  }
}

/// True when the fact is a number, a date or a yes or no.
bool Cleaner::add_measure(Fact fact, std::string_view field, std::string_view value) {
  const auto add = [&](auto& into, auto parsed, std::string_view reason) {
    set(into, field, value, parsed, reason);
    return true;
  };
  static constexpr std::string_view kPages = "not a number of pages between 1 and 50,000";
  static constexpr std::string_view kWeight = "not a weight between 0 and 200 kg";
  static constexpr std::string_view kLength = "not a length between 0 and 500 cm";
  switch (fact) {
    case Fact::kSeriesNumber:
      return add(book_.series_number, parse_number(value), "not a number");
    case Fact::kPublishedOn:
      return add(book_.published_on, parse_date(value), "not a date");
    case Fact::kPageCount:
      return add(book_.page_count, parse_page_count(value), kPages);
    case Fact::kWeight:
      return add(book_.weight_kg, parse_weight_kg(value), kWeight);
    case Fact::kWidth:
      return add(book_.width_cm, parse_length_cm(value), kLength);
    case Fact::kHeight:
      return add(book_.height_cm, parse_length_cm(value), kLength);
    case Fact::kDepth:
      return add(book_.depth_cm, parse_length_cm(value), kLength);
    case Fact::kAvailable:
      return add(book_.available, parse_availability(value), "not a word for available or not");
    default:
      return false;
  }
}

/// EAN and ISBN check each other: a valid one stands in for the other, and two valid ones must
/// agree.
void Cleaner::add_codes() {
  const std::optional<std::string> ean = parse_ean13(ean_);
  const std::optional<std::string> isbn = parse_isbn(isbn_);
  if (!ean_.empty() && !ean) {
    note("ean", ean_, "not 13 digits with a right check digit");
  }
  if (!isbn_.empty() && !isbn) {
    note("isbn13", isbn_, "not an ISBN-10 or ISBN-13 with a right check digit");
  }
  const bool bookland = ean && parse_isbn(*ean);
  if (bookland && isbn && *ean != *isbn) {
    note("isbn13", isbn_, "differs from the EAN, which was kept");
  }
  book_.ean = ean ? *ean : isbn.value_or("");
  book_.isbn13 = bookland ? *ean : isbn.value_or("");
}

void Cleaner::add_series() {
  std::optional<Series> series = series_of(book_.title);
  if (!series) {
    series = series_of(book_.collection);
  }
  if (series && book_.series.empty()) {
    book_.series = std::move(series->name);
    if (!book_.series_number) {
      book_.series_number = series->number;
    }
  }
  const std::string_view title = without_series_note(book_.title);
  if (title.size() < book_.title.size()) {
    book_.title = std::string(title);
  }
}

std::vector<std::string> clean_each(const std::vector<std::string>& texts) {
  std::vector<std::string> cleaned;
  cleaned.reserve(texts.size());
  for (const std::string& text : texts) {
    cleaned.push_back(clean_text(text));
  }
  return cleaned;
}

Cleaned Cleaner::run(const RawBook& raw) {
  book_.title = limited("title", raw.title, kMaxTitle);
  if (book_.title.empty()) {
    note("title", raw.title, "missing", true);
    return {std::nullopt, std::move(issues_)};
  }
  for (const std::string& author : clean_each(raw.authors)) {
    book_.authors.push_back(std::string(truncate_utf8(author, kMaxText * 4)));
  }
  book_.authors = limited("authors", clean_authors(book_.authors));
  book_.description = limited("description", raw.description, kMaxDescription);
  book_.labels = limited("labels", clean_labels(clean_each(raw.labels)));
  for (const auto& [name, value] : raw.facts) {
    add_fact(name, value);
  }
  add_codes();
  add_series();
  if (book_.language.empty()) {
    std::string text = book_.title;
    text += ". ";
    text += std::string_view(book_.description).substr(0, 600);
    book_.language = detect_language(text);
  }
  book_.id = book_id(book_);
  book_.work_id = work_id(book_);
  return {std::move(book_), std::move(issues_)};
}

}  // namespace

Cleaned clean(const RawBook& raw) {
  return Cleaner().run(raw);
}

}  // namespace bookreco
