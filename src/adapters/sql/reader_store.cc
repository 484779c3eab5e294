#include "adapters/sql/reader_store.h"

#include <algorithm>
#include <unordered_map>

#include "adapters/sql/columns.h"
#include "adapters/sql/interaction_row.h"
#include "adapters/sql/outbox.h"
#include "adapters/sql/query.h"
#include "base/json_writer.h"

namespace bookreco {
namespace {

using Outcomes = std::vector<RecordOutcome>;

std::int64_t kind_column(InteractionKind kind) {
  return static_cast<std::int64_t>(kind);
}

Result<std::int64_t> find_reader(SqlSession& session, std::string_view id) {
  return one_integer(session, "SELECT number FROM readers WHERE id = $1", {id});
}

Status count_up(SqlSession& session, std::int64_t reader, std::int64_t more) {
  return execute(session,
                 "UPDATE readers SET interactions = interactions + $2 WHERE number = $1",
                 {reader, more});
}

Status tell(SqlSession& session, const Clock& clock, std::string_view type, std::int64_t count) {
  std::string data;
  JsonWriter(data).begin_object().field("count", count).end_object();
  return append_event(session, clock, type, "", data);
}

/// Writes the interactions of one call; readers are looked up once and counted at the end.
class Recorder {
 public:
  Recorder(SqlSession& session, OnRepeat repeat) : session_(session), repeat_(repeat) {}

  Result<RecordOutcome> add(const Interaction& it) {
    BOOKRECO_TRY(Reader* const reader, reader_of(it.reader_id));
    const InteractionDigest digest(it);
    BOOKRECO_TRY(const std::int64_t inserted,
                 session_.run("INSERT INTO interactions (reader, digest, book_id, kind, value, at, "
                              "source, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                              " ON CONFLICT (reader, digest) DO NOTHING",
                              {reader->number,
                               digest.bytes(),
                               it.book_id,
                               kind_column(it.kind),
                               or_null(it.value),
                               time_column(it.at),
                               or_null(it.source),
                               or_null(it.answer)}));
    if (inserted > 0) {
      ++reader->added;
      BOOKRECO_TRY_VOID(forget_impressions(*reader, it.book_id));
      return RecordOutcome::kNew;
    }
    if (repeat_ == OnRepeat::kKeep) {
      return RecordOutcome::kKnown;
    }
    BOOKRECO_TRY(const std::int64_t changed,
                 session_.run("UPDATE interactions SET book_id = $3, kind = $4, value = $5, at = "
                              "$6, source = $7, answer = $10 WHERE reader = $1 AND digest = $2"
                              " AND NOT (book_id = $3 AND kind = $4 AND at = $6"
                              " AND coalesce(value, -1) = $8 AND coalesce(source, '') = $9"
                              " AND coalesce(answer, '') = $11)",
                              {reader->number,
                               digest.bytes(),
                               it.book_id,
                               kind_column(it.kind),
                               or_null(it.value),
                               time_column(it.at),
                               or_null(it.source),
                               it.value.value_or(-1),
                               it.source,
                               or_null(it.answer),
                               it.answer}));
    return changed > 0 ? RecordOutcome::kReplaced : RecordOutcome::kKnown;
  }

  Status finish() {
    for (const auto& [id, reader] : readers_) {
      if (reader.added > 0) {
        BOOKRECO_TRY_VOID(count_up(session_, reader.number, reader.added));
      }
    }
    return {};
  }

 private:
  struct Reader {
    std::int64_t number = 0;
    std::int64_t added = 0;
    bool has_impressions = false;
  };

  /// What a reader took up was not passed over.
  Status forget_impressions(const Reader& reader, std::string_view book_id) {
    return reader.has_impressions
               ? execute(session_,
                         "DELETE FROM impressions WHERE reader = $1 AND book_id = $2",
                         {reader.number, book_id})
               : Status();
  }

  Result<Reader*> reader_of(std::string_view id) {
    const auto [found, fresh] = readers_.try_emplace(id);
    std::int64_t& number = found->second.number;
    if (fresh) {
      BOOKRECO_TRY(number, find_reader(session_, id));
      BOOKRECO_TRY(
          const std::int64_t seen,
          one_integer(
              session_, "SELECT EXISTS (SELECT 1 FROM impressions WHERE reader = $1)", {number}));
      found->second.has_impressions = seen != 0;
    }
    if (number == 0) {
      BOOKRECO_TRY(
          number,
          one_integer(session_, "INSERT INTO readers (id) VALUES ($1) RETURNING number", {id}));
    }
    return &found->second;
  }

