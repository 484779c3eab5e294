#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

/// The people of one author text, each "First Last", in the order given, each once: "Last, First"
/// is turned round, several are split at ";", "&", " et ", " and ", and at "," where the parts are
/// whole names; roles in parentheses and "et al." leave.
std::vector<std::string> split_authors(std::string_view text);

/// All of `texts` through split_authors; a text without separators is one person. Each person once,
/// compared folded.
std::vector<std::string> clean_authors(const std::vector<std::string>& texts);

/// "Collectif", "Collectifs Gallimard", "Various", "Anonyme": nobody in particular.
bool is_collective(std::string_view author);

/// The name libraries file under an article, turned round: "Table Ronde (La)" is "La Table Ronde",
/// "Archipel (L')" is "L'Archipel", "Phébus (Editions)" is "Editions Phébus".
std::string clean_publisher(std::string_view name);

}  // namespace bookreco
