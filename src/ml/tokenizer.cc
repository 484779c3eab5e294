#include "ml/tokenizer.h"

#include <array>

#include "base/utf8.h"
#include "domain/fold.h"
#include "ml/raw_words.h"
#include "ml/stemmer.h"
#include "ml/stop_words.h"
#include "ml/string_table.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxWordBytes = 64;       // folded
constexpr std::size_t kMaxCachedBytes = 128;    // as typed; longer words are read anew each time
constexpr std::size_t kLargeCache = 1'000'000;  // spellings

bool is_stop_word(std::string_view word, Tokenizer::Reading reading) {
  switch (reading) {
    case Tokenizer::Reading::kFrench:
      return is_french_stop_word(word);
    case Tokenizer::Reading::kEnglish:
      return is_english_stop_word(word);
    case Tokenizer::Reading::kUnknown:
    case Tokenizer::Reading::kUnknownAsFrench:
    case Tokenizer::Reading::kUnknownAsEnglish:
      return is_french_stop_word(word) || is_english_stop_word(word);
    case Tokenizer::Reading::kOther:
    case Tokenizer::Reading::kWhole:
    case Tokenizer::Reading::kLabel:
      return false;
  }
  return false;
}

bool is_whole(Tokenizer::Reading reading) {
  return reading == Tokenizer::Reading::kWhole || reading == Tokenizer::Reading::kLabel;
}

std::size_t letters(std::string_view folded) {
  std::size_t count = 0;
  for (const char c : folded) {
    count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }
  return count;
}

}  // namespace

struct Tokenizer::Impl {
  /// What a spelling becomes: one token, or `size` tokens from pieces[first].
  struct Word {
    std::uint32_t first = 0;
    std::uint32_t size = 0;
    std::uint64_t seen = 0;
  };
  struct Cache {
    StringTable spellings;
    std::vector<Word> words;
    std::vector<std::uint32_t> pieces;
  };

  explicit Impl(const Options& o) : options(o) {}

  void read_word(std::string_view folded, Reading reading, std::vector<std::uint32_t>& out) {
    if (folded.size() > kMaxWordBytes || letters(folded) < options.min_letters ||
        (options.drop_stop_words && is_stop_word(folded, reading))) {
      return;
    }
    std::string_view stem = folded;
    if (options.stem) {
      if (reading == Reading::kFrench || reading == Reading::kUnknownAsFrench) {
        stem = french.stem(folded);
      } else if (reading == Reading::kEnglish || reading == Reading::kUnknownAsEnglish) {
        stem = english.stem(folded);
      }
    }
    out.push_back(tokens.insert(stem));
  }

  void read(std::string_view raw, Reading reading, std::vector<std::uint32_t>& out) {
    const std::string folded = fold(raw);
    if (is_whole(reading)) {
      if (!folded.empty()) {
        const char mark = reading == Reading::kLabel ? kLabelMark : kWholeMark;
        out.push_back(tokens.insert(mark + folded));
      }
      return;
    }
    const std::string_view words = folded;
    for (std::size_t begin = 0; begin < words.size();) {
      const std::size_t end = std::min(words.find(' ', begin), words.size());
      read_word(words.substr(begin, end - begin), reading, out);
      begin = end + 1;
    }
  }

  void add(std::string_view raw, Reading reading, bool counted, std::vector<std::uint32_t>& out) {
    if (raw.size() > kMaxCachedBytes) {
      read(raw, reading, out);
      return;
    }
    Cache& cache = caches[static_cast<std::size_t>(reading)];
    const std::uint32_t id = cache.spellings.insert(raw);
    if (id == cache.words.size()) {
      scratch.clear();
      read(raw, reading, scratch);
      Word word;
      word.size = static_cast<std::uint32_t>(scratch.size());
      if (scratch.size() == 1) {
        word.first = scratch.front();
      } else {
        word.first = static_cast<std::uint32_t>(cache.pieces.size());
        cache.pieces.insert(cache.pieces.end(), scratch.begin(), scratch.end());
      }
      cache.words.push_back(word);
    }
    Word& word = cache.words[id];
    word.seen += counted ? 1 : 0;
    if (word.size == 1) {
      out.push_back(word.first);
    } else {
      const auto first = cache.pieces.begin() + word.first;
      out.insert(out.end(), first, first + word.size);
    }
  }

  Options options;
  Stemmer french{"french"};
  Stemmer english{"english"};
  StringTable tokens;
  std::array<Cache, kReadings> caches;
  std::vector<std::uint32_t> scratch;
  std::vector<std::uint32_t> ids;
};

Tokenizer::Tokenizer() : Tokenizer(Options{}) {}
Tokenizer::Tokenizer(const Options& options) : impl_(std::make_unique<Impl>(options)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

void Tokenizer::tokenize(std::string_view text,
                         std::string_view language,
                         std::vector<std::string_view>& tokens) {
  if (large()) {
    trim();
  }
  impl_->ids.clear();
  tokenize(text, reading(language), false, impl_->ids);
  for (const std::uint32_t id : impl_->ids) {
    tokens.push_back(token(id));
  }
}

void Tokenizer::tokenize(std::string_view text,
                         Reading reading,
                         bool counted,
                         std::vector<std::uint32_t>& tokens) {
  if (is_whole(reading)) {
    impl_->add(text, reading, counted, tokens);
    return;
  }
  for_each_raw_word(text,
                    [&](std::string_view word) { impl_->add(word, reading, counted, tokens); });
}

std::string_view Tokenizer::token(std::uint32_t id) const {
  return impl_->tokens.at(id);
}
std::size_t Tokenizer::tokens() const {
  return impl_->tokens.size();
}

void Tokenizer::for_each_spelling(const SpellingFn& visit) const {
  for (const Impl::Cache& cache : impl_->caches) {
    for (std::uint32_t id = 0; id < cache.words.size(); ++id) {
      const Impl::Word& word = cache.words[id];
      if (word.size == 1 && word.seen > 0) {
        visit(cache.spellings.at(id), word.first, word.seen);
      }
    }
  }
}

bool Tokenizer::large() const {
  std::size_t size = impl_->tokens.size();
  for (const Impl::Cache& cache : impl_->caches) {
    size += cache.words.size();
  }
  return size > kLargeCache;
}

void Tokenizer::trim() {
  impl_->tokens.clear();
  for (Impl::Cache& cache : impl_->caches) {
    cache = {};
  }
}

Tokenizer::Reading Tokenizer::reading(std::string_view language) {
  if (language == "fr") {
    return Reading::kFrench;
  }
  if (language == "en") {
    return Reading::kEnglish;
  }
  return language.empty() || language == "und" ? Reading::kUnknown : Reading::kOther;
}

}  // namespace bookreco
