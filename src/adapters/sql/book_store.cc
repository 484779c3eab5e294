#include "adapters/sql/book_store.h"

#include <algorithm>
#include <unordered_map>

#include "adapters/sql/book_query.h"
#include "adapters/sql/book_row.h"
#include "adapters/sql/columns.h"
#include "adapters/sql/outbox.h"
#include "adapters/sql/query.h"
#include "base/json_writer.h"
#include "base/threads.h"

namespace bookreco {
namespace {

Result<std::int64_t> last_change_of(SqlSession& session) {
  return one_integer(session, "SELECT value FROM counters WHERE name = 'change'");
}

Result<BookChange> read_change(const SqlRow& row) {
  BookChange change;
  change.change = row.integer(kChangeColumn);
  change.deleted = row.integer(kDeletedColumn) != 0;
  BOOKRECO_TRY(change.book, read_book(row));
  return change;
}

/// Fills the places of `answer` that are empty yet with the books whose `column` is the id asked
/// for; of several, the first by id.
Status look_up(SqlSession& session,
               std::string_view column,
               std::string Book::* field,
               std::span<const std::string> ids,
               std::span<std::optional<Book>> answer) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> open;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!answer[i] && storable(ids[i])) {
      open[ids[i]].push_back(i);
    }
  }
  if (open.empty()) {
    return {};
  }
  std::vector<std::string> wanted;
  for (const auto& [id, places] : open) {
    wanted.emplace_back(id);
  }
  const std::string sql =
      select_books() + fmt::format("WHERE deleted = 0 AND {} IN ({}){} ORDER BY id",
                                   column,
                                   session.list(1),
                                   column == "id" ? "" : fmt::format(" AND {} <> id", column));
  return for_each_row(session, sql, {list_column(wanted)}, read_book, [&](const Book& book) {
    for (const std::size_t i : open[book.*field]) {
      if (!answer[i]) {
        answer[i] = book;
      }
    }
    return true;
  });
}

/// What the rows of `books` hold; an error for the first that no database holds.
Result<std::vector<BookTexts>> texts_of(std::span<const Book> books) {
  constexpr std::size_t kBlock = 256;
  constexpr std::size_t kThreads = 2;  // shortens by half what comes before the transaction
  std::vector<BookTexts> texts(books.size());
  std::vector<Status> storable(books.size());
  parallel_blocks(books.size(), kBlock, kThreads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      storable[i] = require_storable(books[i]);
      texts[i] = BookTexts(books[i]);
    }
  });
  for (Status& status : storable) {
    BOOKRECO_TRY_VOID(std::move(status));
  }
  return texts;
}

}  // namespace

/// The changes of one write transaction.
class SqlBookStore::Batch {
 public:
  Batch(SqlSession& session, FacetIndex& facets) : session_(session), facets_(facets) {}

  /// Looks up the rows that put and remove will meet.
  Status begin(std::span<const std::string> ids) {
    BOOKRECO_TRY(last_, last_change_of(session_));
    first_ = last_ + 1;
    BOOKRECO_TRY_VOID(facets_.begin(session_));
    BOOKRECO_TRY(rows_in_table_,
                 one_integer(session_, "SELECT coalesce(max(number), 0) FROM books"));
    rows_.reserve(ids.size());
    const std::string sql =
        fmt::format("SELECT id, number, deleted, content_hash, facets FROM books WHERE id IN ({})",
                    session_.list(1));
    return for_each_row(
        session_, sql, {list_column(ids)}, read_row, [&](std::pair<std::string, Row>&& row) {
          rows_.insert(std::move(row));
          return true;
        });
  }