  SqlSession& session_;
  const OnRepeat repeat_;
  std::unordered_map<std::string_view, Reader> readers_;
};

Result<RecordOutcome> preview_one(SqlSession& session, const Interaction& it, OnRepeat repeat) {
  const InteractionDigest digest(it);
  RecordOutcome outcome = RecordOutcome::kNew;
  Status status;
  BOOKRECO_TRY_VOID(
      session.run("SELECT book_id, kind, value, at, source, answer FROM interactions"
                  " WHERE reader = (SELECT number FROM readers WHERE id = $1) AND digest = $2",
                  {it.reader_id, digest.bytes()},
                  [&](const SqlRow& row) {
                    Interaction stored;
                    status = read_interaction(row, stored);
                    const bool same = stored.book_id == it.book_id && stored.kind == it.kind &&
                                      stored.value == it.value && stored.at == it.at &&
                                      stored.source == it.source && stored.answer == it.answer;
                    outcome = same || repeat == OnRepeat::kKeep ? RecordOutcome::kKnown
                                                                : RecordOutcome::kReplaced;
                    return false;
                  }));
  BOOKRECO_TRY_VOID(std::move(status));
  return outcome;
}

/// Answers how many went.
Result<std::int64_t> remove_said(SqlSession& session,
                                 std::int64_t reader,
                                 std::string_view book_id,
                                 std::span<const InteractionKind> kinds) {
  std::vector<std::int64_t> numbers;
  for (const InteractionKind kind : kinds) {
    numbers.push_back(kind_column(kind));
  }
  BOOKRECO_TRY(const std::int64_t gone,
               session.run("DELETE FROM interactions WHERE reader = $1 AND book_id = $2"
                           " AND kind IN (" +
                               session.list(3) + ")",
                           {reader, book_id, list_column(numbers)}));
  BOOKRECO_TRY_VOID(count_up(session, reader, -gone));
  return gone;
}

/// Interactions of a reader that pass `condition`; $1 is the reader.
Result<std::vector<Interaction>> read_history(SqlDatabase& database,
                                              std::string_view reader_id,
                                              std::string_view condition,
                                              std::initializer_list<SqlValue> parameters) {
  using History = std::vector<Interaction>;
  const std::string sql = fmt::format(
      "SELECT book_id, kind, value, at, source, answer FROM interactions"
      " WHERE reader = (SELECT number FROM readers WHERE id = $1){}",
      condition);
  return read_value<History>(database, [&](SqlSession& session, History& history) -> Status {
    Status status;
    BOOKRECO_TRY_VOID(session.run(sql, parameters, [&](const SqlRow& row) {
      status = read_interaction(row, history.emplace_back());
      history.back().reader_id = reader_id;
      return status.has_value();
    }));
    return status;
  });
}

/// A text after every id that begins with `prefix`: no character is above U+10FFFF.
std::string after_prefix(std::string_view prefix) {
  std::string end(prefix);
  for (std::size_t size = 0; size <= kMaxIdBytes; size += 4) {
    end += "\xF4\x8F\xBF\xBF";
  }
  return end;
}

}  // namespace

Result<Outcomes> SqlReaderStore::record(std::span<const Interaction> interactions,
                                        OnRepeat repeat) {
  for (const Interaction& interaction : interactions) {
    BOOKRECO_TRY_VOID(require_storable(interaction));
  }
  return write_value<Outcomes>(database_, [&](SqlSession& session, Outcomes& outcomes) -> Status {
    Recorder recorder(session, repeat);
    outcomes.reserve(interactions.size());
    for (const Interaction& interaction : interactions) {
      BOOKRECO_TRY(const RecordOutcome outcome, recorder.add(interaction));
      outcomes.push_back(outcome);
    }
    BOOKRECO_TRY_VOID(recorder.finish());
    const auto known = std::ranges::count(outcomes, RecordOutcome::kKnown);
    const auto changed = static_cast<std::int64_t>(outcomes.size()) - known;
    return changed == 0 ? Status() : tell(session, clock_, "interaction.recorded", changed);
  });
}

Result<Outcomes> SqlReaderStore::preview(std::span<const Interaction> interactions,
                                         OnRepeat repeat) {
  for (const Interaction& interaction : interactions) {
    BOOKRECO_TRY_VOID(require_storable(interaction));
  }
  return read_value<Outcomes>(database_, [&](SqlSession& session, Outcomes& outcomes) -> Status {
    for (const Interaction& interaction : interactions) {
      BOOKRECO_TRY(const RecordOutcome outcome, preview_one(session, interaction, repeat));
      outcomes.push_back(outcome);
    }
    return {};
  });
}

Status SqlReaderStore::put(const Interaction& interaction) {
  BOOKRECO_TRY_VOID(require_storable(interaction));
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const std::int64_t reader, find_reader(session, interaction.reader_id));
    if (reader != 0) {
      BOOKRECO_TRY_VOID(
          remove_said(session, reader, interaction.book_id, kinds_beside(interaction.kind)));
    }
    Recorder recorder(session, OnRepeat::kReplace);
    BOOKRECO_TRY_VOID(recorder.add(interaction));
    BOOKRECO_TRY_VOID(recorder.finish());
    return tell(session, clock_, "interaction.recorded", 1);
  });
}

