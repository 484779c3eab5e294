#include "services/recommender/recommender_service.h"

#include "base/random.h"
#include "domain/answer_id.h"
#include "recommend/also_loved.h"
#include "recommend/onboarding.h"
#include "recommend/recommend.h"
#include "recommend/search.h"
#include "recommend/session.h"
#include "recommend/similar.h"
#include "recommend/titles.h"

namespace bookreco {

RecommenderService::RecommenderService(Stores& stores,
                                       BlobStore& blobs,
                                       Vectorizer& vectorizer,
                                       const Clock& clock,
                                       RecommenderSettings settings)
    : stores_(stores), blobs_(blobs), vectorizer_(vectorizer), clock_(clock), settings_(settings) {}

Result<std::shared_ptr<const Snapshot>> RecommenderService::serving() const {
  auto snapshot = snapshot_.load();
  if (!snapshot) {
    return fail(Code::kUnavailable,
                "the catalogue is being prepared: load books, then `bookreco fit`");
  }
  return snapshot;
}

Status RecommenderService::refresh() {
  BOOKRECO_TRY_VOID(load_champion());
  BOOKRECO_TRY_VOID(take_in_changes());
  return load_readers();  // last: without it answers go on, by content
}

Status RecommenderService::load_champion() {
  BOOKRECO_TRY(const auto champion, stores_.models().by_alias("snapshot", "champion"));
  const auto now = snapshot_.load();
  if (!champion || (now && now->version == champion->version)) {
    return {};
  }
  BOOKRECO_TRY(const Path folder, blobs_.fetch(champion->location));
  BOOKRECO_TRY(Snapshot next, open_snapshot(folder, settings_.check));
  seen_change_ = next.change;
  if (now) {
    next.readers = now->readers;
  }
  snapshot_.store(std::make_shared<const Snapshot>(std::move(next)));
  waiting_ = 0;
  return {};
}

Status RecommenderService::load_readers() {
  const auto now = snapshot_.load();
  if (!now) {
    return {};
  }
  BOOKRECO_TRY(const auto champion, stores_.models().by_alias("readers", "champion"));
  if (!champion || (now->readers && now->readers->version == champion->version)) {
    return {};
  }
  BOOKRECO_TRY(const Path folder, blobs_.fetch(champion->location));
  BOOKRECO_TRY(ReaderModel model, ReaderModel::open(folder));
  auto next = std::make_shared<Snapshot>(*now);
  next->readers = std::make_shared<const Readers>(Readers{champion->version, std::move(model)});
  snapshot_.store(std::move(next));
  return {};
}

Status RecommenderService::take_in_changes() {
  const auto now = snapshot_.load();
  BOOKRECO_TRY(const std::int64_t last, stores_.books().last_change());
  if (!now || last == seen_change_) {
    return {};
  }
  std::vector<Book> books;
  RowSet gone(now->base->rows());
  std::int64_t changed = 0;
  std::int64_t position = now->change;
  BOOKRECO_TRY_VOID(stores_.books().changes_since(now->change, [&](BookChange&& row) {
    ++changed;
    position = row.change;
    if (const auto old = now->base->find(row.book.id)) {
      gone.insert(*old);
    }
    if (!row.deleted) {
      books.push_back(std::move(row.book));
    }
    return changed <= settings_.delta_limit;
  }));
  seen_change_ = last;
  if (changed > settings_.delta_limit) {
    waiting_ = last - position + changed;
    return {};
  }
  auto next = std::make_shared<Snapshot>(*now);
  next->gone = std::move(gone);
  next->delta = nullptr;
  if (!books.empty()) {
    BOOKRECO_TRY(const Embeddings embeddings, vectorizer_.embed(books, {}));
    if (embeddings.version != now->vectorizer) {
      seen_change_ = -1;  // the vectorizer is ahead of the snapshot: the next refresh finds both of
                          // one version
      return {};
    }
    BOOKRECO_TRY(next->delta, build_delta(books, embeddings.rows));
  }
  next->delta_change = position;
  snapshot_.store(std::move(next));
  waiting_ = 0;
  return {};
}

Result<std::shared_ptr<const Segment>> RecommenderService::build_delta(
    const std::vector<Book>& books, std::span<const Embedding> embeddings) const {
  SegmentOptions options = settings_.segment;
  options.dimension = embeddings.front().vector.size();
  options.neighbours = 0;
  SegmentBuilder builder = SegmentBuilder::to_memory(options);
  std::vector<std::vector<std::string_view>> terms(books.size());
  std::vector<SegmentRow> rows(books.size());
  for (std::size_t i = 0; i < books.size(); ++i) {
    terms[i].assign(embeddings[i].terms.begin(), embeddings[i].terms.end());
    rows[i] = {&books[i], embeddings[i].vector, kNoCluster, terms[i]};
  }
  BOOKRECO_TRY_VOID(builder.add_batch(rows));
  BOOKRECO_TRY(Segment segment, builder.finish());
  return std::make_shared<const Segment>(std::move(segment));
}

Result<Hits> RecommenderService::similar(const SimilarRequest& request, const CallContext&) {
  BOOKRECO_TRY(const auto snapshot, serving());
  return bookreco::similar(snapshot, request, settings_.threads);
}

Result<Hits> RecommenderService::search(const SearchRequest& request, const CallContext& context) {
  BOOKRECO_TRY(const auto snapshot, serving());
  QueryEmbedding query;
  if (request.mode != SearchMode::kLexical && !request.query.empty()) {
    BOOKRECO_TRY(query, vectorizer_.embed_query(request.query, context));
  }
  const bool comparable = query.version == snapshot->vectorizer;
  BOOKRECO_TRY(
      Hits hits,
      bookreco::search(
          snapshot, request, comparable ? query.vector : std::vector<float>(), settings_.threads));
  hits.degraded = hits.degraded || (!query.version.empty() && !comparable);
  return hits;
}

Status RecommenderService::read_reader(RecommendRequest& request) const {
  const Timestamp now = clock_.now();
  BOOKRECO_TRY(const auto history, stores_.readers().history(request.reader));
  request.history = weigh(history, settings_.interactions, now);
  request.rotation = request.rotation.value_or(settings_.rotation.strength);
  if (history.empty() || request.rotation == 0) {
    return {};
  }
  BOOKRECO_TRY(const auto shown, stores_.impressions().of(request.reader));
  for (const Impression& one : shown) {
    request.seen.push_back(
        {one.book_id, faded(one.count, one.at, now, settings_.rotation.half_life_days)});
  }
  return {};
}

Result<Hits> RecommenderService::with_id(Result<Hits> hits, const Snapshot& snapshot) {
  if (hits) {
    Random random(settings_.seed + answers_.fetch_add(1));
    AnswerId id;
    id.at = clock_.now();
    id.snapshot = version_mark(snapshot.version);
    id.readers = snapshot.readers ? version_mark(snapshot.readers->version) : 0;
    id.random = static_cast<std::uint32_t>(random.next());
    id.strategy = hits->strategy;
    hits->answer = to_text(id);
  }
  return hits;
}

Result<Hits> RecommenderService::recommend(const RecommendRequest& request, const CallContext&) {
  BOOKRECO_TRY(const auto snapshot, serving());
  if (request.reader.empty()) {
    return with_id(bookreco::recommend(snapshot, request, settings_.threads), *snapshot);
  }
  RecommendRequest read = request;
  BOOKRECO_TRY_VOID(read_reader(read));
  return with_id(bookreco::recommend(snapshot, read, settings_.threads), *snapshot);
}

Result<Hits> RecommenderService::also_loved(const AlsoLovedRequest& request, const CallContext&) {
  BOOKRECO_TRY(const auto snapshot, serving());
  return with_id(bookreco::also_loved(snapshot, request, settings_.threads), *snapshot);
}

Result<Hits> RecommenderService::recommend_session(const SessionRequest& request,
                                                   const CallContext&) {
  BOOKRECO_TRY(const auto snapshot, serving());
  return with_id(bookreco::recommend_session(
                     snapshot, request, settings_.interactions, clock_.now(), settings_.threads),
                 *snapshot);
}

Result<Hits> RecommenderService::onboarding(const OnboardingRequest& request, const CallContext&) {
  BOOKRECO_TRY(const auto snapshot, serving());
  return bookreco::onboarding(snapshot, request, settings_.threads);
}

Result<Hits> RecommenderService::find_title(std::string_view title,
                                            std::int64_t k,
                                            const CallContext&) {
  BOOKRECO_TRY(const auto snapshot, serving());
  return bookreco::find_title(snapshot, title, k);
}

RecommenderState RecommenderService::state() const {
  const auto now = snapshot_.load();
  if (!now) {
    return {};
  }
  return {now->version,
          now->vectorizer,
          now->books(),
          now->delta ? static_cast<std::int64_t>(now->delta->rows()) : 0,
          now->delta_change};
}

}  // namespace bookreco
