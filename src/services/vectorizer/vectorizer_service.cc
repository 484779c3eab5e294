#include "services/vectorizer/vectorizer_service.h"

#include <algorithm>

#include "base/hash.h"
#include "base/threads.h"

namespace bookreco {
namespace {

constexpr const char* kModel = "vectorizer";
constexpr const char* kChampion = "champion";

std::map<std::string, std::string> parameters_of(const VectorizerSettings& settings) {
  const LsaOptions& lsa = settings.lsa;
  const DocumentOptions& fields = settings.documents;
  return {
      {"kind", "lsa"},
      {"vocabulary", std::to_string(lsa.vocabulary)},
      {"dimension", std::to_string(lsa.dimension)},
      {"power_iterations", std::to_string(lsa.power_iterations)},
      {"idf_power", fmt::format("{}", lsa.idf_power)},
      {"singular_power", fmt::format("{}", lsa.singular_power)},
      {"label_dimensions", std::to_string(lsa.label_dimensions)},
      {"label_share", fmt::format("{}", lsa.label_share)},
      {"seed", std::to_string(lsa.seed)},
      {"fields",
       fmt::format(
           "title {} description {} author {} collection {} publisher {} series {} label {}",
           fields.title,
           fields.description,
           fields.author,
           fields.collection,
           fields.publisher,
           fields.series,
           fields.label)},
  };
}

/// The sum of these over a catalogue does not depend on the order of its books.
std::uint64_t fingerprint_of(std::string_view id, const Document& document) {
  std::uint64_t hash = hash64(id);
  for (const auto& field : document.fields) {
    hash = hash64(field.text, hash);
  }
  return hash;
}

}  // namespace

VectorizerService::VectorizerService(Stores& stores,
                                     BlobStore& blobs,
                                     const Clock& clock,
                                     VectorizerSettings settings)
    : stores_(stores), blobs_(blobs), clock_(clock), settings_(settings) {}

std::string VectorizerService::version() const {
  const auto now = serving();
  return now ? now->version : "";
}

Status VectorizerService::load(std::string_view version) {
  if (const auto now = serving(); now && now->version == version) {
    return {};
  }
  BOOKRECO_TRY(const auto model, stores_.models().get(kModel, version));
  if (!model) {
    return fail(Code::kNotFound,
                "the registry has no vectorizer {}: `bookreco fit` makes a new one",
                version);
  }
  BOOKRECO_TRY(const Path folder, blobs_.fetch(model->location));
  BOOKRECO_TRY(LsaModel lsa, LsaModel::load(folder));
  BOOKRECO_TRY(const auto spaces, stores_.vectors().spaces());
  const auto space = std::ranges::find(spaces, version, &VectorSpace::model_version);
  auto next = std::make_shared<Serving>();
  next->version = version;
  next->space = space == spaces.end() ? 0 : space->id;
  next->model = std::move(lsa);
  serving_.store(std::move(next));
  return {};
}

Status VectorizerService::load_champion() {
  BOOKRECO_TRY(const auto champion, stores_.models().by_alias(kModel, kChampion));
  return champion ? load(champion->version) : Status();
}

Result<std::uint64_t> VectorizerService::read_documents(
    LsaFitter& fitter,
    std::vector<std::pair<std::string, std::int64_t>>& ids,
    const ProgressFn& progress) {
  BOOKRECO_TRY(const std::int64_t total, stores_.books().count());
  std::vector<Book> batch;
  std::vector<Document> documents;
  std::uint64_t fingerprint = 0;
  auto flush = [&] {
    documents.clear();
    for (const Book& book : batch) {
      documents.push_back(document_of(book, settings_.documents));
      fingerprint += fingerprint_of(book.id, documents.back());
    }
    fitter.add_batch(documents);
    batch.clear();
    report(progress, "read", ids.size(), static_cast<std::uint64_t>(total));
  };
  BOOKRECO_TRY_VOID(stores_.books().changes_since(0, [&](BookChange&& row) {
    if (!row.deleted) {
      ids.emplace_back(row.book.id, row.change);
      batch.push_back(std::move(row.book));
      if (batch.size() == settings_.batch_books) {
        flush();
      }
    }
    return true;
  }));
  flush();
  return fingerprint;
}

Status VectorizerService::fill_space(std::int64_t space,
                                     const LsaFitter& fitter,
                                     const std::vector<std::pair<std::string, std::int64_t>>& ids,
                                     const LsaModel& model,
                                     const ProgressFn& progress) {
  const std::span<const float> vectors = fitter.embedded();
  const std::size_t dimension = model.dimension();
  std::vector<VectorRow> rows;
  for (std::size_t begin = 0; begin < ids.size(); begin += settings_.batch_books) {
    const std::size_t end = std::min(ids.size(), begin + settings_.batch_books);
    rows.resize(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const auto vector = vectors.subspan(i * dimension, dimension);
      rows[i - begin].book_id = ids[i].first;
      rows[i - begin].change = ids[i].second;
      rows[i - begin].values.assign(vector.begin(), vector.end());
      rows[i - begin].terms.clear();
      for (const SparseEntry& entry : fitter.top_terms(i, settings_.top_terms)) {
        rows[i - begin].terms.emplace_back(model.term(entry.term));
      }
    }
    BOOKRECO_TRY_VOID(stores_.vectors().put(space, rows));
    report(progress, "store vectors", end, ids.size());
  }
  return {};
}

Result<FitSummary> VectorizerService::train(ActiveRun& run, const ProgressFn& progress) {
  const std::string& version = run.id();
  LsaFitter fitter(settings_.lsa);
  std::vector<std::pair<std::string, std::int64_t>> ids;
  BOOKRECO_TRY(const std::uint64_t fingerprint, read_documents(fitter, ids, progress));
  const auto books = static_cast<std::int64_t>(ids.size());
  run.input(hex(fingerprint));
  run.metric("books", static_cast<double>(books));
  if (books < 2) {
    return fail(
        Code::kFailedPrecondition,
        "the catalogue has {} books and a fit needs two with words: `bookreco ingest FILE` first",
        books);
  }
  BOOKRECO_TRY(const LsaModel model, fitter.fit(progress));
  run.metrics(model.metrics());
  const std::string location = fmt::format("{}/{}", kModel, version);
  BOOKRECO_TRY_VOID(
      blobs_.publish(location, [&](const Path& folder) { return model.save(folder); }));
  run.artifact(location);
  BOOKRECO_TRY(
      const VectorSpace space,
      stores_.vectors().create_space(version, static_cast<std::uint32_t>(model.dimension())));
  BOOKRECO_TRY_VOID(fill_space(space.id, fitter, ids, model, progress));
  BOOKRECO_TRY_VOID(stores_.models().add(
      {kModel, version, location, run.parameters(), model.metrics(), version, clock_.now()}));
  BOOKRECO_TRY_VOID(stores_.vectors().activate(space.id));
  BOOKRECO_TRY_VOID(stores_.models().set_alias(kModel, kChampion, version));
  return FitSummary{version, books, model.metrics()};
}

Result<FitSummary> VectorizerService::fit(const ProgressFn& progress) {
  BOOKRECO_TRY(FitSummary summary,
               record_run(stores_.runs(),
                          clock_,
                          {.kind = "fit", .parameters = parameters_of(settings_)},
                          [&](ActiveRun& run) { return train(run, progress); }));
  BOOKRECO_TRY_VOID(load_champion());
  return summary;
}

Result<std::int64_t> VectorizerService::catch_up() {
  const auto now = serving();
  if (!now || now->space == 0) {
    return 0;
  }
  BOOKRECO_TRY(std::int64_t position, stores_.vectors().last_change(now->space));
  std::int64_t embedded = 0;
  for (;;) {
    std::vector<VectorRow> rows;
    BOOKRECO_TRY_VOID(stores_.books().changes_since(position, [&](BookChange&& row) {
      position = row.change;
      if (!row.deleted) {
        Embedding embedding = embed_one(*now, row.book);
        rows.push_back(
            {row.book.id, row.change, std::move(embedding.vector), std::move(embedding.terms)});
      }
      return rows.size() < settings_.batch_books;
    }));
    if (rows.empty()) {
      return embedded;
    }
    BOOKRECO_TRY_VOID(stores_.vectors().put(now->space, rows));
    embedded += static_cast<std::int64_t>(rows.size());
  }
}

Embedding VectorizerService::embed_one(const Serving& now, const Book& book) const {
  const Document document = document_of(book, settings_.documents);
  Embedding embedding;
  embedding.vector.resize(now.model.dimension());
  now.model.embed(document, embedding.vector);
  for (const TermWeight& term : now.model.top_terms(document, settings_.top_terms)) {
    embedding.terms.emplace_back(term.term);
  }
  return embedding;
}

Result<Embeddings> VectorizerService::embed(std::span<const Book> books, const CallContext&) {
  const auto now = serving();
  if (!now) {
    return fail(Code::kUnavailable, "no model is fitted yet: load books, then `bookreco fit`");
  }
  Embeddings embeddings{now->version, std::vector<Embedding>(books.size())};
  parallel_blocks(books.size(), 64, settings_.lsa.threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end; ++i) {
      embeddings.rows[i] = embed_one(*now, books[i]);
    }
  });
  return embeddings;
}

Result<QueryEmbedding> VectorizerService::embed_query(std::string_view text, const CallContext&) {
  const auto now = serving();
  if (!now) {
    return fail(Code::kUnavailable, "no model is fitted yet: load books, then `bookreco fit`");
  }
  Document document;
  document.fields = {
      {text, 1, Document::Kind::kText},
      {text, 1, Document::Kind::kWhole},
      {text, 1, Document::Kind::kLabel},
  };
  QueryEmbedding query{now->version, std::vector<float>(now->model.dimension())};
  now->model.embed(document, query.vector);
  return query;
}

}  // namespace bookreco
