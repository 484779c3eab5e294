#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

/// Words of a text as the models and the lexical index see them: folded (domain/fold.h), French elisions cut ("l'étranger" →
/// "etranger"), stop words of French and English dropped, stemmed by Snowball for the language. One instance per thread: it
/// keeps a cache of stems.
class Tokenizer {
 public:
  struct Options {
    bool stem = true;
    bool drop_stop_words = true;
    std::size_t min_letters = 2;
  };

  Tokenizer();
  explicit Tokenizer(const Options& options);
  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;

  /// Appends the tokens of `text`; `language` is ISO 639-1, words of other languages than fr and en are folded but not stemmed.
  /// The views point into the tokenizer's cache and live as long as it (it is emptied only between texts).
  void tokenize(std::string_view text, std::string_view language, std::vector<std::string_view>& tokens);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
