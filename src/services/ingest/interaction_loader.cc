#include "services/ingest/interaction_loader.h"

#include <cmath>

#include "domain/fold.h"
#include "domain/identity.h"
#include "domain/isbn.h"
#include "domain/title.h"

namespace bookreco {
namespace {

constexpr std::size_t kBatchInteractions = 10'000;
constexpr std::size_t kMaxReaderId = 256;

/// "2025-03-01T12:00:00Z", or a date, which means its first moment.
std::optional<Timestamp> parse_time(const std::string& text) {
  const std::size_t t = text.find('T');
  const auto date = parse_date(text.substr(0, t));
  if (!date || date->year < 1) {
    return std::nullopt;
  }
  const auto day = std::chrono::sys_days(std::chrono::year(date->year) /
                                         std::chrono::month(std::max<unsigned>(date->month, 1)) /
                                         std::chrono::day(std::max<unsigned>(date->day, 1)));
  Timestamp at(day);
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (t != std::string::npos) {
    if (std::sscanf(text.c_str() + t + 1, "%2d:%2d:%2d", &hour, &minute, &second) < 2 ||
        hour > 23 || minute > 59 || second > 60 || hour < 0 || minute < 0 || second < 0) {
      return std::nullopt;
    }
    at += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  }
  return at;
}

}  // namespace

InteractionLoader::InteractionLoader(Stores& stores,
                                     const Clock& clock,
                                     std::unordered_map<std::string, std::string> keys,
                                     RejectFile& rejects,
                                     IngestSummary& summary)
    : stores_(stores),
      clock_(clock),
      keys_(std::move(keys)),
      rejects_(rejects),
      summary_(summary) {}

Status InteractionLoader::reject(const RawInteraction& raw,
                                 std::string field,
                                 std::string value,
                                 std::string reason) {
  ++summary_.interactions_rejected;
  return rejects_.add(
      {raw.file, raw.row, std::move(field), std::move(value), std::move(reason), true});
}

Status InteractionLoader::add(RawInteraction&& raw) {
  if (raw.reader.empty() || raw.reader.size() > kMaxReaderId) {
    return reject(raw, "reader", raw.reader.substr(0, 200), "expected an id of 1 to 256 bytes");
  }
  const auto kind = parse_kind(raw.kind);
  if (!kind) {
    return reject(raw, "kind", raw.kind, "not a kind of interaction");
  }
  const bool stars =
      raw.value && std::isfinite(*raw.value) && *raw.value >= 0.25 && *raw.value <= 5;
  if (kind == InteractionKind::kRating && !stars) {
    return reject(
        raw, "value", raw.value ? fmt::format("{}", *raw.value) : "", "expected 0.25 to 5 stars");
  }
  std::optional<Timestamp> at = clock_.now();
  if (!raw.at.empty()) {
    at = parse_time(raw.at);
    if (!at) {
      return reject(raw, "at", raw.at.substr(0, 200), "expected a date or an ISO 8601 time");
    }
  }
  BOOKRECO_TRY(const auto book, find_book(raw));
  if (!book) {
    return reject(raw,
                  "book",
                  (raw.title.empty() ? raw.book_id + raw.book_key : raw.title).substr(0, 200),
                  "not in the catalogue");
  }
  batch_.push_back(
      {std::move(raw.reader), *book, *kind, raw.value, *at, std::move(raw.source), ""});
  if (raw.at.empty()) {  // without a time, the same grade twice is one
    const Interaction& last = batch_.back();
    batch_.back().idempotency_key =
        fmt::format("{}|{}|{}|{}", last.source, last.reader_id, last.book_id, raw.kind);
  }
  return batch_.size() < kBatchInteractions ? Status() : flush();
}

Status InteractionLoader::flush() {
  BOOKRECO_TRY(const std::int64_t added, stores_.readers().record(batch_));
  summary_.interactions += added;
  summary_.interactions_known += static_cast<std::int64_t>(batch_.size()) - added;
  batch_.clear();
  return {};
}

Result<std::optional<std::string>> InteractionLoader::find_book(const RawInteraction& raw) {
  if (!raw.book_key.empty()) {
    const auto found = keys_.find(raw.book_key);
    return found == keys_.end() ? std::nullopt : std::optional(found->second);
  }
  const std::string cache_key = raw.book_id.empty() ? raw.title + '\n' + raw.author : raw.book_id;
  if (const auto known = found_.find(cache_key); known != found_.end()) {
    return known->second;
  }
  std::optional<std::string> id;
  if (!raw.book_id.empty()) {
    BOOKRECO_TRY(id, find_by_id(raw.book_id));
  }
  if (!id && !raw.title.empty()) {
    BOOKRECO_TRY(id, find_by_title(raw.title, raw.author));
  }
  found_.emplace(cache_key, id);
  return id;
}

Result<std::optional<std::string>> InteractionLoader::find_by_id(const std::string& id) {
  const std::string canonical = parse_isbn(id).value_or(id);
  BOOKRECO_TRY(const auto books, stores_.books().get(std::span(&canonical, 1)));
  return books.front() ? std::optional(books.front()->id) : std::nullopt;
}

Result<std::optional<std::string>> InteractionLoader::find_by_title(const std::string& title,
                                                                    const std::string& author) {
  BookQuery query;
  query.title = without_series_note(title);
  query.limit = 50;
  BOOKRECO_TRY(const BookPage page, stores_.books().query(query));
  const std::string wanted = author_key(author);
  for (const Book& book : page.books) {
    if (wanted.empty()) {
      return book.id;
    }
    for (const std::string& name : book.authors) {
      if (author_key(name) == wanted) {
        return book.id;
      }
    }
  }
  return std::nullopt;
}

}  // namespace bookreco
