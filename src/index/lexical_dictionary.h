#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/threads.h"
#include "index/lexical_format.h"

namespace bookreco {

/// The sorted words of a lexical index: spellings and stems. Immutable; the sections must outlive
/// it.
class LexicalDictionary {
 public:
  LexicalDictionary() = default;
  static Result<LexicalDictionary> open(std::span<const lexical_format::WordEntry> words,
                                        std::span<const char> text);

  std::size_t size() const { return shared_.size(); }
  std::string_view text(std::size_t word) const {
    return {text_.data() + words_[word].text, words_[word + 1].text - words_[word].text};
  }
  const lexical_format::WordEntry& entry(std::size_t word) const { return words_[word]; }
  std::optional<std::uint32_t> find(std::string_view text) const;

  /// The words that begin with `prefix`.
  Range with_prefix(std::string_view prefix) const;

  /// Calls visit(word, distance) for every word at most `limit` edits from `text`: an edit inserts,
  /// drops or replaces a letter or swaps two neighbours (optimal string alignment). Words share the
  /// work on their common beginnings.
  void within(std::string_view text,
              std::size_t limit,
              const std::function<void(std::size_t word, std::size_t distance)>& visit) const;

 private:
  std::size_t lower_bound(std::string_view text) const;

  std::span<const lexical_format::WordEntry> words_;  ///< one more than words
  std::span<const char> text_;
  std::vector<std::uint8_t> shared_;  ///< bytes that a word shares with the one before it
};

}  // namespace bookreco