Result<std::int64_t> SqlReaderStore::remove(std::string_view reader_id,
                                            std::string_view book_id,
                                            std::span<const InteractionKind> kinds) {
  return write_value<std::int64_t>(
      database_, [&](SqlSession& session, std::int64_t& gone) -> Status {
        BOOKRECO_TRY(const std::int64_t reader, find_reader(session, reader_id));
        if (reader == 0) {
          return {};
        }
        BOOKRECO_TRY(gone,
                     remove_said(session, reader, book_id, kinds.empty() ? all_kinds() : kinds));
        return gone == 0 ? Status() : tell(session, clock_, "interaction.removed", gone);
      });
}

Result<std::vector<Interaction>> SqlReaderStore::history(std::string_view reader_id) {
  return read_history(database_, reader_id, "", {reader_id});
}

Result<std::vector<Interaction>> SqlReaderStore::history_with(std::string_view reader_id,
                                                              std::string_view book_id) {
  return read_history(database_, reader_id, " AND book_id = $2", {reader_id, book_id});
}

Result<std::optional<ReaderInfo>> SqlReaderStore::reader(std::string_view id) {
  using Found = std::optional<ReaderInfo>;
  return read_value<Found>(database_, [&](SqlSession& session, Found& found) {
    return execute(
        session, "SELECT interactions FROM readers WHERE id = $1", {id}, [&](const SqlRow& row) {
          found = ReaderInfo{std::string(id), row.integer(0)};
          return false;
        });
  });
}

Result<ReaderPage> SqlReaderStore::readers(std::string_view prefix,
                                           std::int64_t offset,
                                           std::int64_t limit) {
  return read_value<ReaderPage>(database_, [&](SqlSession& session, ReaderPage& page) -> Status {
    const std::string end = after_prefix(prefix);
    BOOKRECO_TRY(
        page.total,
        one_integer(
            session, "SELECT count(*) FROM readers WHERE id >= $1 AND id < $2", {prefix, end}));
    return execute(session,
                   "SELECT id, interactions FROM readers WHERE id >= $1 AND id < $2"
                   " ORDER BY id LIMIT $3 OFFSET $4",
                   {prefix, end, std::max<std::int64_t>(limit, 0), offset},
                   [&](const SqlRow& row) {
                     page.readers.push_back({std::string(row.text(0)), row.integer(1)});
                     return true;
                   });
  });
}

Result<std::optional<std::int64_t>> SqlReaderStore::remove_reader(std::string_view id) {
  using Gone = std::optional<std::int64_t>;
  return write_value<Gone>(database_, [&](SqlSession& session, Gone& gone) -> Status {
    BOOKRECO_TRY(const std::int64_t reader, find_reader(session, id));
    if (reader == 0) {
      return {};
    }
    BOOKRECO_TRY(gone, session.run("DELETE FROM interactions WHERE reader = $1", {reader}));
    BOOKRECO_TRY_VOID(execute(session, "DELETE FROM impressions WHERE reader = $1", {reader}));
    BOOKRECO_TRY_VOID(execute(session, "DELETE FROM readers WHERE number = $1", {reader}));
    return tell(session, clock_, "reader.removed", *gone);
  });
}

Status SqlReaderStore::scan(const std::function<bool(const Interaction&)>& visit) {
  return database_.read([&](SqlSession& session) -> Status {
    Interaction interaction;
    Status status;
    BOOKRECO_TRY_VOID(
        session.run("SELECT book_id, kind, value, at, source, answer, id FROM interactions"
                    " JOIN readers ON number = reader ORDER BY reader, digest",
                    {},
                    [&](const SqlRow& row) {
                      status = read_interaction(row, interaction);
                      interaction.reader_id = row.text(6);
                      return status.has_value() && visit(interaction);
                    }));
    return status;
  });
}

Result<ReaderSummary> SqlReaderStore::summary() {
  return read_value<ReaderSummary>(database_, [](SqlSession& session, ReaderSummary& summary) {
    return execute(session,
                   "SELECT count(*), coalesce(sum(interactions), 0) FROM readers",
                   {},
                   [&](const SqlRow& row) {
                     summary = {row.integer(0), row.integer(1)};
                     return false;
                   });
  });
}

}  // namespace bookreco
