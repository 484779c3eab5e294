#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/progress.h"
#include "ml/lsa.h"
#include "ports/active_run.h"
#include "ports/blob_store.h"
#include "ports/stores.h"
#include "ports/vectorizer.h"
#include "services/vectorizer/documents.h"

namespace bookreco {

struct VectorizerSettings {
  LsaOptions lsa;
  DocumentOptions documents;
  std::size_t top_terms = 12;  ///< terms kept per book, for reasons
  std::size_t batch_books = 2'000;
};

struct FitSummary {
  std::string version;
  std::int64_t books = 0;
  std::map<std::string, double> metrics;
};

/// The role `vectorizer`: fits models on the catalogue, embeds books and queries with the champion,
/// keeps the vector space filled. The model is swapped atomically; embed and embed_query never wait
/// for a fit.
class VectorizerService final : public Vectorizer {
 public:
  VectorizerService(Stores& stores,
                    BlobStore& blobs,
                    const Clock& clock,
                    VectorizerSettings settings);

  /// Serves this version from now on; nothing happens when it is the one served. Callers keep the
  /// served version equal to the snapshot's: a fit elsewhere changes nothing here until its
  /// snapshot is out.
  Status load(std::string_view version);
  Status load_champion();
  /// Fits a model on every book, fills its space beside the old one, makes it the champion and
  /// serves it. One fit at a time, by the caller's lock.
  Result<FitSummary> fit(const ProgressFn& progress);
  /// Embeds the books whose vectors are missing or older than the book. Answers how many.
  Result<std::int64_t> catch_up();

  std::string version() const override;
  Result<Embeddings> embed(std::span<const Book> books, const CallContext& context) override;
  Result<QueryEmbedding> embed_query(std::string_view text, const CallContext& context) override;

 private:
  struct Serving {
    std::string version;
    std::int64_t space = 0;
    LsaModel model;
  };
  std::shared_ptr<const Serving> serving() const { return serving_.load(); }
  Embedding embed_one(const Serving& serving, const Book& book) const;
  /// Answers a fingerprint of what was read; `ids` get each book's id and change.
  Result<std::uint64_t> read_documents(LsaFitter& fitter,
                                       std::vector<std::pair<std::string, std::int64_t>>& ids,
                                       const ProgressFn& progress);
  Result<FitSummary> train(ActiveRun& run, const ProgressFn& progress);
  Status fill_space(std::int64_t space,
                    const LsaFitter& fitter,
                    const std::vector<std::pair<std::string, std::int64_t>>& ids,
                    const LsaModel& model,
                    const ProgressFn& progress);

  Stores& stores_;
  BlobStore& blobs_;
  const Clock& clock_;
  const VectorizerSettings settings_;
  std::atomic<std::shared_ptr<const Serving>> serving_;
};

}  // namespace bookreco
