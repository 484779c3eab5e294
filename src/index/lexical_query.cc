#include "index/lexical_query.h"

#include <algorithm>
#include <map>

#include "base/utf8.h"
#include "index/lexical_words.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxQueryBytes = 4096;
constexpr std::size_t kMaxWords = 32;
constexpr std::size_t kMaxMisspelt = 8;  ///< words looked up by edit distance, the costly way
constexpr std::size_t kMaxPrefixWords = 32;
constexpr std::size_t kMaxSimilarWords = 16;
constexpr float kPrefixWeight = 0.5F;
constexpr std::array<float, 3> kSimilarWeight = {1.0F, 0.8F, 0.6F};  ///< by edit distance

using Dictionaries = std::span<const LexicalDictionary* const>;

struct Spelling {
  std::string_view text;
  std::uint64_t uses = 0;
};

/// The `count` most used, the most used first; ties by text.
void keep_most_used(std::vector<Spelling>& spellings, std::size_t count) {
  const auto order = [](const Spelling& a, const Spelling& b) {
    return a.uses != b.uses ? a.uses > b.uses : a.text < b.text;
  };
  const std::size_t kept = std::min(count, spellings.size());
  std::partial_sort(spellings.begin(),
                    spellings.begin() + static_cast<std::ptrdiff_t>(kept),
                    spellings.end(),
                    order);
  spellings.resize(kept);
}

std::uint64_t rows_of(std::string_view stem, Dictionaries dictionaries) {
  std::uint64_t rows = 0;
  for (const LexicalDictionary* dictionary : dictionaries) {
    if (const auto word = dictionary->find(stem)) {
      rows += dictionary->entry(*word).rows;
    }
  }
  return rows;
}

/// Spellings of any dictionary that begin with `prefix` and are longer, each once with all its
/// uses.
std::vector<Spelling> with_prefix(std::string_view prefix, Dictionaries dictionaries) {
  std::vector<Spelling> found;
  for (const LexicalDictionary* dictionary : dictionaries) {
    const Range range = dictionary->with_prefix(prefix);
    const auto middle = static_cast<std::ptrdiff_t>(found.size());
    for (std::size_t word = range.begin; word < range.end; ++word) {
      const std::uint32_t uses = dictionary->entry(word).uses;
      if (uses > 0 && dictionary->text(word).size() > prefix.size()) {
        found.push_back({dictionary->text(word), uses});
      }
    }
    std::inplace_merge(found.begin(),
                       found.begin() + middle,
                       found.end(),
                       [](const Spelling& a, const Spelling& b) { return a.text < b.text; });
  }
  std::size_t end = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (end > 0 && found[end - 1].text == found[i].text) {
      found[end - 1].uses += found[i].uses;
    } else {
      found[end++] = found[i];
    }
  }
  found.resize(end);
  keep_most_used(found, kMaxPrefixWords);
  return found;
}

/// Spellings at the least edit distance that has any; the distance in `distance`.
std::vector<Spelling> similar(std::string_view typed,
                              Dictionaries dictionaries,
                              std::size_t& distance) {
  const std::size_t letters = utf8_length(typed);
  distance = letters < 3 ? 0 : letters < 6 ? 1 : 2;
  std::map<std::string_view, std::uint64_t> found;
  for (const LexicalDictionary* dictionary : dictionaries) {
    if (distance == 0) {
      break;
    }
    dictionary->within(typed, distance, [&](std::size_t word, std::size_t away) {
      const std::uint32_t uses = dictionary->entry(word).uses;
      if (uses == 0 || away > distance) {
        return;
      }
      if (away < distance) {
        found.clear();
        distance = away;
      }
      found[dictionary->text(word)] += uses;
    });
  }
  std::vector<Spelling> spellings;
  for (const auto& [text, uses] : found) {
    spellings.push_back({text, uses});
  }
  keep_most_used(spellings, kMaxSimilarWords);
  return spellings;
}

/// Adds what `spelling` may be indexed under to the tier, unless an earlier tier has it.
void add_stems(QueryWord& word,
               QueryTier& tier,
               std::string_view spelling,
               LexicalWords& words,
               Dictionaries dictionaries) {
  const auto has = [](const QueryTier& one, const std::string& stem) {
    return std::find(one.stems.begin(), one.stems.end(), stem) != one.stems.end();
  };
  for (std::string& stem : words.stems(spelling)) {
    if (has(tier, stem) || std::any_of(word.tiers.begin(), word.tiers.end(), [&](const auto& t) {
          return has(t, stem);
        })) {
      continue;
    }
    if (const std::uint64_t rows = rows_of(stem, dictionaries); rows > 0) {
      tier.rows += rows;
      tier.stems.push_back(std::move(stem));
    }
  }
}

void add_tier(QueryWord& word,
              float weight,
              std::span<const Spelling> spellings,
              LexicalWords& words,
              Dictionaries dictionaries) {
  QueryTier tier{weight, {}, 0};
  for (const Spelling& spelling : spellings) {
    add_stems(word, tier, spelling.text, words, dictionaries);
  }
  if (tier.stems.empty()) {
    return;
  }
  if (word.tiers.empty()) {
    word.matched = spellings.front().text;
  }
  word.tiers.push_back(std::move(tier));
}

/// The different words typed, in order; stop words only when there is nothing else.
std::vector<std::string> typed_words(std::string_view query, LexicalWords& words) {
  const std::string text = to_valid_utf8(query.substr(0, kMaxQueryBytes));
  words.forget_if_large();
  std::vector<std::uint32_t> numbers;
  words.split(text, numbers);
  std::vector<std::string> all;
  std::vector<std::string> telling;
  for (const std::uint32_t number : numbers) {
    std::string word(words.word(number));
    if (std::find(all.begin(), all.end(), word) != all.end()) {
      continue;
    }
    if ((quiet_readings(word) & reading_bit(Tokenizer::Reading::kUnknown)) == 0) {
      telling.push_back(word);
    }
    all.push_back(std::move(word));
    if (telling.size() == kMaxWords || all.size() == 4 * kMaxWords) {
      break;
    }
  }
  std::vector<std::string>& chosen = telling.empty() ? all : telling;
  chosen.resize(std::min(chosen.size(), kMaxWords));
  return std::move(chosen);
}

}  // namespace

std::vector<QueryWord> understand(std::string_view query, Dictionaries dictionaries) {
  thread_local LexicalWords words;
  std::vector<QueryWord> understood;
  std::size_t misspelt = 0;
  const std::vector<std::string> typed = typed_words(query, words);
  for (std::size_t i = 0; i < typed.size(); ++i) {
    QueryWord word{typed[i], {}, {}};
    const Spelling itself{typed[i], 0};
    add_tier(word, 1, std::span(&itself, 1), words, dictionaries);
    if (i + 1 == typed.size()) {
      const std::vector<Spelling> longer = with_prefix(typed[i], dictionaries);
      add_tier(word, word.tiers.empty() ? 1 : kPrefixWeight, longer, words, dictionaries);
    }
    if (word.tiers.empty() && misspelt++ < kMaxMisspelt) {
      std::size_t distance = 0;
      const std::vector<Spelling> near = similar(typed[i], dictionaries, distance);
      add_tier(word, kSimilarWeight[distance], near, words, dictionaries);
    }
    if (!word.tiers.empty()) {
      understood.push_back(std::move(word));
    }
  }
  return understood;
}

}  // namespace bookreco
