#include "domain/title.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "domain/fold.h"
#include "domain/title_words.h"

namespace bookreco {
namespace {

/// The content of a closing parenthesis and the title before it.
struct Closing {
  std::string_view before;
  std::string_view inside;
};

std::optional<Closing> closing_parenthesis(std::string_view title) {
  while (title.ends_with(' ')) {
    title.remove_suffix(1);
  }
  const std::size_t open = title.rfind('(');
  if (!title.ends_with(')') || open == std::string_view::npos || open == 0) {
    return std::nullopt;
  }
  std::string_view before = title.substr(0, open);
  while (before.ends_with(' ')) {
    before.remove_suffix(1);
  }
  return before.empty()
             ? std::nullopt
             : std::optional(Closing{before, title.substr(open + 1, title.size() - open - 2)});
}

std::string_view trim_name(std::string_view name) {
  static constexpr std::string_view kEdge = " ,.-:;";
  const std::size_t begin = name.find_first_not_of(kEdge);
  if (begin == std::string_view::npos) {
    return {};
  }
  return name.substr(begin, name.find_last_not_of(kEdge) - begin + 1);
}

/// "The Hunger Games, #1", "Witches #2.5", "Foundation, #1-3", "Discworld, #14; Witches #4" (the
/// first counts).
std::optional<Series> parse_note(std::string_view inside) {
  const std::size_t hash = inside.find('#');
  if (hash == std::string_view::npos || hash + 1 >= inside.size()) {
    return std::nullopt;
  }
  Series series{std::string(trim_name(inside.substr(0, hash))), std::nullopt};
  const std::string_view number = inside.substr(hash + 1, inside.find(';') - hash - 1);
  double value = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (series.name.empty() || error != std::errc()) {
    return std::nullopt;
  }
  const std::string_view rest =
      trim_name(number.substr(static_cast<std::size_t>(stop - number.data())));
  const char after = stop == number.data() + number.size() ? '\0' : *stop;
  if (rest.empty() && after != '-') {
    series.number = value;
  }
  return series;
}

/// Where " Tome 2" begins in `title` as written; npos when it does not name a volume in so many
/// words.
std::size_t find_marker(std::string_view title) {
  static constexpr std::array<std::string_view, 8> kMarkers{
      "tome ", "tomes ", "vol. ", "vol ", "volume ", "volumes ", "book ", "t. "};
  for (std::size_t i = 1; i < title.size(); ++i) {
    if (title[i - 1] != ' ') {
      continue;
    }
    for (const std::string_view marker : kMarkers) {
      const std::string_view here = title.substr(i, marker.size());
      const bool same = here.size() == marker.size() &&
                        std::equal(here.begin(), here.end(), marker.begin(), [](char a, char b) {
                          return a == b || (a >= 'A' && a <= 'Z' && (a | 0x20) == b);
                        });
      if (same) {
        const std::string rest = fold(title.substr(i + marker.size()));
        const Words words = words_of(rest);
        if (!words.empty() && number_of(words[0]) > 0) {
          return i;
        }
      }
    }
  }
  return std::string_view::npos;
}

std::string join_volume(const Volume& volume) {
  std::string text = volume.numbers.empty() ? "" : " volume";
  for (const int number : volume.numbers) {
    text += ' ' + std::to_string(number);
  }
  return text;
}

std::string join(const Words& words, std::size_t begin, std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    text += i > begin ? " " : "";
    text += words[i];
  }
  return text;
}

/// Where "suivi de", "précédé de" or "followed by" begins after the first word.
std::size_t find_companion(const Words& words) {
  static constexpr std::array<std::string_view, 7> kFollowed{
      "suivi", "suivie", "suivis", "precede", "precedee", "precedes", "followed"};
  static constexpr std::array<std::string_view, 5> kBy{"de", "du", "des", "d", "by"};
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    if (is_in(kFollowed, words[i]) && is_in(kBy, words[i + 1])) {
      return i;
    }
  }
  return words.size();
}

