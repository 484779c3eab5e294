#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "catalogue/alias_table.h"
#include "catalogue/language.h"

namespace bookreco::bench {

/// The words of a made-up language, most frequent first: real function words, then invented ones,
/// some of them inflections of others, each different from every other word when folded.
/// Frequencies follow Zipf-Mandelbrot. Immutable once built, safe from any thread.
///
/// Every kTopics invented words of neighbouring frequency belong to one topic each: a topic is a
/// language of its own with the same law of frequencies, and a theme keeps to one of kThemeBlocks
/// such words where its topic has kThemeBlocks.
class Lexicon {
 public:
  static constexpr std::size_t kTopics = 60;
  static constexpr std::size_t kThemeBlocks = 4;

  /// At least `words` words and never less than four for each topic.
  Lexicon(const Language& language, std::size_t words, std::uint64_t seed);

  const Language& language() const { return language_; }
  std::size_t size() const { return words_.size(); }
  std::string_view word(std::size_t rank) const {
    return {letters_.data() + words_[rank].offset, words_[rank].length};
  }
  bool begins_with_vowel(std::size_t rank) const { return words_[rank].vowel; }
  bool elides(std::size_t rank) const { return words_[rank].elides; }
  bool is_function_word(std::size_t rank) const { return rank < language_.function_words.size(); }

  std::size_t draw(Random& random) const { return frequencies_.draw(random); }
  /// An invented word of this topic, about as frequent as `rank`; function words stay themselves.
  std::size_t in_topic(std::size_t rank, std::size_t topic) const;
  std::size_t in_theme(std::size_t rank, std::size_t topic, std::uint64_t theme) const;

 private:
  struct Word {
    std::uint32_t offset = 0;
    std::uint8_t length = 0;
    bool vowel = false;
    bool elides = false;
    bool inflected = false;
  };

  void add(std::string_view word, bool inflected);
  std::size_t rank_of(std::size_t block, std::size_t topic) const;
  /// False, and nothing appended, when the earlier word it hit upon is an inflection itself.
  bool append_inflection(std::string& out,
                         std::size_t block,
                         std::size_t topic,
                         Random& random) const;

  const Language& language_;
  std::string letters_;
  std::vector<Word> words_;
  AliasTable frequencies_;
};

}  // namespace bookreco::bench
