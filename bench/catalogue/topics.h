#pragma once

#include <cstddef>
#include <string_view>

#include "catalogue/language.h"

namespace bookreco::bench {

/// Ten topics to each section.
inline constexpr std::size_t kTopicsPerSection = 10;

/// The shelf of a topic, in the language's words: "Littérature".
std::string_view section_name(std::size_t topic, const Language& language);

/// "Roman policier", "Crime".
std::string_view topic_name(std::size_t topic, const Language& language);

}  // namespace bookreco::bench