  Result<UpsertOutcome> put(const Book& book, const BookTexts& texts) {
    const auto [found, fresh] = rows_.try_emplace(book.id);
    Row& row = found->second;
    if (!fresh && !row.deleted && row.hash == texts.content_hash) {
      return UpsertOutcome::kUnchanged;
    }
    const bool loaded = fresh || row.deleted;
    if (fresh) {
      row.number = ++rows_in_table_;
    }
    BOOKRECO_TRY_VOID(write(book, row, texts, false, fresh));
    return loaded ? UpsertOutcome::kLoaded : UpsertOutcome::kUpdated;
  }

  /// Answers whether the book was there.
  Result<bool> remove(const std::string& id) {
    const auto found = rows_.find(id);
    if (found == rows_.end() || found->second.deleted) {
      return false;
    }
    Book nothing;
    nothing.id = id;
    BookTexts texts(nothing);
    texts.content_hash.clear();
    BOOKRECO_TRY_VOID(write(nothing, found->second, texts, true, false));
    return true;
  }

  Status finish(const Clock& clock, std::string_view event) {
    if (last_ < first_) {
      return {};
    }
    BOOKRECO_TRY_VOID(facets_.flush(session_));
    BOOKRECO_TRY_VOID(
        execute(session_, "UPDATE counters SET value = $1 WHERE name = 'change'", {last_}));
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("count", last_ - first_ + 1)
        .field("first_change", first_)
        .field("last_change", last_)
        .end_object();
    return append_event(session_, clock, event, "", data);
  }

 private:
  struct Row {
    std::int64_t number = 0;
    bool deleted = false;
    std::string hash;
    std::vector<std::int64_t> facets;
  };

  static Result<std::pair<std::string, Row>> read_row(const SqlRow& from) {
    Row row;
    row.number = from.integer(1);
    row.deleted = from.integer(2) != 0;
    row.hash = from.text(3);
    BOOKRECO_TRY_VOID(read_list(from.text(4), row.facets));
    return std::pair(std::string(from.text(0)), std::move(row));
  }

  Status write(const Book& book, Row& row, const BookTexts& texts, bool deleted, bool fresh) {
    BOOKRECO_TRY(std::vector<std::int64_t> facets, facets_.of(session_, book));
    const BookRowState state{.number = row.number,
                             .change = ++last_,
                             .deleted = deleted,
                             .texts = texts,
                             .facets = facets};
    BOOKRECO_TRY_VOID(fresh ? insert_book(session_, book, state)
                            : update_book(session_, book, state));
    BOOKRECO_TRY_VOID(facets_.move(session_, row.number, row.facets, facets));
    row = {row.number, deleted, texts.content_hash, std::move(facets)};
    return {};
  }

  SqlSession& session_;
  FacetIndex& facets_;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::int64_t rows_in_table_ = 0;
  std::unordered_map<std::string, Row> rows_;
};

Status SqlBookStore::change_books(SqlSession& session,
                                  std::string_view event,
                                  std::span<const std::string> ids,
                                  const std::function<Status(Batch&)>& body) {
  Batch batch(session, facets_);
  BOOKRECO_TRY_VOID(batch.begin(ids));
  BOOKRECO_TRY_VOID(body(batch));
  return batch.finish(clock_, event);
}

Result<std::vector<UpsertOutcome>> SqlBookStore::upsert(std::span<const Book> books) {
  BOOKRECO_TRY(const std::vector<BookTexts> texts, texts_of(books));
  std::vector<std::string> ids;
  ids.reserve(books.size());
  for (const Book& book : books) {
    ids.push_back(book.id);
  }
  using Outcomes = std::vector<UpsertOutcome>;
  if (books.empty()) {
    return Outcomes();
  }
  const auto body = [&](SqlSession& session, Outcomes& outcomes) {
    return change_books(session, "book.upserted", ids, [&](Batch& batch) -> Status {
      for (std::size_t i = 0; i < books.size(); ++i) {
        BOOKRECO_TRY(const UpsertOutcome outcome, batch.put(books[i], texts[i]));
        outcomes.push_back(outcome);
      }
      return {};
    });
  };
  return write_value<Outcomes>(database_, body, [&] { facets_.forget(); });
}

