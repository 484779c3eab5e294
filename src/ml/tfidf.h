#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ml/lsa.h"
#include "ml/string_table.h"

namespace bookreco {

/// The terms that a model knows: words, then whole fields and labels; of each kind most documents
/// first, ties by the term's text.
struct Vocabulary {
  StringTable terms;
  std::vector<float> idf;  ///< (ln((1 + documents) / (1 + documents with the term)) + 1)^idf_power
  std::vector<std::uint32_t>
      numbers;  ///< of each term offered, StringTable::kNone for those left out
};

/// Keeps what the options say. Small catalogues need other bounds: below 50 documents a term of one
/// document counts, below 10 no term is too frequent.
Vocabulary choose_vocabulary(const StringTable& terms,
                             std::span<const std::uint32_t> frequencies,
                             std::size_t documents,
                             const LsaOptions& options);

/// The l2-normalised weights (1 + ln count) · idf of one document's terms; a count below one weighs
/// as itself.
void tfidf_weights(std::span<const std::uint32_t> terms,
                   std::span<const std::uint16_t> sixteenths,
                   std::span<const float> idf,
                   std::vector<float>& weights);

}  // namespace bookreco
