#include "adapters/sql/impression_store.h"

#include <map>

#include "adapters/sql/columns.h"
#include "adapters/sql/query.h"

namespace bookreco {
namespace {

Impression read_impression(const SqlRow& row, std::string_view reader_id) {
  return {std::string(reader_id), std::string(row.text(0)), read_time(row.integer(1)), row.real(2)};
}

Status add_one(SqlSession& session,
               std::int64_t reader,
               const Impression& impression,
               double half_life_days) {
  Impression sum = impression;
  BOOKRECO_TRY_VOID(
      execute(session,
              "SELECT book_id, at, count FROM impressions WHERE reader = $1 AND book_id = $2",
              {reader, impression.book_id},
              [&](const SqlRow& row) {
                add_to(sum, read_impression(row, impression.reader_id), half_life_days);
                return false;
              }));
  return execute(session,
                 "INSERT INTO impressions (reader, book_id, at, count) VALUES ($1, $2, $3, $4)"
                 " ON CONFLICT (reader, book_id) DO UPDATE SET at = $3, count = $4",
                 {reader, impression.book_id, time_column(sum.at), sum.count});
}

/// What faded away goes when the reader is shown more.
Status forget_faded(SqlSession& session,
                    std::int64_t reader,
                    Timestamp now,
                    double half_life_days) {
  const std::chrono::duration<double, std::chrono::days::period> kept(kForgottenHalfLives *
                                                                      half_life_days);
  return execute(session,
                 "DELETE FROM impressions WHERE reader = $1 AND at < $2",
                 {reader, time_column(now - std::chrono::floor<std::chrono::milliseconds>(kept))});
}

/// The number of each reader, 0 when unknown.
Result<std::map<std::string_view, std::int64_t>> forget_faded_of(
    SqlSession& session,
    const std::map<std::string_view, Timestamp>& now_by_reader,
    double half_life_days) {
  std::map<std::string_view, std::int64_t> numbers;
  for (const auto& [id, now] : now_by_reader) {
    BOOKRECO_TRY(const std::int64_t number,
                 one_integer(session, "SELECT number FROM readers WHERE id = $1", {id}));
    numbers[id] = number;
    if (number != 0) {
      BOOKRECO_TRY_VOID(forget_faded(session, number, now, half_life_days));
    }
  }
  return numbers;
}

Status add_all(SqlSession& session,
               std::span<const Impression> impressions,
               const std::map<std::string_view, std::int64_t>& numbers,
               double half_life_days) {
  for (const Impression& impression : impressions) {
    if (const std::int64_t reader = numbers.at(impression.reader_id); reader != 0) {
      BOOKRECO_TRY_VOID(add_one(session, reader, impression, half_life_days));
    }
  }
  return {};
}

}  // namespace

Status SqlImpressionStore::add(std::span<const Impression> impressions, double half_life_days) {
  std::map<std::string_view, Timestamp> latest;  // by reader
  for (const Impression& impression : impressions) {
    BOOKRECO_TRY_VOID(require_key(impression.reader_id, "reader id", "an impression"));
    BOOKRECO_TRY_VOID(require_key(impression.book_id, "book id", "an impression"));
    Timestamp& last = latest.try_emplace(impression.reader_id, impression.at).first->second;
    last = std::max(last, impression.at);
  }
  if (impressions.empty()) {
    return {};
  }
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const auto numbers, forget_faded_of(session, latest, half_life_days));
    return add_all(session, impressions, numbers, half_life_days);
  });
}

Result<std::vector<Impression>> SqlImpressionStore::of(std::string_view reader_id) {
  using All = std::vector<Impression>;
  return read_value<All>(database_, [&](SqlSession& session, All& all) {
    return execute(session,
                   "SELECT book_id, at, count FROM impressions"
                   " WHERE reader = (SELECT number FROM readers WHERE id = $1) ORDER BY book_id",
                   {reader_id},
                   [&](const SqlRow& row) {
                     all.push_back(read_impression(row, reader_id));
                     return true;
                   });
  });
}

}  // namespace bookreco