/// `title` without closing notes; a number that tells volumes of one name apart comes back in
/// `number`.
std::string_view strip_notes(std::string_view title, std::string& number) {
  while (const std::optional<Closing> closing = closing_parenthesis(title)) {
    if (const std::optional<Series> series = parse_note(closing->inside)) {
      if (series->number && *series->number != 1 && fold(series->name) == fold(closing->before)) {
        number = fmt::format(" volume {}", *series->number);
      }
    } else if (!is_edition_note(fold(closing->inside))) {
      break;
    }
    title = closing->before;
  }
  return title;
}

}  // namespace

bool is_generic_title(std::string_view folded) {
  static constexpr std::array<std::string_view, 51> kGeneric{"oeuvre",
                                                             "oeuvres",
                                                             "completes",
                                                             "complete",
                                                             "complets",
                                                             "complet",
                                                             "choisies",
                                                             "choisis",
                                                             "diverses",
                                                             "romanesques",
                                                             "theatrales",
                                                             "poetiques",
                                                             "intimes",
                                                             "philosophiques",
                                                             "historiques",
                                                             "en",
                                                             "prose",
                                                             "vers",
                                                             "et",
                                                             "autres",
                                                             "theatre",
                                                             "roman",
                                                             "romans",
                                                             "poesie",
                                                             "poesies",
                                                             "poemes",
                                                             "nouvelles",
                                                             "contes",
                                                             "recits",
                                                             "lettres",
                                                             "correspondance",
                                                             "journal",
                                                             "essais",
                                                             "memoires",
                                                             "works",
                                                             "collected",
                                                             "selected",
                                                             "poems",
                                                             "plays",
                                                             "stories",
                                                             "short",
                                                             "letters",
                                                             "the",
                                                             "of",
                                                             "anthology",
                                                             "anthologie",
                                                             "and",
                                                             "novels",
                                                             "voyages",
                                                             "melanges",
                                                             "propos"};
  const Words words = words_of(folded);
  return !words.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
    return is_in(kGeneric, word);
  });
}

std::string_view without_series_note(std::string_view title) {
  const std::optional<Closing> closing = closing_parenthesis(title);
  return closing && parse_note(closing->inside) ? closing->before : title;
}

std::optional<Series> series_of(std::string_view title) {
  if (const std::optional<Closing> closing = closing_parenthesis(title)) {
    if (std::optional<Series> series = parse_note(closing->inside)) {
      return series;
    }
  }
  const std::size_t marker = find_marker(title);
  if (marker == std::string_view::npos) {
    return std::nullopt;
  }
  Series series{std::string(trim_name(title.substr(0, marker))), std::nullopt};
  const std::string folded = fold(title.substr(marker));
  const std::optional<Volume> volume = find_volume(words_of(folded));
  const std::string name = fold(series.name);
  if (name.empty() || !volume || is_generic_title(name) ||
      name.find("coffret") != std::string::npos) {
    return std::nullopt;
  }
  if (volume->numbers.size() == 1) {
    series.number = volume->numbers[0];
  }
  return series;
}

std::string work_title(std::string_view title) {
  std::string volume_text;
  const std::string_view stripped = strip_notes(title, volume_text);
  const std::vector<std::string_view> segments = title_segments(stripped);
  std::string key;
  bool noted = false;  // behind an edition note stands more of it: "Parcours : la révolte"
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string segment = fold(segments[i]);
    const Words words = words_of(segment);
    const std::optional<Volume> volume = find_volume(words);
    if (i == 0) {
      const std::size_t end =
          std::min(find_companion(words), volume ? volume->begin : words.size());
      key = join(words, 0, end);
      if (key.empty() || is_generic_title(key)) {
        return fold(stripped) + volume_text;
      }
    } else if (noted || is_edition_note(segment)) {
      noted = true;
      if (!volume || volume->begin > 0) {
        continue;
      }
    } else if (!volume) {
      key += ' ' + join(words, 0, find_companion(words));
    } else if (volume->begin > 0) {
      key += ' ' + join(words, 0, volume->begin);
    }
    if (volume) {
      const bool boxed = volume->begin < words.size() && words[volume->begin] == "coffret";
      return key + (boxed ? ' ' + join(words, volume->begin, words.size()) : join_volume(*volume)) +
             volume_text;
    }
  }
  return key + volume_text;
}

}  // namespace bookreco
