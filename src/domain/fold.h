#pragma once

#include <string>
#include <string_view>

namespace bookreco {

/// The form that matching compares: NFKC case fold, accents removed, "œ" as "oe", everything but
/// letters and digits turned into single spaces. "L'Étranger — Œuvres" and "l etranger oeuvres" are
/// equal.
std::string fold(std::string_view text);

}  // namespace bookreco
