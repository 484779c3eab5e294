#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/threads.h"
#include "kernels/linear.h"
#include "ml/label_head.h"
#include "ml/lsa_model.h"
#include "ml/randomized_svd.h"
#include "ml/term_corpus.h"
#include "ml/tfidf.h"

namespace bookreco {

struct LsaFitter::Impl {
  explicit Impl(const LsaOptions& o) : options(o), corpus(o.threads) {}

  LsaOptions options;
  TermCorpus corpus;
  std::shared_ptr<LsaModel::Impl> model;
  std::vector<float> embedded;
  double seconds = 0;
  bool fitted = false;
};

namespace {

constexpr std::size_t kBlock = 1024;

/// TF-IDF rows of at most `sample` documents that have terms, chosen by the seed (Knuth's algorithm
/// S), in their order.
SparseRows sample_rows(const TermCorpus& corpus,
                       std::size_t documents_with_terms,
                       std::span<const float> idf,
                       const LsaOptions& options) {
  SparseRows rows;
  rows.columns = idf.size();
  Random random(options.seed ^ 0x5a3317ULL);
  std::size_t left = documents_with_terms;
  std::size_t wanted = std::min(options.sample, left);
  std::vector<float> weights;
  for (std::size_t i = 0; i < corpus.documents() && wanted > 0; ++i) {
    const TermCorpus::Row row = corpus.row(i);
    if (row.terms.empty() || random.below(left--) >= wanted) {
      continue;
    }
    --wanted;
    tfidf_weights(row.terms, row.sixteenths, idf, weights);
    rows.ids.insert(rows.ids.end(), row.terms.begin(), row.terms.end());
    rows.values.insert(rows.values.end(), weights.begin(), weights.end());
    rows.offsets.push_back(rows.ids.size());
  }
  return rows;
}

std::size_t count_with_terms(const TermCorpus& corpus) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < corpus.documents(); ++i) {
    count += corpus.row(i).terms.empty() ? 0 : 1;
  }
  return count;
}

/// Rows have length 1, so the variance about the origin is their number. Nine decimals: model.json
/// gives them back exactly.
double explained_variance(const TruncatedSvd& svd, const SparseRows& rows) {
  double sum = 0;
  for (const double value : svd.singular_values) {
    sum += value * value;
  }
  const double share = sum / static_cast<double>(std::max<std::size_t>(rows.rows(), 1));
  return std::round(share * 1e9) / 1e9;
}

/// The axes of the SVD, each scaled by (σ / σ₁)^power, and after them the columns of the head. Axes
/// without variance stay zero.
DenseBlock projection_of(const TruncatedSvd& svd, const DenseBlock& head, double power) {
  const std::size_t axes = svd.singular_values.size();
  std::vector<float> factors(axes, 0.0F);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const double value = svd.singular_values[axis];
    factors[axis] =
        value > 0 ? static_cast<float>(std::pow(value / svd.singular_values[0], power)) : 0.0F;
  }
  DenseBlock projection(head.rows, axes + head.columns);
  for (std::size_t row = 0; row < projection.rows; ++row) {
    float* out = projection.values.data() + row * projection.stride;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      out[axis] = svd.vectors[row * svd.stride + axis] * factors[axis];
    }
    std::copy_n(head.values.data() + row * head.stride, head.columns, out + axes);
  }
  return projection;
}

/// What a fit and a model hold of the labels: nothing when no dimension is theirs.
DenseBlock label_head(const SparseRows& rows,
                      const StringTable& terms,
                      const LsaOptions& options,
                      const ProgressFn& progress) {
  LabelHeadOptions head;
  head.rank =
      options.label_share > 0 ? std::min(options.label_dimensions, options.dimension / 4) : 0;
  head.seed = options.seed;
  head.threads = options.threads;
  return fit_label_head(rows, terms, head, progress);
}

}  // namespace

LsaFitter::LsaFitter(const LsaOptions& options) : impl_(std::make_unique<Impl>(options)) {}
LsaFitter::~LsaFitter() = default;

void LsaFitter::add_batch(std::span<const Document> documents) {
  BOOKRECO_CHECK(!impl_->fitted);
  const Stopwatch watch;
  impl_->corpus.add(documents);
  impl_->seconds += watch.seconds();
}

Result<LsaModel> LsaFitter::fit(const ProgressFn& progress) {
  BOOKRECO_CHECK(!impl_->fitted);
  const Stopwatch watch;
  impl_->fitted = true;
  const LsaOptions& options = impl_->options;
  TermCorpus& corpus = impl_->corpus;
  Vocabulary vocabulary =
      choose_vocabulary(corpus.terms(), corpus.frequencies(), corpus.documents(), options);
  corpus.select(vocabulary.numbers);
  const std::size_t with_terms = count_with_terms(corpus);
  if (with_terms < 2) {
    return fail(Code::kFailedPrecondition,
                "cannot fit LSA: {} of {} documents have words that others share; at least two are "
                "needed: load more books, or "
                "books with titles and descriptions",
                with_terms,
                corpus.documents());
  }
  const SparseRows rows = sample_rows(corpus, with_terms, vocabulary.idf, options);
  const DenseBlock head = label_head(rows, vocabulary.terms, options, progress);
  const TruncatedSvd svd = randomized_svd(rows,
                                          {options.dimension - head.columns,
                                           options.oversampling,
                                           options.power_iterations,
                                           options.seed,
                                           options.threads},
                                          progress);
  DenseBlock projection = projection_of(svd, head, options.singular_power);
  auto model = std::make_shared<LsaModel::Impl>();
  model->options = options;
  model->options.label_dimensions = head.columns;
  model->words = corpus.spellings().best(vocabulary.terms);
  model->terms = std::move(vocabulary.terms);
  model->idf = std::move(vocabulary.idf);
  model->stride = projection.stride;
  model->projection = std::move(projection.values);
  report(progress, "embed", 0, corpus.documents());
  impl_->embedded.resize(corpus.documents() * options.dimension);
  parallel_blocks(corpus.documents(), kBlock, options.threads, [&](Range range, std::size_t) {
    std::vector<float> weights;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const TermCorpus::Row row = corpus.row(i);
      tfidf_weights(row.terms, row.sixteenths, model->idf, weights);
      model->project(
          row.terms, weights, {impl_->embedded.data() + i * options.dimension, options.dimension});
    }
  });
  report(progress, "embed", corpus.documents(), corpus.documents());
  model->metrics = {
      {"documents", static_cast<double>(corpus.documents())},
      {"documents_without_terms", static_cast<double>(corpus.documents() - with_terms)},
      {"sampled_documents", static_cast<double>(rows.rows())},
      {"vocabulary", static_cast<double>(model->terms.size())},
      {"label_dimensions", static_cast<double>(head.columns)},
      {"explained_variance", explained_variance(svd, rows)},
      {"seconds", impl_->seconds + watch.seconds()}};
  impl_->model = std::move(model);
  return LsaModel(impl_->model);
}

std::span<const float> LsaFitter::embedded() const {
  return impl_->embedded;
}

std::vector<SparseEntry> LsaFitter::top_terms(std::size_t document, std::size_t count) const {
  BOOKRECO_CHECK(impl_->model != nullptr && document < impl_->corpus.documents());
  const TermCorpus::Row row = impl_->corpus.row(document);
  std::vector<float> weights;
  tfidf_weights(row.terms, row.sixteenths, impl_->model->idf, weights);
  return heaviest(
      row.terms, weights, count, [this](std::uint32_t id) { return impl_->model->is_word(id); });
}

}  // namespace bookreco