Status SqlBookStore::begin_load(std::int64_t books) {
  // Making all indexes anew must cost less than keeping them up row by row.
  constexpr std::int64_t kMany = 10'000;
  constexpr std::int64_t kTimesThoseThere = 4;
  BOOKRECO_TRY(
      const std::int64_t there,
      read_value<std::int64_t>(database_, [](SqlSession& session, std::int64_t& number) -> Status {
        BOOKRECO_TRY(number, one_integer(session, "SELECT max(number) FROM books"));
        return {};
      }));
  return books >= kMany && books / kTimesThoseThere >= there ? database_.begin_load() : Status();
}

Result<std::int64_t> SqlBookStore::remove(std::span<const std::string> ids) {
  std::vector<std::string> known(ids.begin(), ids.end());
  std::erase_if(known, [](const std::string& id) { return !storable(id); });
  const auto body = [&](SqlSession& session, std::int64_t& removed) {
    return change_books(session, "book.deleted", known, [&](Batch& batch) -> Status {
      for (const std::string& id : known) {
        BOOKRECO_TRY(const bool there, batch.remove(id));
        removed += there ? 1 : 0;
      }
      return {};
    });
  };
  return write_value<std::int64_t>(database_, body, [&] { facets_.forget(); });
}

Result<std::vector<std::optional<Book>>> SqlBookStore::get(std::span<const std::string> ids) {
  using Answer = std::vector<std::optional<Book>>;
  return read_value<Answer>(database_, [&](SqlSession& session, Answer& answer) -> Status {
    answer.resize(ids.size());
    // The first column that knows a text wins.
    BOOKRECO_TRY_VOID(look_up(session, "id", &Book::id, ids, answer));
    BOOKRECO_TRY_VOID(look_up(session, "ean", &Book::ean, ids, answer));
    return look_up(session, "isbn13", &Book::isbn13, ids, answer);
  });
}

Result<BookPage> SqlBookStore::query(const BookQuery& query) {
  return read_value<BookPage>(database_, [&](SqlSession& session, BookPage& page) -> Status {
    BOOKRECO_TRY(const BookNumbers numbers, run_book_query(session, query));
    page.total = numbers.total;
    page.books.reserve(numbers.page.size());
    const std::string sql = select_books() + "WHERE number = $1";
    for (const std::int64_t number : numbers.page) {
      BOOKRECO_TRY_VOID(for_each_row(session, sql, {number}, read_book, [&](Book&& book) {
        page.books.push_back(std::move(book));
        return true;
      }));
    }
    return {};
  });
}

Result<FacetPage> SqlBookStore::facets(FacetKind kind,
                                       std::string_view prefix,
                                       std::int64_t offset,
                                       std::int64_t limit) {
  return read_value<FacetPage>(database_, [&](SqlSession& session, FacetPage& page) -> Status {
    BOOKRECO_TRY(page, run_facet_query(session, kind, prefix, offset, limit));
    return {};
  });
}

Status SqlBookStore::changes_since(std::int64_t change,
                                   const std::function<bool(BookChange&&)>& visit) {
  const std::string sql = select_books() + "WHERE change > $1 ORDER BY change";
  return database_.read([&](SqlSession& session) {
    return for_each_row(session, sql, {change}, read_change, visit);
  });
}

Result<std::int64_t> SqlBookStore::last_change() {
  return read_value<std::int64_t>(database_,
                                  [](SqlSession& session, std::int64_t& change) -> Status {
                                    BOOKRECO_TRY(change, last_change_of(session));
                                    return {};
                                  });
}

Result<std::int64_t> SqlBookStore::count() {
  return read_value<std::int64_t>(
      database_, [](SqlSession& session, std::int64_t& books) -> Status {
        BOOKRECO_TRY(books, one_integer(session, "SELECT count(*) FROM books WHERE deleted = 0"));
        return {};
      });
}

}  // namespace bookreco
