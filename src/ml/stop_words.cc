#include "ml/stop_words.h"

#include <algorithm>
#include <iterator>

namespace bookreco {
namespace {

// Both sorted: they are searched by halves.
constexpr std::string_view kFrench[] = {
    "a",         "ai",        "aie",     "aient",    "aies",     "ainsi",      "ait",
    "alors",     "apres",     "as",      "au",       "aucun",    "aucune",     "aura",
    "aurai",     "auraient",  "aurais",  "aurait",   "auras",    "aurez",      "auriez",
    "aurions",   "aurons",    "auront",  "aussi",    "autre",    "autres",     "aux",
    "avaient",   "avais",     "avait",   "avant",    "avec",     "avez",       "aviez",
    "avions",    "avoir",     "avons",   "ayant",    "ayez",     "ayons",      "c",
    "ca",        "car",       "ce",      "ceci",     "cela",     "celle",      "celles",
    "celui",     "cependant", "ces",     "cet",      "cette",    "ceux",       "chaque",
    "chez",      "ci",        "comme",   "comment",  "d",        "dans",       "de",
    "dedans",    "dehors",    "deja",    "depuis",   "des",      "desormais",  "donc",
    "dont",      "du",        "durant",  "elle",     "elles",    "en",         "encore",
    "entre",     "es",        "est",     "et",       "etaient",  "etais",      "etait",
    "etant",     "etes",      "etiez",   "etions",   "etre",     "eu",         "eue",
    "eues",      "eumes",     "eurent",  "eus",      "eut",      "eutes",      "eux",
    "faire",     "faisait",   "fait",    "font",     "fumes",    "furent",     "fus",
    "fusse",     "fussent",   "fut",     "futes",    "grace",    "hors",       "il",
    "ils",       "j",         "je",      "jusqu",    "jusqua",   "jusque",     "l",
    "la",        "laquelle",  "le",      "lequel",   "les",      "lesquelles", "lesquels",
    "leur",      "leurs",     "lors",    "lorsqu",   "lorsque",  "lui",        "m",
    "ma",        "mais",      "me",      "meme",     "memes",    "mes",        "mien",
    "mienne",    "miennes",   "miens",   "moi",      "moins",    "mon",        "n",
    "ne",        "ni",        "non",     "nos",      "notre",    "notres",     "nous",
    "on",        "ont",       "or",      "ou",       "par",      "parce",      "parfois",
    "parmi",     "pas",       "pendant", "peu",      "peut",     "peuvent",    "plus",
    "plusieurs", "plutot",    "pour",    "pourquoi", "pourtant", "pres",       "presque",
    "puis",      "puisqu",    "puisque", "qu",       "quand",    "quant",      "que",
    "quel",      "quelle",    "quelles", "quelqu",   "quelque",  "quelques",   "quels",
    "qui",       "quoi",      "quoiqu",  "quoique",  "s",        "sa",         "sans",
    "se",        "sera",      "serai",   "seraient", "serais",   "serait",     "seras",
    "serez",     "seriez",    "serions", "serons",   "seront",   "ses",        "si",
    "sien",      "sienne",    "siennes", "siens",    "sinon",    "soi",        "soient",
    "sois",      "soit",      "sommes",  "son",      "sont",     "sous",       "soyez",
    "soyons",    "suis",      "sur",     "t",        "ta",       "tandis",     "tant",
    "te",        "tel",       "telle",   "telles",   "tels",     "tes",        "tien",
    "tienne",    "tiennes",   "tiens",   "toi",      "ton",      "toujours",   "tous",
    "tout",      "toute",     "toutes",  "tres",     "trop",     "tu",         "un",
    "une",       "va",        "vers",    "voici",    "voila",    "vont",       "vos",
    "votre",     "votres",    "vous",    "y",
};

constexpr std::string_view kEnglish[] = {
    "a",          "about",   "above",    "after",      "again",   "against",   "all",     "also",
    "although",   "am",      "among",    "an",         "and",     "any",       "are",     "aren",
    "as",         "at",      "be",       "became",     "because", "become",    "been",    "before",
    "being",      "below",   "between",  "both",       "but",     "by",        "can",     "cannot",
    "could",      "couldn",  "d",        "did",        "didn",    "do",        "does",    "doesn",
    "doing",      "don",     "done",     "down",       "during",  "each",      "either",  "else",
    "ever",       "every",   "few",      "for",        "from",    "further",   "get",     "gets",
    "got",        "had",     "hadn",     "has",        "hasn",    "have",      "haven",   "having",
    "he",         "hence",   "her",      "here",       "hers",    "herself",   "him",     "himself",
    "his",        "how",     "however",  "i",          "if",      "in",        "into",    "is",
    "isn",        "it",      "its",      "itself",     "just",    "let",       "ll",      "m",
    "may",        "me",      "might",    "mightn",     "more",    "most",      "much",    "must",
    "mustn",      "my",      "myself",   "neither",    "no",      "nor",       "not",     "now",
    "of",         "off",     "often",    "on",         "once",    "one",       "only",    "onto",
    "or",         "other",   "others",   "our",        "ours",    "ourselves", "out",     "over",
    "own",        "per",     "perhaps",  "quite",      "rather",  "re",        "s",       "same",
    "shall",      "shan",    "she",      "should",     "shouldn", "since",     "so",      "some",
    "such",       "t",       "than",     "that",       "the",     "their",     "theirs",  "them",
    "themselves", "then",    "there",    "therefore",  "these",   "they",      "this",    "those",
    "though",     "through", "thus",     "to",         "too",     "toward",    "towards", "under",
    "unless",     "until",   "up",       "upon",       "us",      "ve",        "very",    "via",
    "was",        "wasn",    "we",       "were",       "weren",   "what",      "when",    "where",
    "whether",    "which",   "while",    "who",        "whom",    "whose",     "why",     "will",
    "with",       "within",  "without",  "won",        "would",   "wouldn",    "yet",     "you",
    "your",       "yours",   "yourself", "yourselves",
};

static_assert(std::ranges::is_sorted(kFrench));
static_assert(std::ranges::is_sorted(kEnglish));

}  // namespace

bool is_french_stop_word(std::string_view folded) {
  return std::ranges::binary_search(kFrench, folded);
}

bool is_english_stop_word(std::string_view folded) {
  return std::ranges::binary_search(kEnglish, folded);
}

}  // namespace bookreco
