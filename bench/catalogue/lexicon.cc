#include "catalogue/lexicon.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "domain/fold.h"

namespace bookreco::bench {
namespace {

// Fitted by eye to the descriptions of 3,278 French books: 5.0 % of the words are the first, 0.09 %
// the hundredth, 0.01 % the thousandth.
constexpr double kExponent = 1.07;
constexpr double kOffset = 2.7;

// Of the invented words past the first block, how many try to inflect an earlier one; and of the
// others, how many bear a suffix.
constexpr double kInflected = 0.6;
constexpr double kSuffixed = 0.35;

std::uint64_t mix(std::uint64_t value) {
  return Random(value).next();
}

std::size_t rounded(std::size_t words, std::size_t function_words) {
  const std::size_t invented = words > function_words ? words - function_words : 0;
  const std::size_t blocks =
      std::max(Lexicon::kThemeBlocks, (invented + Lexicon::kTopics - 1) / Lexicon::kTopics);
  return function_words + blocks * Lexicon::kTopics;
}

std::vector<double> zipf_mandelbrot(std::size_t words) {
  std::vector<double> weights(words);
  for (std::size_t rank = 0; rank < words; ++rank) {
    weights[rank] = std::pow(static_cast<double>(rank) + kOffset, -kExponent);
  }
  return weights;
}

/// Frequent words are short.
std::size_t draw_syllables(std::size_t block, Random& random) {
  const double mean = 1.3 + 0.3 * std::log10(static_cast<double>(block) + 1);
  return static_cast<std::size_t>(std::max(1.0, mean + 0.6 * random.normal() + 0.5));
}

}  // namespace

Lexicon::Lexicon(const Language& language, std::size_t words, std::uint64_t seed)
    : language_(language),
      frequencies_(zipf_mandelbrot(rounded(words, language.function_words.size()))) {
  Random random(seed);
  std::unordered_set<std::string> taken;
  for (const std::string_view word : language_.function_words) {
    taken.insert(fold(word));
    add(word, false);
  }
  words_.reserve(frequencies_.size());
  std::string word;
  while (words_.size() < frequencies_.size()) {
    const std::size_t invented = words_.size() - language_.function_words.size();
    const std::size_t block = invented / kTopics;
    // The topic whose word this place holds: rank_of's shift, undone.
    const std::size_t topic = (invented % kTopics + kTopics - mix(block) % kTopics) % kTopics;
    word.clear();
    const bool inflected =
        block > 0 && random.uniform() < kInflected && append_inflection(word, block, topic, random);
    if (!inflected) {
      append_word(word, language_, draw_syllables(block, random), random);
      if (random.uniform() < kSuffixed) {
        word += language_.suffixes[random.below(language_.suffixes.size())];
      }
    }
    if (word.size() >= 3 && word.size() <= 24 && taken.insert(fold(word)).second) {
      add(word, inflected);
    }
  }
}

void Lexicon::add(std::string_view word, bool inflected) {
  const bool elides = language_.elides && (word == "le" || word == "la" || word == "de" ||
                                           word == "que" || word == "se");
  words_.push_back({static_cast<std::uint32_t>(letters_.size()),
                    static_cast<std::uint8_t>(word.size()),
                    bench::begins_with_vowel(word),
                    elides,
                    inflected});
  letters_ += word;
}

bool Lexicon::append_inflection(std::string& out,
                                std::size_t block,
                                std::size_t topic,
                                Random& random) const {
  const std::size_t rank = rank_of(random.below(block), topic);
  if (words_[rank].inflected) {
    return false;
  }
  out += word(rank);
  if (out.back() == 'e' || out.back() == 'y') {
    out.pop_back();
  }
  out += language_.inflections[random.below(language_.inflections.size())];
  return true;
}

std::size_t Lexicon::rank_of(std::size_t block, std::size_t topic) const {
  return language_.function_words.size() + block * kTopics + (topic + mix(block)) % kTopics;
}

std::size_t Lexicon::in_topic(std::size_t rank, std::size_t topic) const {
  return is_function_word(rank)
             ? rank
             : rank_of((rank - language_.function_words.size()) / kTopics, topic);
}

std::size_t Lexicon::in_theme(std::size_t rank, std::size_t topic, std::uint64_t theme) const {
  if (is_function_word(rank)) {
    return rank;
  }
  const std::size_t group = (rank - language_.function_words.size()) / kTopics / kThemeBlocks;
  const std::size_t block = group * kThemeBlocks + mix(theme * 0x10001 + group) % kThemeBlocks;
  const std::size_t found = rank_of(block, topic);
  return found < words_.size() ? found : in_topic(rank, topic);
}

}  // namespace bookreco::bench
