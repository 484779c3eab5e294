#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bookreco {

/// Words of a shop's pages that are not about the book: "Accueil", "Livres", "Sommaire", "Par
/// collection", blanks. `folded` is fold(label).
bool is_page_furniture(std::string_view folded);

/// Labels in the order given without page furniture, each once (compared folded), in sentence case
/// when they were all capitals or all small.
std::vector<std::string> clean_labels(const std::vector<std::string>& labels);

}  // namespace bookreco
