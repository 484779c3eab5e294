#pragma once

#include <string>

#include "base/random.h"
#include "catalogue/language.h"

namespace bookreco::bench {

/// Each replaces `out`; the same state of `random` gives the same name.
void write_person(std::string& out, const Language& language, Random random);
void write_publisher(std::string& out, const Language& language, Random random);
/// A collection, a series or the label of a theme: "La petite Chamère", "The Brindle".
void write_proper_name(std::string& out, const Language& language, Random random);

}  // namespace bookreco::bench
