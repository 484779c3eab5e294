#include "adapters/sql/book_query.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "adapters/sql/columns.h"
#include "domain/fold.h"

namespace bookreco {
namespace {

/// A WHERE clause as it grows, and the values of its parameters.
class Conditions {
 public:
  /// The name of a parameter for `value`.
  std::string place(SqlValue value) {
    values_.push_back(value);
    return "$" + std::to_string(values_.size());
  }
  std::string place(std::string text) { return place(SqlValue(texts_.emplace_back(std::move(text)))); }

  void require(std::string condition) {
    text_ += " AND ";
    text_ += condition;
  }
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

  const std::string& text() const { return text_; }
  std::span<const SqlValue> values() const { return values_; }

 private:
  std::string text_ = "deleted = 0";
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
  std::vector<std::string> folded;
  for (const std::string& name : names) {
    folded.push_back(fold(name));
  }
  FacetChoice choice;
  BOOKRECO_TRY_VOID(session.run(
      fmt::format("SELECT id, books FROM facets WHERE kind = $1 AND folded IN ({})", session.list(2)),
      {static_cast<std::int64_t>(kind), list_column(folded)},
      [&](const SqlRow& row) {
        choice.ids.push_back(row.integer(0));
        choice.books += row.integer(1);
        return true;
      }));
  return choice;
}

/// Walks an index to its end only when few books pass: above this share of the answer the order's index is the shorter way.
constexpr std::int64_t kFewBooks = 2'000;

void require_facets(Conditions& conditions, const FacetChoice& choice, bool drives) {
  std::string places;
  for (const std::int64_t id : choice.ids) {
    places += (places.empty() ? "" : ", ") + conditions.place(SqlValue(id));
  }
  conditions.require(
      drives ? fmt::format("number IN (SELECT book FROM book_facets WHERE facet IN ({}))", places)
             : fmt::format("EXISTS (SELECT 1 FROM book_facets WHERE facet IN ({}) AND book = number)",
                           places));
}

/// False when a facet matches nothing, and so no book can pass.
Result<bool> add_facets(SqlSession& session, const BookFilter& filter, Conditions& conditions) {
  const std::pair<FacetKind, const std::vector<std::string>*> lists[] = {
      {FacetKind::kAuthor, &filter.authors},
      {FacetKind::kLabel, &filter.labels},
      {FacetKind::kCollection, &filter.collections},
      {FacetKind::kSeries, &filter.series},
      {FacetKind::kPublisher, &filter.publishers},
      {FacetKind::kFormat, &filter.formats},
      {FacetKind::kBinding, &filter.bindings},
      {FacetKind::kLanguage, &filter.languages}};
  std::vector<FacetChoice> choices;
  for (const auto& [kind, names] : lists) {
    if (names->empty()) {
      continue;
    }
    BOOKRECO_TRY(FacetChoice choice, choose_facets(session, kind, *names));
    if (choice.books == 0) {
      return false;
    }
    choices.push_back(std::move(choice));
  }
  // The rarest is looked up, the others are checked for each book it gives.
  std::ranges::sort(choices, {}, &FacetChoice::books);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    require_facets(conditions, choices[i], i == 0 && choices[i].books <= kFewBooks);
  }
  return true;
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
    conditions.require(fmt::format("{0} = {1} AND (id = {1} OR ({0} = {1} AND {0} <> id))", column, place));
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
    conditions.place(list_column(filter.exclude_ids));
    conditions.require(
        fmt::format("id NOT IN ({})", session.list(static_cast<int>(conditions.values().size()))));
  }
}

/// Unknown values come last in either direction.
std::string order_of(const BookQuery& query) {
  const std::string_view direction = query.descending ? "DESC" : "ASC";
  switch (query.sort) {
    case BookSort::kId: return fmt::format("id {}", direction);
    case BookSort::kTitle: return fmt::format("title_folded {}, id", direction);
    case BookSort::kPublishedOn: return fmt::format("published_key {} NULLS LAST, id", direction);
    case BookSort::kPageCount: return fmt::format("page_count {} NULLS LAST, id", direction);
    case BookSort::kChange: return fmt::format("change {}", direction);
  }
  return "id";
}

/// The folded form of a description is not stored (it would double the database), so this one condition is checked here.
Result<BookNumbers> scan_descriptions(SqlSession& session,
                                      const BookQuery& query,
                                      const Conditions& conditions) {
  const std::string wanted = fold(query.description_contains);
  BookNumbers numbers;
  BOOKRECO_TRY_VOID(session.run(
      fmt::format(
          "SELECT number, description FROM books WHERE {} ORDER BY {}", conditions.text(), order_of(query)),
      conditions.values(),
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

}  // namespace

Status require_window(std::int64_t offset, std::int64_t limit) {
  if (offset < 0 || limit < 0) {
    return fail(Code::kInvalidArgument, "offset {} and limit {} must not be negative", offset, limit);
  }
  return {};
}

Result<BookNumbers> run_book_query(SqlSession& session, const BookQuery& query) {
  BOOKRECO_TRY_VOID(require_window(query.offset, query.limit));
  Conditions conditions;
  BOOKRECO_TRY(const bool possible, add_facets(session, query.filter, conditions));
  if (!possible) {
    return BookNumbers{};
  }
  add_fields(session, query, conditions);
  if (!query.description_contains.empty()) {
    return scan_descriptions(session, query, conditions);
  }
  BookNumbers numbers;
  BOOKRECO_TRY_VOID(session.run("SELECT count(*) FROM books WHERE " + conditions.text(),
                                conditions.values(),
                                [&](const SqlRow& row) {
                                  numbers.total = row.integer(0);
                                  return false;
                                }));
  if (query.limit == 0 || query.offset >= numbers.total) {
    return numbers;
  }
  const std::string limit = conditions.place(SqlValue(query.limit));
  const std::string offset = conditions.place(SqlValue(query.offset));
  BOOKRECO_TRY_VOID(session.run(fmt::format("SELECT number FROM books WHERE {} ORDER BY {} LIMIT {} OFFSET {}",
                                            conditions.text(),
                                            order_of(query),
                                            limit,
                                            offset),
                                conditions.values(),
                                [&](const SqlRow& row) {
                                  numbers.page.push_back(row.integer(0));
                                  return true;
                                }));
  return numbers;
}

Result<FacetPage> run_facet_query(SqlSession& session,
                                  FacetKind kind,
                                  std::string_view prefix,
                                  std::int64_t offset,
                                  std::int64_t limit) {
  BOOKRECO_TRY_VOID(require_window(offset, limit));
  Conditions conditions;
  std::string where = "books > 0 AND kind = " + conditions.place(SqlValue(static_cast<std::int64_t>(kind)));
  if (const std::string folded = fold(prefix); !folded.empty()) {
    where += " AND folded >= " + conditions.place(folded);
    where += " AND folded < " + conditions.place(folded + "\U0010FFFF");
  }
  FacetPage page;
  BOOKRECO_TRY_VOID(session.run("SELECT count(*) FROM facets WHERE " + where,
                                conditions.values(),
                                [&](const SqlRow& row) {
                                  page.total = row.integer(0);
                                  return false;
                                }));
  const std::string limit_place = conditions.place(SqlValue(limit));
  const std::string offset_place = conditions.place(SqlValue(offset));
  BOOKRECO_TRY_VOID(session.run(
      fmt::format("SELECT name, books FROM facets WHERE {} ORDER BY books DESC, name LIMIT {} OFFSET {}",
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
