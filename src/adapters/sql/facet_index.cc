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

}  // namespace

Status FacetIndex::begin(SqlSession& session) {
  BOOKRECO_TRY(last_id_, one_integer(session, "SELECT coalesce(max(id), 0) FROM facets"));
  return {};
}

Result<std::int64_t> FacetIndex::id_of(SqlSession& session, FacetKind kind, const std::string& name) {
  key_.assign(1, static_cast<char>(kind));
  key_ += name;
  if (const auto known = ids_.find(key_); known != ids_.end()) {
    return known->second;
  }
  const std::string folded = fold(name);
  const auto number = static_cast<std::int64_t>(kind);
  BOOKRECO_TRY(
      std::int64_t id,
      one_integer(session, "SELECT id FROM facets WHERE kind = $1 AND folded = $2", {number, folded}));
  if (id == 0) {
    // Most new facets end the batch with the one book they came with: counted here, they need no update.
    id = ++last_id_;
    BOOKRECO_TRY_VOID(
        execute(session,
                "INSERT INTO facets (id, kind, name, folded, books) VALUES ($1, $2, $3, $4, 1)",
                {id, number, name, folded}));
    --counts_[id];
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
      BOOKRECO_TRY_VOID(
          execute(session, "DELETE FROM book_facets WHERE facet = $1 AND book = $2", {facet, number}));
      --counts_[facet];
    }
  }
  for (const std::int64_t facet : after) {
    if (!std::ranges::binary_search(before, facet)) {
      BOOKRECO_TRY_VOID(
          execute(session, "INSERT INTO book_facets (facet, book) VALUES ($1, $2)", {facet, number}));
      ++counts_[facet];
    }
  }
  return {};
}

Status FacetIndex::flush(SqlSession& session) {
  for (const auto& [facet, difference] : counts_) {
    if (difference != 0) {
      BOOKRECO_TRY_VOID(
          execute(session, "UPDATE facets SET books = books + $2 WHERE id = $1", {facet, difference}));
    }
  }
  counts_.clear();
  return {};
}

void FacetIndex::forget() {
  ids_.clear();
  counts_.clear();
}

}  // namespace bookreco
