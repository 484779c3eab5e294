#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/random.h"
#include "catalogue/lexicon.h"

namespace bookreco::bench {

struct Theme {
  std::size_t topic = 0;
  std::uint64_t number = 0;  ///< within the topic
};

/// The one to three themes of a book, the main one first.
struct Subject {
  std::array<Theme, 3> themes;
  std::size_t count = 1;
};

/// Appends sentences on `subject` of at least `words` words between spaces.
void append_sentences(std::string& out,
                      const Lexicon& lexicon,
                      const Subject& subject,
                      std::size_t words,
                      Random& random);

/// Replaces `out` by a title of one to ten words that never ends in a function word.
void write_title(std::string& out, const Lexicon& lexicon, const Subject& subject, Random& random);

}  // namespace bookreco::bench
