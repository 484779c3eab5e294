#include "domain/authors.h"

#include <algorithm>
#include <array>

#include "domain/fold.h"
#include "domain/text_repair.h"

namespace bookreco {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t,");
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(" \t,") - begin + 1);
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    words += c != ' ' && !inside ? 1 : 0;
    inside = c != ' ';
  }
  return words;
}

std::vector<std::string_view> split_at(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    if (const std::string_view part = trim(text.substr(0, at)); !part.empty()) {
      parts.push_back(part);
    }
    if (at == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(at + separator.size());
  }
}

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_suffix(std::string_view part) {
  static constexpr std::array<std::string_view, 9> kSuffixes{
      "jr", "sr", "ii", "iii", "iv", "phd", "md", "ph d", "m d"};
  return is_in(kSuffixes, fold(part));
}

/// "Jean de", "J.R.R.", "Ludwig van": what can only stand before a last name.
bool is_first_name(std::string_view part) {
  static constexpr std::array<std::string_view, 9> kParticles{
      "de", "du", "d", "von", "van", "del", "di", "da", "des"};
  const std::string folded = fold(part);
  const std::size_t last = folded.rfind(' ');
  return count_words(part) == 1 || is_in(kParticles, std::string_view(folded).substr(last + 1));
}

/// One comma-separated text into names.
void split_commas(std::string_view text, std::vector<std::string>& out) {
  std::vector<std::string_view> parts = split_at(text, ",");
  if (parts.size() == 2 && is_suffix(parts[1])) {
    out.push_back(std::string(parts[0]) + ", " + std::string(parts[1]));
    return;
  }
  if (parts.size() == 2 && (count_words(parts[0]) == 1 || is_first_name(parts[1]))) {
    out.push_back(std::string(parts[1]) + (parts[1].ends_with('\'') ? "" : " ") +
                  std::string(parts[0]));
    return;
  }
  for (const std::string_view part : parts) {
    if (is_suffix(part) && !out.empty()) {
      out.back() += ", " + std::string(part);
    } else {
      out.emplace_back(part);
    }
  }
}

/// "Neil Gaiman (Illustrations)" is "Neil Gaiman"; "Jean d' Ormesson" is "Jean d'Ormesson".
std::string tidy(std::string_view name) {
  name = trim(name);
  if (name.ends_with(')')) {
    const std::size_t open = name.rfind('(');
    name = open != std::string_view::npos && open > 0 ? trim(name.substr(0, open)) : name;
  }
  std::string out(name);
  for (const std::string_view gap : {"d' ", "D' ", "l' ", "L' ", "d\xE2\x80\x99 "}) {
    for (std::size_t at = out.find(gap); at != std::string::npos; at = out.find(gap)) {
      out.erase(at + gap.size() - 1, 1);
    }
  }
  const std::string folded = fold(out);
  if (folded.starts_with("collectif")) {
    return "Collectif";
  }
  return folded.empty() || folded == "al" || folded == "et al" ? std::string() : out;
}

void add_unique(std::vector<std::string>& names, std::string name) {
  if (name.empty()) {
    return;
  }
  const std::string folded = fold(name);
  const bool there = std::any_of(
      names.begin(), names.end(), [&](const std::string& known) { return fold(known) == folded; });
  if (!there) {
    names.push_back(std::move(name));
  }
}

}  // namespace

bool is_collective(std::string_view author) {
  static constexpr std::array<std::string_view, 12> kNobody{"collectif",
                                                            "collectifs",
                                                            "collective",
                                                            "various",
                                                            "various authors",
                                                            "anonyme",
                                                            "anonymous",
                                                            "anonym",
                                                            "unknown",
                                                            "auteur inconnu",
                                                            "divers",
                                                            "auteurs divers"};
  return is_in(kNobody, fold(author));
}

std::vector<std::string> split_authors(std::string_view text) {
  std::vector<std::string_view> parts{text};
  for (const std::string_view separator : {";", " & ", " et ", " and ", " / "}) {
    std::vector<std::string_view> finer;
    for (const std::string_view part : parts) {
      for (const std::string_view piece : split_at(part, separator)) {
        finer.push_back(piece);
      }
    }
    parts = std::move(finer);
  }
  std::vector<std::string> names;
  std::vector<std::string> split;
  for (const std::string_view part : parts) {
    split.clear();
    split_commas(part, split);
    for (const std::string& name : split) {
      add_unique(names, tidy(name));
    }
  }
  return names;
}

std::vector<std::string> clean_authors(const std::vector<std::string>& texts) {
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    for (std::string& name : split_authors(text)) {
      add_unique(names, std::move(name));
    }
  }
  return names;
}

std::string clean_publisher(std::string_view name) {
  name = trim(name);
  const std::size_t open = name.rfind('(');
  if (!name.ends_with(')') || open == std::string_view::npos || open == 0) {
    return std::string(name);
  }
  const std::string_view inside = trim(name.substr(open + 1, name.size() - open - 2));
  static constexpr std::array<std::string_view, 9> kBefore{
      "la", "le", "les", "l", "the", "editions", "edition", "ed", "librairie"};
  if (!is_in(kBefore, fold(inside))) {
    return std::string(name);
  }
  const bool elided = inside.ends_with('\'') || inside.ends_with("\xE2\x80\x99");
  return std::string(inside) + (elided ? "" : " ") + std::string(trim(name.substr(0, open)));
}

}  // namespace bookreco
