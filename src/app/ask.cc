#include "app/ask.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "app/progress_bar.h"
#include "app/table.h"
#include "base/json_writer.h"
#include "domain/book_json.h"
#include "domain/fold.h"
#include "services/api/render.h"

namespace bookreco {
namespace {

std::string authors_of(const Book& book) {
  return fmt::format("{}", fmt::join(book.authors, ", "));
}

/// How a kind of reason is said in a table, where room is short.
std::string_view said(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kSameAuthor:
      return "also by ";
    case ReasonKind::kSameSeries:
      return "series ";
    case ReasonKind::kSameCollection:
      return "collection ";
    case ReasonKind::kSameCluster:
      return "group ";
    case ReasonKind::kBecauseOf:
      return "you loved ";
    case ReasonKind::kSharedLabel:
    case ReasonKind::kSharedTerm:
    case ReasonKind::kMatchedTerm:
      return "";
  }
  return "";
}

/// "also by Jean Anouilh; Théâtre, Tragédie; thèbes, roi"
std::string why(const std::vector<Reason>& reasons) {
  std::string out;
  std::optional<ReasonKind> last;
  for (const Reason& reason : reasons) {
    const bool goes_on = last == reason.kind;
    out += goes_on ? ", " : out.empty() ? "" : "; ";
    out += goes_on ? "" : said(reason.kind);
    out += reason.value;
    last = reason.kind;
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Platform>> open_to_ask(const CommandContext& context) {
  BOOKRECO_TRY(auto platform, Platform::open(context.settings));
  BOOKRECO_TRY_VOID(platform->refresh());
  if (!platform->recommender().state().snapshot.empty()) {
    return platform;
  }
  ProgressBar bar(context.quiet);
  BOOKRECO_TRY_VOID(platform->fit(bar.callback()));
  BOOKRECO_TRY_VOID(platform->refresh());
  return platform;
}

Result<std::string> resolve_book(Recommender& recommender, const std::string& text) {
  SimilarRequest probe;
  probe.id = text;
  probe.k = 0;
  if (recommender.similar(probe, {})) {
    return text;
  }
  BOOKRECO_TRY(const Hits near, recommender.find_title(text, 5, {}));
  std::string proposals;
  for (const Hit& hit : near.hits) {
    BOOKRECO_TRY(const Book book, book_from_json(hit.card));
    if (fold(book.title) == fold(text)) {
      return std::string(hit.id);
    }
    proposals += fmt::format("\n  {}  {} ({})", hit.id, book.title, authors_of(book));
  }
  if (proposals.empty()) {
    return fail(Code::kNotFound, "no book has the id or title \"{}\"", text);
  }
  return fail(
      Code::kNotFound, "no book has the id or title \"{}\". Did you mean:{}", text, proposals);
}

void print_hits(const CommandContext& context, const Hits& hits) {
  if (context.json) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    append_hits(json, hits);
    json.end_object();
    fmt::print("{}\n", out);
    return;
  }
  if (hits.hits.empty()) {
    fmt::print("No book passes.\n");
    return;
  }
  const bool counted =
      std::ranges::any_of(hits.hits, [](const Hit& hit) { return hit.readers != 0; });
  Table table(counted ? std::vector<std::string>{"score", "readers", "title", "authors", "why"}
                      : std::vector<std::string>{"score", "title", "authors", "why"});
  for (const Hit& hit : hits.hits) {
    const auto book = book_from_json(hit.card);
    std::vector<std::string> row{fmt::format("{:.3f}", hit.score),
                                 book ? book->title : std::string(hit.id),
                                 book ? authors_of(*book) : "",
                                 why(hit.reasons)};
    if (counted) {
      row.insert(row.begin() + 1, std::to_string(hit.readers));
    }
    table.add(std::move(row));
  }
  fmt::print("{}", table.to_text());
  if (hits.degraded) {
    fmt::print("Degraded: answered by \"{}\".\n", hits.strategy);
  }
}

}  // namespace bookreco
