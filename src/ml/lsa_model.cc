#include "ml/lsa_model.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "kernels/linear.h"
#include "ml/tfidf.h"

namespace bookreco {

void LsaModel::Impl::read(const Document& document, Row& row) const {
  const TermCounterPool::Lease counter(counters);
  if (counter->tokenizer().large()) {
    counter->trim();
  }
  std::vector<TermCount> counts;
  counter->count(document, false, counts);
  const Tokenizer& tokenizer = counter->tokenizer();
  for (std::size_t id = counter->known.size(); id < tokenizer.tokens(); ++id) {
    counter->known.push_back(terms.find(tokenizer.token(static_cast<std::uint32_t>(id))));
  }
  row.terms.clear();
  row.sixteenths.clear();
  for (const TermCount& each : counts) {
    const std::uint32_t term = counter->known[each.term];
    if (term != StringTable::kNone) {
      row.terms.push_back(term);
      row.sixteenths.push_back(each.sixteenths);
    }
  }
  tfidf_weights(row.terms, row.sixteenths, idf, row.weights);
}

void LsaModel::Impl::project(std::span<const std::uint32_t> row_terms,
                             std::span<const float> weights,
                             std::span<float> out) const {
  BOOKRECO_CHECK(out.size() == options.dimension);
  if (stride == out.size()) {
    gather_rows(projection.data(), row_terms, weights, out);
  } else {
    std::vector<float> padded(stride);
    gather_rows(projection.data(), row_terms, weights, padded);
    std::copy_n(padded.begin(), out.size(), out.begin());
  }
  const std::size_t text = options.dimension - options.label_dimensions;
  if (options.label_dimensions > 0) {
    normalise(out.first(text));
    normalise(out.subspan(text));
    scale(static_cast<float>(std::sqrt(1 - options.label_share)), out.first(text));
    scale(static_cast<float>(std::sqrt(options.label_share)), out.subspan(text));
  }
  normalise(out);
}

std::vector<SparseEntry> heaviest(std::span<const std::uint32_t> terms,
                                  std::span<const float> weights,
                                  std::size_t count,
                                  const std::function<bool(std::uint32_t)>& taken) {
  std::vector<SparseEntry> entries;
  entries.reserve(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (taken(terms[i])) {
      entries.push_back({terms[i], weights[i]});
    }
  }
  const std::size_t size = std::min(count, entries.size());
  std::partial_sort(entries.begin(),
                    entries.begin() + static_cast<std::ptrdiff_t>(size),
                    entries.end(),
                    [](const SparseEntry& a, const SparseEntry& b) {
                      return a.weight != b.weight ? a.weight > b.weight : a.term < b.term;
                    });
  entries.resize(size);
  return entries;
}

std::size_t LsaModel::dimension() const {
  return impl_->options.dimension;
}
std::size_t LsaModel::vocabulary() const {
  return impl_->terms.size();
}
std::string_view LsaModel::term(std::uint32_t id) const {
  return impl_->words[id];
}
const std::map<std::string, double>& LsaModel::metrics() const {
  return impl_->metrics;
}

void LsaModel::embed(const Document& document, std::span<float> out) const {
  Impl::Row row;
  impl_->read(document, row);
  impl_->project(row.terms, row.weights, out);
}

std::vector<SparseEntry> LsaModel::tfidf(const Document& document) const {
  Impl::Row row;
  impl_->read(document, row);
  std::vector<SparseEntry> entries =
      heaviest(row.terms, row.weights, row.terms.size(), [](std::uint32_t) { return true; });
  std::ranges::sort(entries, {}, &SparseEntry::term);
  return entries;
}

std::vector<TermWeight> LsaModel::top_terms(const Document& document, std::size_t count) const {
  Impl::Row row;
  impl_->read(document, row);
  std::vector<TermWeight> words;
  const auto is_word = [this](std::uint32_t id) { return impl_->is_word(id); };
  for (const SparseEntry& entry : heaviest(row.terms, row.weights, count, is_word)) {
    words.push_back({term(entry.term), entry.weight});
  }
  return words;
}

}  // namespace bookreco
