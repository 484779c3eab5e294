#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

struct Series {
  std::string name;
  std::optional<double> number;  ///< empty for several volumes at once ("Tomes 1 et 2", "#1-3")
};

/// The series a title names: "Le cycle de Dune Tome 2", "Lux - Tome 4, Origine", "Mockingjay (The
/// Hunger Games, #3)". nullopt when it names none, and for collected works ("Oeuvres complètes -
/// Tome 6").
std::optional<Series> series_of(std::string_view title);

/// The title without a closing series note: "Mockingjay (The Hunger Games, #3)" is "Mockingjay".
std::string_view without_series_note(std::string_view title);

/// What editions of one text have in common in their titles, folded: without subtitles that are
/// edition notes ("BAC 2024", "texte intégral", "suivi de …"), volumes in one spelling ("antigone",
/// "lux volume 4"). Titles that many books share
/// ("Oeuvres", "Théâtre - …") stay whole.
std::string work_title(std::string_view title);

/// "Oeuvres complètes", "Théâtre", "Romans et nouvelles": titles that name a kind of book. `folded`
/// is fold(title).
bool is_generic_title(std::string_view folded);

}  // namespace bookreco
