#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace bookreco {

// What the words of a folded title say about volumes and editions; used by domain/title.cc alone.

using Words = std::vector<std::string_view>;

/// The words of a folded text; views into it.
Words words_of(std::string_view folded);

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// The value of digits, Roman numerals or a few ordinals; 0 for anything else.
int number_of(std::string_view word);

struct Volume {
  std::size_t begin = 0;  ///< the words [begin, end) say it
  std::size_t end = 0;
  std::vector<int> numbers;
};

/// "tome 2", "tomes 1 et 2", "vol iii", "livres v a x", "deuxieme partie", "coffret …".
std::optional<Volume> find_volume(const Words& words);

/// A folded subtitle that speaks of the edition, not of the text: "bac 2024 …", "texte integral",
/// "suivi de …", a year.
bool is_edition_note(std::string_view segment);

/// Cuts a title as written at " - ", " – ", " — " and ": ".
std::vector<std::string_view> title_segments(std::string_view title);

}  // namespace bookreco
