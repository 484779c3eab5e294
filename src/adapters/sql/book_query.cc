#include "adapters/sql/book_query.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "adapters/sql/columns.h"
#include "domain/fold.h"

namespace bookreco {
namespace {

/// Conditions that are all to hold, and the values of their parameters.
class Conditions {
 public:
  /// The name of a parameter for `value`.
  std::string place(SqlValue value) {
    values_.push_back(value);
    return fmt::format("${}", values_.size());
  }
  std::string place(std::string text) {
    return place(SqlValue(texts_.emplace_back(std::move(text))));
  }
  /// A subquery of the values of a list_column.
  std::string place_list(const SqlSession& session, std::string list) {
    place(std::move(list));
    return session.list(static_cast<int>(values_.size()));
  }

  void require(std::string_view condition) { text_ += fmt::format(" AND {}", condition); }
  void equal(std::string_view column, std::string_view value) {
    if (!value.empty()) {
      require(fmt::format("{} = {}", column, place(SqlValue(value))));
    }
  }
  void between(std::string_view column, SqlValue min, SqlValue max) {
    if (min.index() != 0) {
      require(fmt::format("{} >= {}", column, place(min)));
    }
    if (max.index() != 0) {
      require(fmt::format("{} <= {}", column, place(max)));
    }
  }

  /// Each condition after " AND ".
  const std::string& text() const { return text_; }
  std::span<const SqlValue> values() const { return values_; }

 private:
  std::string text_;
  std::vector<SqlValue> values_;
  std::deque<std::string> texts_;  // values_ point into it
};

/// The facets that a list of the filter matches, and how many books have them.
struct FacetChoice {
  std::vector<std::int64_t> ids;
  std::int64_t books = 0;
};

Result<FacetChoice> choose_facets(SqlSession& session,
                                  FacetKind kind,
                                  const std::vector<std::string>& names) {
  std::vector<std::string> folded(names.size());
  std::ranges::transform(names, folded.begin(), [](const auto& name) { return fold(name); });
  FacetChoice choice;
  BOOKRECO_TRY_VOID(
      session.run(fmt::format("SELECT id, books FROM facets WHERE kind = $1 AND folded IN ({})",
                              session.list(2)),
                  {static_cast<std::int64_t>(kind), list_column(folded)},
                  [&](const SqlRow& row) {
                    choice.ids.push_back(row.integer(0));
                    choice.books += row.integer(1);
                    return true;
                  }));
  return choice;
}

/// A query in SQL: conditions on the columns of books, and on their facets.
struct Filter {
  Conditions fields;
  std::vector<FacetChoice> choices;  ///< one per facet asked for, the rarest first
  std::vector<std::string> lists;    ///< the ids of each choice, as a subquery
  bool impossible = false;           ///< a facet asked for is no book's

