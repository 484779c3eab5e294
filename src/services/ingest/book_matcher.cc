#include "services/ingest/book_matcher.h"

#include <algorithm>
#include <array>
#include <set>

#include "domain/authors.h"
#include "domain/fold.h"
#include "domain/identity.h"
#include "domain/isbn.h"
#include "domain/isbn_repair.h"
#include "domain/title.h"

namespace bookreco {
namespace {

constexpr std::int64_t kMostEditions = 50;
constexpr std::size_t kMostRemembered = 1'000'000;

/// Where a title may end before its subtitle.
std::string_view without_subtitle(std::string_view title) {
  const std::size_t end = std::min({title.find(':'), title.find(" - "), title.find(" ; ")});
  return title.substr(0, end);
}

std::string_view last_name(std::string_view key) {
  const std::size_t space = key.rfind(' ');
  return key.substr(0, space);
}

/// What the authors add to an equal title.
double likeness(const Book& book, const std::string& author) {
  if (author.empty()) {
    return 0.6;
  }
  double best = 0.3;
  for (const std::string& name : book.authors) {
    const std::string key = author_key(name);
    if (key == author) {
      return 0.9;
    }
    if (!key.empty() && last_name(key) == last_name(author)) {
      best = 0.8;
    }
  }
  return best;
}

/// The best of the books offered, and whether others are as good.
class Best {
 public:
  explicit Best(MatchMethod method) : method_(method) {}

  void offer(const Book& book, double confidence) {
    if (confidence < confidence_) {
      return;
    }
    if (confidence > confidence_) {
      confidence_ = confidence;
      id_ = book.id;
      works_.clear();
    }
    id_ = std::min(id_, book.id);
    works_.insert(book.work_id.empty() ? book.id : book.work_id);
  }

  std::optional<BookMatch> result() const {
    if (works_.empty()) {
      return std::nullopt;
    }
    return BookMatch{id_, method_, works_.size() > 1 ? confidence_ / 2 : confidence_};
  }

 private:
  const MatchMethod method_;
  double confidence_ = 0;
  std::string id_;
  std::set<std::string> works_;
};

}  // namespace

std::string_view method_name(MatchMethod method) {
  static constexpr std::array<std::string_view, kMatchMethods> kNames{
      "id", "isbn", "mended_isbn", "title_author", "title"};
  return kNames[static_cast<std::size_t>(method)];
}

Result<std::optional<BookMatch>> BookMatcher::find(const NamedBook& named) {
  const std::string key = named.id + '\n' + named.title + '\n' + named.author;
  if (const auto known = found_.find(key); known != found_.end()) {
    return known->second;
  }
  BOOKRECO_TRY(auto match, search(named));
  if (found_.size() >= kMostRemembered) {
    found_.clear();
  }
  found_.emplace(key, match);
  return match;
}

Result<std::optional<BookMatch>> BookMatcher::search(const NamedBook& named) {
  if (!named.id.empty()) {
    BOOKRECO_TRY(auto match, by_number(named.id));
    if (match) {
      return match;
    }
  }
  return named.title.empty() ? Result<std::optional<BookMatch>>(std::nullopt) : by_words(named);
}

Result<std::optional<BookMatch>> BookMatcher::by_number(const std::string& cell) {
  const IsbnReading reading = read_isbn_cell(cell);
  std::vector<std::string> ids{cell};
  ids.insert(ids.end(), reading.isbns.begin(), reading.isbns.end());
  if (auto ean = parse_ean13(cell)) {
    ids.push_back(*std::move(ean));
  }
  BOOKRECO_TRY(const auto books, books_.get(ids));
  if (books.front()) {
    return BookMatch{books.front()->id, reading.certain ? MatchMethod::kIsbn : MatchMethod::kId, 1};
  }
  std::set<std::string> others;
  for (const std::optional<Book>& book : books) {
    if (book) {
      others.insert(book->id);
    }
  }
  if (others.empty() || (!reading.certain && others.size() > 1)) {
    return std::nullopt;
  }
  const bool mended = !reading.certain && !reading.isbns.empty();
  return BookMatch{
      *others.begin(), mended ? MatchMethod::kMendedIsbn : MatchMethod::kIsbn, mended ? 0.95 : 1};
}

Result<std::optional<BookMatch>> BookMatcher::by_words(const NamedBook& named) {
  const std::vector<std::string> people = split_authors(named.author);
  const std::string author = people.empty() ? "" : author_key(people.front());
  Best best(author.empty() ? MatchMethod::kTitle : MatchMethod::kTitleAuthor);
  if (!author.empty()) {
    Book meant;
    meant.title = named.title;
    meant.authors = {people.front()};
    BookQuery query;
    query.work_id = work_id(meant);
    query.limit = kMostEditions;
    BOOKRECO_TRY(const BookPage page, books_.query(query));
    for (const Book& book : page.books) {
      best.offer(book, 0.95);
    }
  }
  std::set<std::string> tried;
  const std::string_view plain = without_series_note(named.title);
  for (const std::string_view title :
       {std::string_view(named.title), plain, without_subtitle(plain)}) {
    if (fold(title).empty() || !tried.insert(fold(title)).second) {
      continue;
    }
    BookQuery query;
    query.title = title;
    query.limit = kMostEditions;
    BOOKRECO_TRY(const BookPage page, books_.query(query));
    for (const Book& book : page.books) {
      best.offer(book, likeness(book, author) - (tried.size() > 1 ? 0.05 : 0));
    }
  }
  return best.result();
}

}  // namespace bookreco
