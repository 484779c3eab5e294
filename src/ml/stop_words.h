#pragma once

#include <string_view>

namespace bookreco {

// Words that say nothing about a book, in their folded form (domain/fold.h): the small words of the
// language and what is left of its elisions ("qu", "jusqu") and contractions ("isn", "ve").

bool is_french_stop_word(std::string_view folded);
bool is_english_stop_word(std::string_view folded);

}  // namespace bookreco