  /// The rarest facet's books are looked up, or else each book is checked for it; it is checked for
  /// the others.
  std::string where(bool look_up) const {
    std::string text = "deleted = 0" + fields.text();
    for (std::size_t i = 0; i < lists.size(); ++i) {
      text +=
          i == 0 && look_up
              ? fmt::format(" AND number IN (SELECT book FROM book_facets WHERE facet IN ({}))",
                            lists[i])
              : fmt::format(
                    " AND EXISTS (SELECT 1 FROM book_facets WHERE facet IN ({}) AND book = number)",
                    lists[i]);
    }
    return text;
  }
};

/// The ids of a choice as a subquery.
std::string facet_list(const SqlSession& session, const FacetChoice& choice, Conditions& places) {
  return fmt::format("SELECT CAST(value AS BIGINT) FROM ({}) AS given",
                     places.place_list(session, list_column(choice.ids)));
}

Status add_facets(SqlSession& session, const BookFilter& asked, Filter& filter) {
  const std::pair<FacetKind, const std::vector<std::string>*> lists[] = {
      {FacetKind::kAuthor, &asked.authors},
      {FacetKind::kLabel, &asked.labels},
      {FacetKind::kCollection, &asked.collections},
      {FacetKind::kSeries, &asked.series},
      {FacetKind::kPublisher, &asked.publishers},
      {FacetKind::kFormat, &asked.formats},
      {FacetKind::kBinding, &asked.bindings},
      {FacetKind::kLanguage, &asked.languages}};
  for (const auto& [kind, names] : lists) {
    if (!names->empty()) {
      BOOKRECO_TRY(FacetChoice choice, choose_facets(session, kind, *names));
      filter.impossible |= choice.books == 0;
      filter.choices.push_back(std::move(choice));
    }
  }
  const std::pair<FacetKind, const std::vector<std::string>*> unwanted[] = {
      {FacetKind::kAuthor, &asked.exclude_authors},
      {FacetKind::kSeries, &asked.exclude_series},
      {FacetKind::kLabel, &asked.exclude_labels}};
  for (const auto& [kind, names] : unwanted) {
    if (!names->empty()) {
      BOOKRECO_TRY(const FacetChoice choice, choose_facets(session, kind, *names));
      filter.fields.require(fmt::format(
          "NOT EXISTS (SELECT 1 FROM book_facets WHERE facet IN ({}) AND book = number)",
          facet_list(session, choice, filter.fields)));
    }
  }
  std::ranges::sort(filter.choices, {}, &FacetChoice::books);
  for (const FacetChoice& choice : filter.choices) {
    filter.lists.push_back(facet_list(session, choice, filter.fields));
  }
  return {};
}

SqlValue last_day_of(const std::optional<PartialDate>& date) {
  if (!date) {
    return {};
  }
  const int open = date->month == 0 ? 9999 : date->day == 0 ? 99 : 0;
  return std::int64_t{date->key() + open};
}

SqlValue integer(const std::optional<int>& value) {
  return value ? SqlValue(std::int64_t{*value}) : SqlValue();
}

/// In the terms of the indexes: most codes are their book's id, the others are indexed apart.
void add_code(std::string_view column, std::string_view code, Conditions& conditions) {
  if (!code.empty()) {
    const std::string place = conditions.place(SqlValue(code));
    conditions.require(
        fmt::format("{0} = {1} AND (id = {1} OR ({0} = {1} AND {0} <> id))", column, place));
  }
}

void add_fields(const SqlSession& session, const BookQuery& query, Conditions& conditions) {
  if (!query.title.empty()) {
    conditions.require("title_folded = " + conditions.place(fold(query.title)));
  }
  conditions.equal("work_id", query.work_id);
  add_code("ean", query.ean, conditions);
  add_code("isbn13", query.isbn13, conditions);
  conditions.equal("cover_url", query.cover_url);
  const auto range = [&](std::string_view column, const BookQuery::NumberRange& bounds) {
    conditions.between(column, or_null(bounds.min), or_null(bounds.max));
  };
  range("weight_kg", query.weight_kg);
  range("width_cm", query.width_cm);
  range("height_cm", query.height_cm);
  range("depth_cm", query.depth_cm);
  range("series_number", query.series_number);
  const BookFilter& filter = query.filter;
  conditions.between("page_count", integer(filter.pages_min), integer(filter.pages_max));
  conditions.between(
      "published_key",
      filter.published_after ? SqlValue(std::int64_t{filter.published_after->key()}) : SqlValue(),
      last_day_of(filter.published_before));
  if (!filter.exclude_ids.empty()) {
    const std::string ids = conditions.place_list(session, list_column(filter.exclude_ids));
    conditions.require(
        fmt::format("id NOT IN ({0}) AND coalesce(work_id, '') NOT IN (SELECT work_id"
                    " FROM books WHERE id IN ({0}) AND work_id IS NOT NULL)",
                    ids));
  }
  if (filter.available && *filter.available != Availability::kAny) {
    conditions.require(
        fmt::format("number {} (SELECT number FROM books WHERE available = 0)",
                    *filter.available == Availability::kUnavailable ? "IN" : "NOT IN"));
  }
}

/// Unknown values come last in either direction.
std::string order_of(const BookQuery& query) {
  const std::string_view direction = query.descending ? "DESC" : "ASC";
  switch (query.sort) {
    case BookSort::kId:
      return fmt::format("id {}", direction);
    case BookSort::kTitle:
      return fmt::format("title_folded {}, id", direction);
    case BookSort::kPublishedOn:
      return fmt::format("published_key {} NULLS LAST, id", direction);
    case BookSort::kPageCount:
      return fmt::format("page_count {} NULLS LAST, id", direction);
    case BookSort::kChange:
      return fmt::format("change {}", direction);
  }
  return "id";
}

/// The folded form of a description is not stored (it would double the database), so this one
/// condition is checked here.
Result<BookNumbers> scan_descriptions(SqlSession& session,
                                      const BookQuery& query,
                                      const Filter& filter) {
  const std::string wanted = fold(query.description_contains);
  BookNumbers numbers;
  BOOKRECO_TRY_VOID(session.run(
      fmt::format("SELECT number, description FROM books WHERE {} ORDER BY {}",
                  filter.where(true),
                  order_of(query)),
      filter.fields.values(),
      [&](const SqlRow& row) {
        if (fold(row.text(1)).find(wanted) != std::string::npos) {
          if (numbers.total >= query.offset && numbers.total - query.offset < query.limit) {
            numbers.page.push_back(row.integer(0));
          }
          ++numbers.total;
        }
        return true;
      }));
  return numbers;
}

Result<std::int64_t> count_books(SqlSession& session, const Filter& filter) {
  const bool facets_alone = filter.fields.text().empty();
  if (facets_alone && filter.choices.size() == 1 && filter.choices.front().ids.size() == 1) {
    return filter.choices.front().books;
  }
  std::int64_t total = 0;
  BOOKRECO_TRY_VOID(session.run("SELECT count(*) FROM books WHERE " + filter.where(true),
                                filter.fields.values(),
                                [&](const SqlRow& row) {
                                  total = row.integer(0);
                                  return false;
                                }));
  return total;
}

/// Below this many books of the rarest facet, sorting them all is quicker than walking the order's
/// index for those that pass.
constexpr std::int64_t kFewBooks = 2'000;

Result<std::vector<std::int64_t>> page_of(SqlSession& session,
                                          const BookQuery& query,
                                          Filter& filter) {
  const bool few = !filter.choices.empty() && filter.choices.front().books <= kFewBooks;
  const std::string limit = filter.fields.place(SqlValue(query.limit));
  const std::string offset = filter.fields.place(SqlValue(query.offset));
  std::vector<std::int64_t> page;
  BOOKRECO_TRY_VOID(
      session.run(fmt::format("SELECT number FROM books WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
                              filter.where(few),
                              order_of(query),
                              limit,
                              offset),
                  filter.fields.values(),
                  [&](const SqlRow& row) {
                    page.push_back(row.integer(0));
                    return true;
                  }));
  return page;
}

}  // namespace

Status require_window(std::int64_t offset, std::int64_t limit) {
  if (offset < 0 || limit < 0) {
    return fail(
        Code::kInvalidArgument, "offset {} and limit {} must not be negative", offset, limit);
  }
  return {};
}

Result<BookNumbers> run_book_query(SqlSession& session, const BookQuery& query) {
  BOOKRECO_TRY_VOID(require_window(query.offset, query.limit));
  Filter filter;
  BOOKRECO_TRY_VOID(add_facets(session, query.filter, filter));
  if (filter.impossible) {
    return BookNumbers{};
  }
  add_fields(session, query, filter.fields);
  if (!query.description_contains.empty()) {
    return scan_descriptions(session, query, filter);
  }
  BookNumbers numbers;
  BOOKRECO_TRY(numbers.total, count_books(session, filter));
  if (query.limit > 0 && query.offset < numbers.total) {
    BOOKRECO_TRY(numbers.page, page_of(session, query, filter));
  }
  return numbers;
}

Result<FacetPage> run_facet_query(SqlSession& session,
                                  FacetKind kind,
                                  std::string_view prefix,
                                  std::int64_t offset,
                                  std::int64_t limit) {
  BOOKRECO_TRY_VOID(require_window(offset, limit));
  Conditions conditions;
  std::string where =
      "books > 0 AND kind = " + conditions.place(SqlValue(static_cast<std::int64_t>(kind)));
  if (const std::string folded = fold(prefix); !folded.empty()) {
    where += " AND folded >= " + conditions.place(folded);
    where += " AND folded < " + conditions.place(folded + "\U0010FFFF");
  }
  FacetPage page;
  BOOKRECO_TRY_VOID(session.run(
      "SELECT count(*) FROM facets WHERE " + where, conditions.values(), [&](const SqlRow& row) {
        page.total = row.integer(0);
        return false;
      }));
  const std::string limit_place = conditions.place(SqlValue(limit));
  const std::string offset_place = conditions.place(SqlValue(offset));
  BOOKRECO_TRY_VOID(session.run(
      fmt::format(
          "SELECT name, books FROM facets WHERE {} ORDER BY books DESC, name LIMIT {} OFFSET {}",
          where,
          limit_place,
          offset_place),
      conditions.values(),
      [&](const SqlRow& row) {
        page.facets.push_back({std::string(row.text(0)), row.integer(1)});
        return true;
      }));
  return page;
}

}  // namespace bookreco
