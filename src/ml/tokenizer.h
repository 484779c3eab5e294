#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

/// Words of a text as the models and the lexical index see them: folded (domain/fold.h), French
/// elisions cut ("l'étranger" → "etranger"), stop words of the language dropped (of both where the
/// language is not known), stemmed by Snowball for French and English. Words of more than 64 folded
/// bytes are not words and are dropped. One instance per thread: it keeps what it learnt about each
/// spelling.
class Tokenizer {
 public:
  struct Options {
    bool stem = true;
    bool drop_stop_words = true;
    std::size_t min_letters = 2;
  };

  /// How a word is read. kWhole makes one term of a whole text (an author, a collection), kLabel
  /// too; each kind has its mark, so that none equals a word or one of the other kind.
  enum class Reading : std::uint8_t {
    kFrench,
    kEnglish,
    kUnknown,           ///< stop words of both languages, no stem
    kUnknownAsFrench,   ///< stop words of both, French stems
    kUnknownAsEnglish,  ///< stop words of both, English stems
    kOther,             ///< another language: neither stop words nor stems
    kWhole,
    kLabel,
  };
  static constexpr std::size_t kReadings = 8;
  static constexpr char kWholeMark = '=';
  static constexpr char kLabelMark = '#';

  static bool is_label(std::string_view token) { return token.starts_with(kLabelMark); }
  /// Neither a whole text nor a label.
  static bool is_word(std::string_view token) {
    return !token.starts_with(kWholeMark) && !is_label(token);
  }

  Tokenizer();
  explicit Tokenizer(const Options& options);
  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;

  /// Appends the tokens of `text`; `language` is ISO 639-1, words of other languages than fr and en
  /// are folded but not stemmed. The views live until the next call: between texts the cache is
  /// emptied when it has grown large.
  void tokenize(std::string_view text,
                std::string_view language,
                std::vector<std::string_view>& tokens);

  /// The same as numbers of the tokenizer's own, for those who count. They hold until trim().
  /// `counted` adds the spellings to what for_each_spelling tells.
  void tokenize(std::string_view text,
                Reading reading,
                bool counted,
                std::vector<std::uint32_t>& tokens);
  std::string_view token(std::uint32_t id) const;
  std::size_t tokens() const;

  /// Spellings counted since the last trim(), as they were typed, with the token that they became.
  using SpellingFn =
      std::function<void(std::string_view spelling, std::uint32_t token, std::uint64_t count)>;
  void for_each_spelling(const SpellingFn& visit) const;

  /// True when the cache is so large that the owner should trim().
  bool large() const;
  /// Forgets every token and spelling.
  void trim();

  static Reading reading(std::string_view language);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
