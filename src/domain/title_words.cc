#include "domain/title_words.h"

#include <charconv>
#include <initializer_list>

namespace bookreco {
namespace {

bool all_digits(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_year(std::string_view word) {
  return word.size() == 4 && all_digits(word) && word >= "1000" && word <= "2099";
}

bool starts_with_any(std::string_view segment, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
    return segment.starts_with(start) &&
           (segment.size() == start.size() || segment[start.size()] == ' ');
  });
}

}  // namespace

Words words_of(std::string_view folded) {
  Words words;
  while (!folded.empty()) {
    const std::size_t end = folded.find(' ');
    words.push_back(folded.substr(0, end));
    folded = end == std::string_view::npos ? std::string_view() : folded.substr(end + 1);
  }
  return words;
}

int number_of(std::string_view word) {
  int value = 0;
  if (all_digits(word) && word.size() <= 4) {
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
  }
  static constexpr std::array<std::string_view, 12> kWords{"premier",
                                                           "deuxieme",
                                                           "troisieme",
                                                           "quatrieme",
                                                           "premiere",
                                                           "seconde",
                                                           "one",
                                                           "two",
                                                           "three",
                                                           "first",
                                                           "second",
                                                           "third"};
  static constexpr std::array<int, 12> kValues{1, 2, 3, 4, 1, 2, 1, 2, 3, 1, 2, 3};
  if (const auto* found = std::find(kWords.begin(), kWords.end(), word); found != kWords.end()) {
    return kValues[static_cast<std::size_t>(found - kWords.begin())];
  }
  static constexpr std::string_view kLetters = "ivxl";  // not c, d, m: "le livre d'or"
  static constexpr std::array<int, 4> kWorth{1, 5, 10, 50};
  int last = 0;
  for (std::size_t i = word.size(); i-- > 0;) {
    const std::size_t letter = kLetters.find(word[i]);
    if (letter == std::string_view::npos) {
      return 0;
    }
    value += kWorth[letter] < last ? -kWorth[letter] : kWorth[letter];
    last = std::max(last, kWorth[letter]);
  }
  return word.size() <= 8 && word != "l" ? std::max(value, 0) : 0;
}

std::optional<Volume> find_volume(const Words& words) {
  static constexpr std::array<std::string_view, 14> kMarkers{"tome",
                                                             "tomes",
                                                             "volume",
                                                             "volumes",
                                                             "vol",
                                                             "vols",
                                                             "livre",
                                                             "livres",
                                                             "book",
                                                             "books",
                                                             "part",
                                                             "partie",
                                                             "band",
                                                             "teil"};
  static constexpr std::array<std::string_view, 5> kJoins{"et", "a", "and", "to", "und"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "partie" && i > 0 && number_of(words[i - 1]) > 0) {
      return Volume{i - 1, i + 1, {number_of(words[i - 1])}};
    }
    if (words[i] == "coffret") {
      return Volume{i, words.size(), {}};
    }
    if (!is_in(kMarkers, words[i])) {
      continue;
    }
    Volume volume{i, i + 1, {}};
    while (volume.end < words.size()) {
      const int number = number_of(words[volume.end]);
      const bool joins = !volume.numbers.empty() && is_in(kJoins, words[volume.end]) &&
                         volume.end + 1 < words.size() && number_of(words[volume.end + 1]) > 0;
      if (number == 0 && !joins) {
        break;
      }
      if (!joins) {
        volume.numbers.push_back(number);
      }
      ++volume.end;
      if (!joins && words[i].back() != 's' && volume.end < words.size() &&
          !is_in(kJoins, words[volume.end])) {
        break;  // one number after a singular: "Tome 1 1914" counts 1
      }
    }
    const bool closes = volume.end == words.size() && words[i] == "tome";  // "Mad Majesty Tome"
    if (!volume.numbers.empty() || (closes && i > 0)) {
      return volume;
    }
  }
  return std::nullopt;
}

bool is_edition_note(std::string_view segment) {
  const Words words = words_of(segment);
  if (words.empty() || (words.size() == 1 && is_year(words[0]))) {
    return true;
  }
  if (starts_with_any(segment,
                      {"bac",
                       "brevet",
                       "texte integral",
                       "texte abrege",
                       "parcours",
                       "avec le parcours",
                       "avec un parcours",
                       "avec parcours",
                       "suivi",
                       "suivie",
                       "suivis",
                       "precede",
                       "precedee",
                       "nouvelle edition",
                       "dossier",
                       "avec dossier",
                       "avec un dossier",
                       "programme",
                       "oeuvre integrale",
                       "version integrale",
                       "gros caracteres",
                       "grands caracteres",
                       "large print",
                       "unabridged",
                       "a novel",
                       "collector"})) {
    return true;
  }
  if (words.size() <= 6 &&
      (words.back() == "edition" || words.front() == "edition" || words.front() == "editions")) {
    return true;
  }
  static constexpr std::array<std::string_view, 9> kKinds{"roman",
                                                          "comedie",
                                                          "tragedie",
                                                          "drame",
                                                          "tragicomedie",
                                                          "conte",
                                                          "nouvelle",
                                                          "recit",
                                                          "novel"};
  const bool acts = std::find(words.begin(), words.end(), "actes") != words.end();
  if (is_in(kKinds, words[0]) &&
      (words.size() == 1 || acts || (words.size() == 2 && is_year(words[1])))) {
    return true;
  }
  const bool print_volumes = words.size() == 2 && (words[1] == "volumes" || words[1] == "vol");
  return print_volumes && (all_digits(words[0]) || words[0] == "deux" || words[0] == "trois");
}

std::vector<std::string_view> title_segments(std::string_view title) {
  static constexpr std::array<std::string_view, 4> kCuts{
      " - ", " \xE2\x80\x93 ", " \xE2\x80\x94 ", ": "};
  std::vector<std::string_view> segments;
  for (;;) {
    std::size_t at = std::string_view::npos;
    std::size_t size = 0;
    for (const std::string_view cut : kCuts) {
      if (const std::size_t found = title.find(cut); found < at) {
        at = found;
        size = cut.size();
      }
    }
    segments.push_back(title.substr(0, at));
    if (at == std::string_view::npos) {
      return segments;
    }
    title.remove_prefix(at + size);
  }
}

}  // namespace bookreco
