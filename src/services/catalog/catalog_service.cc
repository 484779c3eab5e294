#include "services/catalog/catalog_service.h"

#include <unordered_map>

#include "domain/clean.h"
#include "domain/isbn.h"
#include "domain/merge.h"
#include "domain/raw_book.h"

namespace bookreco {

Result<Book> CatalogService::get(std::string_view id, const CallContext&) {
  std::vector<std::string> ids{std::string(id)};
  if (auto isbn = parse_isbn(id)) {
    ids.push_back(std::move(*isbn));
  } else if (auto ean = parse_ean13(id)) {
    ids.push_back(std::move(*ean));
  }
  BOOKRECO_TRY(auto found, books_.get(ids));
  for (std::optional<Book>& book : found) {
    if (book) {
      return std::move(*book);
    }
  }
  return fail(Code::kNotFound, "no book has the id, EAN or ISBN \"{}\"", id);
}

Result<BookPage> CatalogService::query(const BookQuery& query, const CallContext&) {
  return books_.query(query);
}

Result<FacetPage> CatalogService::facets(FacetKind kind,
                                         std::string_view prefix,
                                         std::int64_t offset,
                                         std::int64_t limit,
                                         const CallContext&) {
  return books_.facets(kind, prefix, offset, limit);
}

Result<std::optional<Clustering>> CatalogService::clusters(const CallContext&) {
  return clusters_.current();
}

Result<Catalog::UpsertAnswer> CatalogService::upsert(std::span<const std::string_view> rows,
                                                     const CallContext&) {
  UpsertAnswer answer;
  std::vector<Book> books;
  std::unordered_map<std::string, std::size_t> places;  // a book given twice is one book
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Result<RawBook> raw = raw_book_from_json(rows[i]);
    if (!raw) {
      answer.refused.push_back({i, "", "", raw.error().message});
      continue;
    }
    Cleaned cleaned = clean(*raw);
    for (Issue& issue : cleaned.issues) {
      auto& list = cleaned.book ? answer.repaired : answer.refused;
      list.push_back({i, std::move(issue.field), std::move(issue.value), std::move(issue.reason)});
    }
    if (!cleaned.book) {
      continue;
    }
    const auto [place, is_new] = places.emplace(cleaned.book->id, books.size());
    if (is_new) {
      answer.ids.push_back(cleaned.book->id);
      books.push_back(std::move(*cleaned.book));
    } else {
      merge(books[place->second], *cleaned.book);
    }
  }
  BOOKRECO_TRY(const auto outcomes, books_.upsert(books));
  for (const UpsertOutcome outcome : outcomes) {
    answer.loaded += outcome == UpsertOutcome::kLoaded ? 1 : 0;
    answer.updated += outcome == UpsertOutcome::kUpdated ? 1 : 0;
    answer.unchanged += outcome == UpsertOutcome::kUnchanged ? 1 : 0;
  }
  return answer;
}

}  // namespace bookreco
