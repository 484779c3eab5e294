#include "adapters/sql/facet_index.h"

#include <algorithm>

#include "adapters/sql/book_row.h"
#include "adapters/sql/columns.h"
#include "adapters/sql/query.h"
#include "domain/fold.h"

namespace bookreco {
namespace {

/// About 12 MB of names: a bound for catalogues with a million authors.
constexpr std::size_t kMaxRemembered = 100'000;

/// Changes that wait to be written in the order of the table, which is many times quicker than in
/// the books' order.
constexpr std::size_t kMaxChanges = 100'000;

/// Rows of one INSERT statement.
constexpr std::size_t kRowsAtOnce = 32;

std::string insert_links(std::size_t rows) {
  std::string sql = "INSERT INTO book_facets (facet, book) VALUES ";
  for (std::size_t row = 0; row < rows; ++row) {
    sql += fmt::format("{}(${}, ${})", row == 0 ? "" : ", ", 2 * row + 1, 2 * row + 2);
  }
  return sql;
}

}  // namespace

Status FacetIndex::begin(SqlSession& session) {
  BOOKRECO_TRY(last_id_, one_integer(session, "SELECT coalesce(max(id), 0) FROM facets"));
  last_old_id_ = last_id_;
  return {};
}

Result<std::int64_t> FacetIndex::id_of(SqlSession& session,
                                       FacetKind kind,
                                       const std::string& name) {
  key_.assign(1, static_cast<char>(kind));
  key_ += name;
  if (const auto known = ids_.find(key_); known != ids_.end()) {
    return known->second;
  }
  const std::string folded = fold(name);
  const auto number = static_cast<std::int64_t>(kind);
  BOOKRECO_TRY(
      std::int64_t id,
      one_integer(
          session, "SELECT id FROM facets WHERE kind = $1 AND folded = $2", {number, folded}));
  if (id == 0) {
    // Most new facets end with the one book they came with: counted here, they need no update.
    id = ++last_id_;
    BOOKRECO_TRY_VOID(
        execute(session,
                "INSERT INTO facets (id, kind, name, folded, books) VALUES ($1, $2, $3, $4, 1)",
                {id, number, name, folded}));
  }
  if (ids_.size() >= kMaxRemembered) {
    ids_.clear();
  }
  ids_.emplace(key_, id);
  return id;
}

Result<std::vector<std::int64_t>> FacetIndex::of(SqlSession& session, const Book& book) {
  std::vector<std::int64_t> facets;
  Status status;
  for_each_facet(book, [&](FacetKind kind, const std::string& name) {
    if (!status) {
      return;
    }
    if (auto id = id_of(session, kind, name)) {
      facets.push_back(*id);
    } else {
      status = std::unexpected(std::move(id).error());
    }
  });
  BOOKRECO_TRY_VOID(status);
  std::ranges::sort(facets);
  facets.erase(std::ranges::unique(facets).begin(), facets.end());
  return facets;
}

Status FacetIndex::move(SqlSession& session,
                        std::int64_t number,
                        std::span<const std::int64_t> before,
                        std::span<const std::int64_t> after) {
  for (const std::int64_t facet : before) {
    if (!std::ranges::binary_search(after, facet)) {
      changes_.push_back({facet, number, -1});
    }
  }
  for (const std::int64_t facet : after) {
    if (!std::ranges::binary_search(before, facet)) {
      changes_.push_back({facet, number, 1});
    }
  }
  return changes_.size() < kMaxChanges ? Status() : flush(session);
}

Status FacetIndex::flush(SqlSession& session) {
  std::ranges::sort(changes_);
  const std::span<const Change> changes = changes_;
  for (std::size_t begin = 0; begin < changes.size();) {
    std::size_t end = begin;
    while (end < changes.size() && changes[end].facet == changes[begin].facet) {
      ++end;
    }
    BOOKRECO_TRY_VOID(flush_facet(session, changes.subspan(begin, end - begin)));
    begin = end;
  }
  changes_.clear();
  last_old_id_ = last_id_;
  return link(session, true);
}

Status FacetIndex::flush_facet(SqlSession& session, std::span<const Change> changes) {
  const std::int64_t facet = changes.front().facet;
  std::int64_t difference = facet > last_old_id_ ? -1 : 0;
  for (std::size_t i = 0; i < changes.size();) {
    const std::int64_t book = changes[i].book;
    std::int64_t steps = 0;
    for (; i < changes.size() && changes[i].book == book; ++i) {
      steps += changes[i].step;
    }
    difference += steps;
    if (steps > 0) {
      links_.insert(links_.end(), {facet, book});
    } else if (steps < 0) {
      BOOKRECO_TRY_VOID(execute(
          session, "DELETE FROM book_facets WHERE facet = $1 AND book = $2", {facet, book}));
    }
  }
  if (difference != 0) {
    BOOKRECO_TRY_VOID(execute(
        session, "UPDATE facets SET books = books + $2 WHERE id = $1", {facet, difference}));
  }
  return link(session, false);
}

Status FacetIndex::link(SqlSession& session, bool all) {
  static const std::string many = insert_links(kRowsAtOnce);
  static const std::string one = insert_links(1);
  std::span<const SqlValue> left = links_;
  while (!left.empty() && (all || left.size() >= 2 * kRowsAtOnce)) {
    const bool full = left.size() >= 2 * kRowsAtOnce;
    const std::size_t values = full ? 2 * kRowsAtOnce : 2;
    if (const auto run = session.run(full ? many : one, left.first(values), {}); !run) {
      return std::unexpected(run.error());
    }
    left = left.subspan(values);
  }
  links_.erase(links_.begin(), links_.end() - static_cast<std::ptrdiff_t>(left.size()));
  return {};
}

void FacetIndex::forget() {
  ids_.clear();
  changes_.clear();
  links_.clear();
}

}  // namespace bookreco
