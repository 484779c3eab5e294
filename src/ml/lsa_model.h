#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ml/lsa.h"
#include "ml/string_table.h"
#include "ml/term_counter.h"
#include "ml/tokenizer.h"

namespace bookreco {

/// What a fitted model holds. Written once by the fitter or the loader, then only read; the pool
/// locks itself.
struct LsaModel::Impl {
  LsaOptions options;
  StringTable terms;               ///< as the tokenizer makes them
  std::vector<std::string> words;  ///< as people read them
  std::vector<float> idf;
  std::size_t stride = 0;         ///< dimension rounded up to 16
  std::vector<float> projection;  ///< terms × stride, padding zero
  std::map<std::string, double> metrics;
  mutable TermCounterPool counters;

  struct Row {
    std::vector<std::uint32_t> terms;
    std::vector<std::uint16_t> sixteenths;
    std::vector<float> weights;
  };
  /// Whether a term is a word, not a whole field.
  bool is_word(std::uint32_t term) const { return Tokenizer::is_word(terms.at(term)); }
  /// The document's known terms in the order of first use, with their TF-IDF weights.
  void read(const Document& document, Row& row) const;
  /// Fills `out` (options.dimension values) with the unit vector of weighted terms. Its last
  /// options.label_dimensions values tell of the labels.
  void project(std::span<const std::uint32_t> terms,
               std::span<const float> weights,
               std::span<float> out) const;
};

/// The `count` largest weights of terms that `taken` lets pass, largest first, ties by term.
std::vector<SparseEntry> heaviest(std::span<const std::uint32_t> terms,
                                  std::span<const float> weights,
                                  std::size_t count,
                                  const std::function<bool(std::uint32_t)>& taken);

}  // namespace bookreco
