#include "catalogue/language.h"

#include <array>

namespace bookreco::bench {
namespace {

using std::string_view;

constexpr auto kFrenchFunctionWords = std::to_array<string_view>(
    {"de",    "la",     "et",     "le",       "les",      "des",    "un",      "à",      "en",
     "une",   "du",     "est",    "dans",     "qui",      "que",    "il",      "pour",   "par",
     "au",    "sur",    "son",    "sa",       "plus",     "ce",     "se",      "avec",   "ses",
     "pas",   "elle",   "ne",     "cette",    "aux",      "ou",     "mais",    "sont",   "comme",
     "tout",  "leur",   "a",      "on",       "même",     "entre",  "être",    "nous",   "sans",
     "lui",   "aussi",  "ces",    "où",       "ils",      "bien",   "deux",    "vous",   "si",
     "dont",  "fait",   "tous",   "je",       "après",    "toute",  "leurs",   "encore", "peut",
     "faire", "autre",  "ont",    "sous",     "contre",   "était",  "depuis",  "avant",  "notre",
     "votre", "très",   "jusque", "chez",     "toujours", "alors",  "ainsi",   "quand",  "vers",
     "celui", "autres", "trop",   "quelques", "chaque",   "jamais", "pendant", "puis",   "donc"});
constexpr auto kEnglishFunctionWords = std::to_array<string_view>(
    {"the",  "of",    "and",   "a",     "to",     "in",    "is",    "that",    "his",   "with",
     "for",  "he",    "as",    "it",    "on",     "by",    "her",   "an",      "from",  "at",
     "who",  "this",  "are",   "but",   "be",     "was",   "their", "they",    "she",   "not",
     "has",  "have",  "one",   "all",   "when",   "which", "into",  "its",     "will",  "him",
     "you",  "or",    "what",  "more",  "about",  "up",    "been",  "than",    "out",   "them",
     "can",  "had",   "after", "no",    "only",   "so",    "we",    "there",   "where", "through",
     "if",   "your",  "own",   "how",   "most",   "must",  "other", "between", "our",   "some",
     "over", "even",  "two",   "while", "before", "were",  "these", "every",   "both",  "against",
     "does", "would", "could", "never", "those",  "under", "do",    "any",     "such",  "until"});

constexpr auto kFrenchNames = std::to_array<string_view>(
    {"Anne",   "Jean",    "Marie", "Pierre",   "Claire",  "Louis", "Hélène", "Paul",
     "Sophie", "Émile",   "Julie", "François", "Camille", "Henri", "Élise",  "Antoine",
     "Nadia",  "Mathieu", "Inès",  "Léon",     "Alice",   "Rémi",  "Fatou",  "Victor",
     "Zoé",    "Olivier", "Lucie", "Karim",    "Odile",   "Gaël"});
constexpr auto kEnglishNames = std::to_array<string_view>(
    {"Anna",   "John",    "Mary",  "Peter",   "Clare", "Lewis", "Helen", "Paul",
     "Sarah",  "Edward",  "Julia", "Francis", "Ruth",  "Henry", "Eliza", "Tony",
     "Nadine", "Matthew", "Ivy",   "Leo",     "Alice", "Ralph", "Grace", "Victor",
     "Joan",   "Oliver",  "Lucy",  "Kamal",   "Olive", "George"});

// A sound that is twice in a list is twice as frequent.
constexpr auto kFrenchOnsets = std::to_array<string_view>(
    {"b",  "c",  "d",  "f",  "g",  "j",  "l",  "m",  "n",  "p",  "r",  "s",  "t",  "v",
     "ch", "br", "cr", "dr", "fr", "gr", "pr", "tr", "bl", "cl", "fl", "pl", "ph", "st",
     "l",  "m",  "n",  "r",  "s",  "t",  "p",  "d",  "c",  "v",  "b",  "m",  "l",  "r",
     "n",  "t",  "s",  "d",  "f",  "g",  "p",  "r",  "l",  "m",  "t",  "n"});
constexpr auto kFrenchNuclei = std::to_array<string_view>(
    {"a",  "a",  "a",  "e",  "e",  "i",  "i",  "i",  "o", "o", "o", "u", "u", "é", "é", "è", "ai",
     "au", "ou", "oi", "eu", "an", "en", "in", "on", "a", "e", "i", "o", "u", "é", "ê", "â"});
constexpr auto kFrenchCodas =
    std::to_array<string_view>({"", "", "", "", "", "", "r", "l", "s", "t", "n", "c", "x", "rd"});
constexpr auto kFrenchSuffixes = std::to_array<string_view>(
    {"tion", "ment", "eur",  "euse", "ence", "age",  "ique", "esse", "ier", "ière",
     "ité",  "able", "oire", "isme", "iste", "ette", "el",   "elle", "er",  "ir"});
constexpr auto kFrenchInflections = std::to_array<string_view>(
    {"s", "e", "es", "é", "ée", "és", "er", "ant", "ait", "aient", "ons", "ent", "ement"});

constexpr auto kEnglishOnsets = std::to_array<string_view>(
    {"b",  "c",  "d",  "f",  "g",  "h",  "j",   "k",  "l",  "m",  "n",  "p",  "r",  "s",  "t",
     "v",  "w",  "y",  "br", "ch", "cl", "cr",  "dr", "fl", "fr", "gl", "gr", "pl", "pr", "sc",
     "sh", "sl", "sm", "sn", "sp", "st", "str", "sw", "th", "tr", "tw", "wh", "qu", "b",  "c",
     "d",  "f",  "g",  "h",  "l",  "m",  "n",   "p",  "r",  "s",  "t",  "l",  "m",  "n",  "r"});
constexpr auto kEnglishNuclei = std::to_array<string_view>({"a",
                                                            "a",
                                                            "a",
                                                            "e",
                                                            "e",
                                                            "e",
                                                            "i",
                                                            "i",
                                                            "i",
                                                            "o",
                                                            "o",
                                                            "u",
                                                            "ea",
                                                            "ee",
                                                            "oo",
                                                            "ou",
                                                            "ai",
                                                            "ie",
                                                            "oa"});
constexpr auto kEnglishCodas = std::to_array<string_view>({"",
                                                           "",
                                                           "",
                                                           "",
                                                           "n",
                                                           "r",
                                                           "s",
                                                           "t",
                                                           "l",
                                                           "d",
                                                           "m",
                                                           "p",
                                                           "ck",
                                                           "ng",
                                                           "nd",
                                                           "nt",
                                                           "st",
                                                           "rd",
                                                           "sh"});
constexpr auto kEnglishSuffixes = std::to_array<string_view>(
    {"er",  "or", "ness", "tion", "ment", "ful", "less", "ity",  "able", "ous",
     "ive", "al", "y",    "ish",  "ance", "ism", "ist",  "hood", "en",   "le"});
constexpr auto kEnglishInflections =
    std::to_array<string_view>({"s", "s", "ed", "ing", "er", "ers", "ly", "ings", "est"});

constexpr Language kFrench{"fr",
                           kFrenchFunctionWords,
                           kFrenchNames,
                           kFrenchOnsets,
                           kFrenchNuclei,
                           kFrenchCodas,
                           kFrenchSuffixes,
                           kFrenchInflections,
                           true};
constexpr Language kEnglish{"en",
                            kEnglishFunctionWords,
                            kEnglishNames,
                            kEnglishOnsets,
                            kEnglishNuclei,
                            kEnglishCodas,
                            kEnglishSuffixes,
                            kEnglishInflections,
                            false};

string_view pick(std::span<const string_view> list, Random& random) {
  return list[random.below(list.size())];
}

}  // namespace

const Language& french() {
  return kFrench;
}
const Language& english() {
  return kEnglish;
}

void append_word(std::string& out,
                 const Language& language,
                 std::size_t syllables,
                 Random& random) {
  for (std::size_t i = 0; i < syllables; ++i) {
    const bool bare = i == 0 && random.below(6) == 0;
    if (!bare) {
      out += pick(language.onsets, random);
    }
    out += pick(language.nuclei, random);
    if (i + 1 == syllables) {
      out += pick(language.codas, random);
    }
  }
}

void capitalise(std::string& text, std::size_t position) {
  if (position >= text.size()) {
    return;
  }
  char& first = text[position];
  if (first >= 'a' && first <= 'z') {
    first = static_cast<char>(first - 'a' + 'A');
  } else if (first == '\xC3' && position + 1 < text.size()) {
    // U+00E0 to U+00FE are 0x20 above their capitals, all behind the same lead byte.
    text[position + 1] = static_cast<char>(static_cast<unsigned char>(text[position + 1]) & ~0x20U);
  }
}

bool begins_with_vowel(std::string_view word) {
  return !word.empty() &&
         (string_view("aeiou").find(word.front()) != string_view::npos || word.front() == '\xC3');
}

}  // namespace bookreco::bench
