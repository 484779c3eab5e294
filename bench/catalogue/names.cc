#include "catalogue/names.h"

#include <array>

namespace bookreco::bench {
namespace {

void append_capitalised(std::string& out,
                        const Language& language,
                        std::size_t syllables,
                        Random& random) {
  const std::size_t start = out.size();
  append_word(out, language, syllables, random);
  capitalise(out, start);
}

}  // namespace

void write_person(std::string& out, const Language& language, Random random) {
  out = language.given_names[random.below(language.given_names.size())];
  if (random.below(12) == 0) {
    out += language.elides ? '-' : ' ';
    out += language.given_names[random.below(language.given_names.size())];
  }
  out += ' ';
  append_capitalised(out, language, 2 + random.below(2), random);
}

void write_publisher(std::string& out, const Language& language, Random random) {
  const bool prefixed = random.below(2) == 0;
  out = prefixed && language.elides ? "Éditions " : "";
  append_capitalised(out, language, 2 + random.below(2), random);
  if (prefixed && !language.elides) {
    out += " Press";
  }
}

void write_proper_name(std::string& out, const Language& language, Random random) {
  constexpr std::array<std::string_view, 4> kFrench{"", "Les ", "La petite ", "Domaine "};
  constexpr std::array<std::string_view, 4> kEnglish{"", "The ", "Little ", "New "};
  out = (language.elides ? kFrench : kEnglish)[random.below(4)];
  append_capitalised(out, language, 2 + random.below(2), random);
}

}  // namespace bookreco::bench
