#include "ml/tfidf.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/linear.h"
#include "ml/tokenizer.h"

namespace bookreco {
namespace {

constexpr std::size_t kManyDocuments = 50;
constexpr std::size_t kSomeDocuments = 10;
constexpr std::size_t kTabled = 1024;

float term_frequency(std::uint16_t sixteenths) {
  const auto of = [](std::size_t n) {
    const double count = static_cast<double>(n) / 16;
    return static_cast<float>(count >= 1 ? 1 + std::log(count) : count);
  };
  static const std::array<float, kTabled> kTable = [&of] {
    std::array<float, kTabled> table{};
    for (std::size_t n = 0; n < kTabled; ++n) {
      table[n] = of(n);
    }
    return table;
  }();
  return sixteenths < kTabled ? kTable[sixteenths] : of(sixteenths);
}

}  // namespace

Vocabulary choose_vocabulary(const StringTable& terms,
                             std::span<const std::uint32_t> frequencies,
                             std::size_t documents,
                             const LsaOptions& options) {
  const std::size_t least = documents < kManyDocuments ? 1 : options.min_documents;
  const double most =
      static_cast<double>(documents) * (documents < kSomeDocuments ? 1.0 : options.max_share);
  std::vector<std::uint32_t> words;
  std::vector<std::uint32_t> fields;
  for (std::uint32_t term = 0; term < frequencies.size(); ++term) {
    if (frequencies[term] >= least && frequencies[term] <= most) {
      (Tokenizer::is_word(terms.at(term)) ? words : fields).push_back(term);
    }
  }
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    return frequencies[a] != frequencies[b] ? frequencies[a] > frequencies[b]
                                            : terms.at(a) < terms.at(b);
  };
  Vocabulary vocabulary;
  vocabulary.numbers.assign(frequencies.size(), StringTable::kNone);
  const auto keep = [&](std::vector<std::uint32_t>& kept, std::size_t most_kept) {
    const std::size_t size = std::min(most_kept, kept.size());
    std::partial_sort(
        kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(size), kept.end(), before);
    kept.resize(size);
    for (const std::uint32_t term : kept) {
      vocabulary.numbers[term] = vocabulary.terms.insert(terms.at(term));
      const double share = (1.0 + static_cast<double>(documents)) / (1.0 + frequencies[term]);
      const double idf = std::log(share) + 1;
      vocabulary.idf.push_back(static_cast<float>(std::pow(idf, options.idf_power)));
    }
  };
  keep(words, options.vocabulary);
  keep(fields, options.fields);
  return vocabulary;
}

void tfidf_weights(std::span<const std::uint32_t> terms,
                   std::span<const std::uint16_t> sixteenths,
                   std::span<const float> idf,
                   std::vector<float>& weights) {
  weights.resize(terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    weights[i] = term_frequency(sixteenths[i]) * idf[terms[i]];
  }
  normalise(weights);
}

}  // namespace bookreco
