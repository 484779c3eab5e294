#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ml/stemmer.h"
#include "ml/tokenizer.h"

namespace bookreco {

/// The spellings of texts for the lexical index: folded, every word kept, the small ones too. One
/// thread.
class LexicalWords {
 public:
  LexicalWords();

  /// Appends the numbers of the words of `text`, this object's own.
  void split(std::string_view text, std::vector<std::uint32_t>& words) {
    tokenizer_.tokenize(text, Tokenizer::Reading::kOther, false, words);
  }
  /// Valid until the next call of split or forget_if_large.
  std::string_view word(std::uint32_t number) const { return tokenizer_.token(number); }
  /// Numbers end when it forgets; for those who keep none.
  void forget_if_large();

  std::string stem(std::string_view word, Tokenizer::Reading reading);
  /// The word itself and its French and English stems, without repetition: what it may be indexed
  /// under.
  std::vector<std::string> stems(std::string_view word);

 private:
  Tokenizer tokenizer_;
  Stemmer french_{"french"};
  Stemmer english_{"english"};
};

/// A bit for each reading under which the word says nothing about a book: stop words and single
/// letters.
std::uint32_t quiet_readings(std::string_view word);
constexpr std::uint32_t reading_bit(Tokenizer::Reading reading) {
  return 1U << static_cast<unsigned>(reading);
}

}  // namespace bookreco
