#include "index/lexical_words.h"

#include <algorithm>

#include "base/utf8.h"
#include "ml/stop_words.h"

namespace bookreco {

LexicalWords::LexicalWords()
    : tokenizer_({.stem = false, .drop_stop_words = false, .min_letters = 1}) {}

void LexicalWords::forget_if_large() {
  if (tokenizer_.large()) {
    tokenizer_.trim();
  }
}

std::string LexicalWords::stem(std::string_view word, Tokenizer::Reading reading) {
  std::string_view stem;
  if (reading == Tokenizer::Reading::kFrench) {
    stem = french_.stem(word);
  } else if (reading == Tokenizer::Reading::kEnglish) {
    stem = english_.stem(word);
  }
  return std::string(stem.empty() ? word : stem);
}

std::vector<std::string> LexicalWords::stems(std::string_view word) {
  std::vector<std::string> all = {std::string(word)};
  for (const auto reading : {Tokenizer::Reading::kFrench, Tokenizer::Reading::kEnglish}) {
    std::string one = stem(word, reading);
    if (std::find(all.begin(), all.end(), one) == all.end()) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

std::uint32_t quiet_readings(std::string_view word) {
  using Reading = Tokenizer::Reading;
  if (utf8_length(word) < 2) {
    return ~0U;
  }
  std::uint32_t bits = 0;
  if (is_french_stop_word(word)) {
    bits |= reading_bit(Reading::kFrench) | reading_bit(Reading::kUnknown);
  }
  if (is_english_stop_word(word)) {
    bits |= reading_bit(Reading::kEnglish) | reading_bit(Reading::kUnknown);
  }
  return bits;
}

}  // namespace bookreco
