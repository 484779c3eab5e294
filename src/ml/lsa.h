#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/progress.h"
#include "base/result.h"

namespace bookreco {

/// Text of one book for the models: fields with weights that multiply their term counts.
struct Document {
  enum class Kind : std::uint8_t {
    kText,   ///< read word by word
    kWhole,  ///< the whole folded text is one term (an author, a collection), beside no word of it
    kLabel,  ///< the same, and what other terms are taught to foretell
  };
  struct Field {
    std::string_view text;
    float weight = 1;
    Kind kind = Kind::kText;
  };
  std::vector<Field> fields;
  std::string_view
      language;  ///< ISO 639-1; where empty the text is read as French and as English, half each
};

struct SparseEntry {
  std::uint32_t term = 0;
  float weight = 0;
};

struct TermWeight {
  std::string_view term;
  float weight = 0;
};

struct LsaOptions {
  std::size_t vocabulary = 4096;  ///< words kept, by document frequency
  std::size_t fields = 8'192;     ///< whole fields and labels kept beside them, the same way
  std::size_t min_documents = 2;  ///< a term in fewer is dropped
  double max_share = 0.5;         ///< a term in a larger share of documents is dropped
  std::size_t dimension = 128;
  std::size_t power_iterations = 4;
  std::size_t oversampling = 10;
  double idf_power = 1.5;       ///< 1 is plain TF-IDF; more favours rare words and names
  double singular_power = 0.5;  ///< axes are scaled by (σ / σ₁)^this: 0 is the plain projection;
                                ///< more favours broad themes
  std::size_t label_dimensions = 32;  ///< of the dimensions hold what the terms foretell of the
                                      ///< labels (label_head.h); a quarter of them at most
  double label_share = 0.25;          ///< of the cosine, that these decide
  std::size_t sample =
      200'000;  ///< the projection is fitted on at most so many documents, chosen by the seed
  std::uint64_t seed = 1;
  std::size_t threads = 1;  ///< never changes the result
};

/// TF-IDF (sublinear tf, smoothed idf, l2 rows, as Salton & Buckley 1988 and scikit-learn define
/// them, idf raised to idf_power) projected by a randomised truncated SVD (Halko, Martinsson, Tropp
/// 2011); where the fit saw labels, beside it what the terms foretell of them (label_head.h). The
/// cosine of two vectors is the mean of the two parts' cosines, weighed by label_share. Rows are
/// l2-normalised. Immutable; safe from any thread.
class LsaModel {
 public:
  struct Impl;

  LsaModel() = default;  ///< holds nothing: only assignment and destruction are allowed
  explicit LsaModel(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::size_t dimension() const;
  std::size_t vocabulary() const;
  /// As people read it: the most frequent spelling of the stem ("tragédie"), the name of a whole
  /// field ("Jean Anouilh").
  std::string_view term(std::uint32_t id) const;

  /// Fills `out` (dimension floats) with the document's unit vector; all zero when it has no known
  /// term.
  void embed(const Document& document, std::span<float> out) const;
  /// Sorted by term id, l2-normalised.
  std::vector<SparseEntry> tfidf(const Document& document) const;
  /// The document's heaviest words, heaviest first, as people read them (the most frequent spelling
  /// of each stem). Whole fields are not among them: authors and labels speak for themselves.
  std::vector<TermWeight> top_terms(const Document& document, std::size_t count) const;

  /// "model.json" and "lsa.bin" in `folder`.
  Status save(const Path& folder) const;
  static Result<LsaModel> load(const Path& folder);

  const std::map<std::string, double>& metrics()
      const;  ///< documents, vocabulary, explained_variance, seconds …

 private:
  std::shared_ptr<const Impl> impl_;
};

/// Fits a model in one pass over the documents: add_batch any number of times, then fit. One thread
/// calls it; work runs on options.threads. The same documents in the same order give the same bytes
/// for any number of threads on one CPU type.
class LsaFitter {
 public:
  explicit LsaFitter(const LsaOptions& options);
  ~LsaFitter();

  void add_batch(std::span<const Document> documents);
  /// kFailedPrecondition when fewer than two documents have words. After it, embedded(i) is
  /// document i's vector.
  Result<LsaModel> fit(const ProgressFn& progress = {});
  /// Vectors of every document added, row-major, documents × dimension; valid after fit.
  std::span<const float> embedded() const;
  /// Document i's heaviest words, as ids of terms; valid after fit.
  std::vector<SparseEntry> top_terms(std::size_t document, std::size_t count) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
