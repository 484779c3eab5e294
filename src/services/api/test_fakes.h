#pragma once

#include <string>
#include <vector>

#include "services/api/api.h"
#include "transport/problem.h"

namespace bookreco {

/// A catalogue of given books that remembers what it was asked.
class FakeCatalog : public Catalog {
 public:
  Result<Book> get(std::string_view id, const CallContext&) override {
    for (const Book& book : books) {
      if (book.id == id || (!book.ean.empty() && book.ean == id)) {
        return book;
      }
    }
    return fail(Code::kNotFound, "no book has the id, EAN or ISBN {}", id);
  }
  Result<BookPage> query(const BookQuery& asked, const CallContext&) override {
    last_query = asked;
    return BookPage{books, total};
  }
  Result<FacetPage> facets(FacetKind kind,
                           std::string_view prefix,
                           std::int64_t offset,
                           std::int64_t limit,
                           const CallContext&) override {
    last_facet = fmt::format("{}|{}|{}|{}", static_cast<int>(kind), prefix, offset, limit);
    return FacetPage{{{"Folio", 12}, {"Le Livre de \"Poche\"", 3}}, 2};
  }
  Result<std::optional<Clustering>> clusters(const CallContext&) override { return clustering; }
  Result<UpsertAnswer> upsert(std::span<const std::string_view> asked,
                              const CallContext&) override {
    rows.assign(asked.begin(), asked.end());
    return upsert_answer;
  }

  std::vector<Book> books;
  std::int64_t total = 0;
  std::optional<Clustering> clustering;
  Result<UpsertAnswer> upsert_answer;
  BookQuery last_query;
  std::string last_facet;
  std::vector<std::string> rows;
};

/// Answers the same hits to everything and remembers what it was asked.
class FakeRecommender : public Recommender {
 public:
  Result<Hits> similar(const SimilarRequest& request, const CallContext&) override {
    last_similar = request;
    return request.id == "unknown"
               ? fail(Code::kNotFound, "no book has the id, EAN or ISBN unknown")
               : answer();
  }
  Result<Hits> search(const SearchRequest& request, const CallContext&) override {
    last_search = request;
    return answer();
  }
  Result<Hits> recommend(const RecommendRequest& request, const CallContext&) override {
    last_recommend = request;
    return answer();
  }
  Result<Hits> also_loved(const AlsoLovedRequest& request, const CallContext&) override {
    last_also_loved = request;
    return request.id == "unknown"
               ? fail(Code::kNotFound, "no book has the id, EAN or ISBN unknown")
               : answer();
  }
  Result<Hits> recommend_session(const SessionRequest& request, const CallContext&) override {
    last_session = request;
    return answer();
  }
  Result<Hits> onboarding(const OnboardingRequest& request, const CallContext&) override {
    last_onboarding = request;
    return answer();
  }
  Result<Hits> find_title(std::string_view, std::int64_t, const CallContext&) override {
    return answer();
  }
  RecommenderState state() const override { return now; }

  Result<Hits> hits;
  RecommenderState now;
  SimilarRequest last_similar;
  SearchRequest last_search;
  RecommendRequest last_recommend;
  AlsoLovedRequest last_also_loved;
  SessionRequest last_session;
  OnboardingRequest last_onboarding;

 private:
  Result<Hits> answer() const { return hits; }
};

/// One reader "r" who loved the sample book; remembers what it was told.
class FakeInteractions : public Interactions {
 public:
  Result<std::vector<RowOutcome>> record(std::span<const Interaction> interactions,
                                         const CallContext&) override {
    recorded.assign(interactions.begin(), interactions.end());
    std::vector<RowOutcome> outcomes;
    for (const Interaction& interaction : interactions) {
      RowOutcome outcome;
      if (interaction.book_id == "unknown") {
        outcome.issue = {"book", interaction.book_id, "no book has this id, EAN or ISBN"};
      } else {
        outcome.stored = RecordOutcome::kNew;
        outcome.book_id = interaction.book_id;
      }
      outcomes.push_back(std::move(outcome));
    }
    return outcomes;
  }
  Result<std::vector<RowOutcome>> count_shown(std::span<const Impression> impressions,
                                              const CallContext&) override {
    shown.assign(impressions.begin(), impressions.end());
    return std::vector<RowOutcome>(impressions.size(),
                                   RowOutcome{RecordOutcome::kNew, "b", std::nullopt});
  }
  Result<std::vector<Impression>> impressions(std::string_view reader,
                                              const CallContext&) override {
    if (reader == "unknown") {
      return fail(Code::kNotFound, "no reader has the id \"unknown\"");
    }
    return shown;
  }
  Result<LibraryEntry> put(const Interaction& interaction, const CallContext&) override {
    if (interaction.book_id == "unknown") {
      return fail(Code::kNotFound, "no book has the id, EAN or ISBN \"unknown\"");
    }
    recorded = {interaction};
    return LibraryEntry{interaction.book_id, {interaction}};
  }
  Result<std::int64_t> remove(std::string_view reader,
                              std::string_view book,
                              std::span<const InteractionKind> kinds,
                              const CallContext&) override {
    last_call = fmt::format("{}|{}|{}", reader, book, kinds.size());
    return removed;
  }
  Result<LibraryPage> library(std::string_view reader,
                              std::span<const InteractionKind> kinds,
                              std::int64_t offset,
                              std::int64_t limit,
                              const CallContext&) override {
    last_call = fmt::format("{}|{}|{}|{}", reader, kinds.size(), offset, limit);
    return library_page;
  }
  Result<ReaderPage> readers(std::string_view prefix,
                             std::int64_t offset,
                             std::int64_t limit,
                             const CallContext&) override {
    last_call = fmt::format("{}|{}|{}", prefix, offset, limit);
    return ReaderPage{{{"r", 3}, {"\"q\"", 0}}, 2};
  }
  Result<std::int64_t> remove_reader(std::string_view reader, const CallContext&) override {
    last_call = reader;
    return removed;
  }

  std::vector<Interaction> recorded;
  std::vector<Impression> shown;
  Result<LibraryPage> library_page;
  Result<std::int64_t> removed = 2;
  std::string last_call;
};

/// Routes a request through the API without sockets.
class ApiFixture {
 public:
  ApiFixture() { Api{catalog, interactions, recommender, metrics}.add_routes(router); }

  HttpResponse ask(HttpMethod method,
                   std::string target,
                   std::string body = "",
                   std::string_view type = "") {
    HttpRequest request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    if (!type.empty()) {
      request.add_header("Content-Type", type);
    }
    return ask(request);
  }
  HttpResponse ask(HttpRequest& request) {
    HttpResponse response;
    const auto match = router.match(request);
    if (match.route == nullptr) {
      response.status = match.status;
    } else if (const Status status = match.route->handler(request, response); !status) {
      set_problem(response, status.error());
    }
    return response;
  }
  HttpResponse get(std::string target) { return ask(HttpMethod::kGet, std::move(target)); }
  HttpResponse post(std::string target,
                    std::string body,
                    std::string_view type = "application/json") {
    return ask(HttpMethod::kPost, std::move(target), std::move(body), type);
  }

  FakeCatalog catalog;
  FakeInteractions interactions;
  FakeRecommender recommender;
  Metrics metrics;
  Router router;
};

inline Book sample_book() {
  Book book;
  book.id = book.ean = book.isbn13 = "9782070360024";
  book.work_id = "w1";
  book.title = "L'Étranger";
  book.authors = {"Albert Camus"};
  book.description = "Aujourd'hui, maman est morte.";
  return book;
}

}  // namespace bookreco
