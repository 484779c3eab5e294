#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/random.h"

namespace bookreco::bench {

/// What makes a made-up word look French or English: sounds, endings, and the real function words
/// around it.
struct Language {
  std::string_view code;                             ///< ISO 639-1
  std::span<const std::string_view> function_words;  ///< most frequent first
  std::span<const std::string_view> given_names;
  std::span<const std::string_view> onsets;
  std::span<const std::string_view> nuclei;
  std::span<const std::string_view> codas;
  std::span<const std::string_view> suffixes;     ///< end a word of its own
  std::span<const std::string_view> inflections;  ///< added to a word that exists
  bool elides = false;                            ///< "le" before a vowel becomes "l'"
};

const Language& french();
const Language& english();

/// Appends a pronounceable word of so many syllables, small letters.
void append_word(std::string& out, const Language& language, std::size_t syllables, Random& random);

/// Makes the first letter at `position` a capital; letters of French and English.
void capitalise(std::string& text, std::size_t position = 0);

bool begins_with_vowel(std::string_view word);

}  // namespace bookreco::bench
