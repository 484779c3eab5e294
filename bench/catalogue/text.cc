#include "catalogue/text.h"

#include <algorithm>
#include <cmath>

namespace bookreco::bench {
namespace {

// Of the invented words of a text, those bent to the book's themes and to their topics; the rest is
// of the whole language.
constexpr double kOnTheme = 0.3;
constexpr double kOnTopic = 0.2;
constexpr double kMainTheme = 0.65;
constexpr double kCommaAfterWord = 0.08;

const Theme& pick_theme(const Subject& subject, Random& random) {
  if (subject.count == 1 || random.uniform() < kMainTheme) {
    return subject.themes[0];
  }
  return subject.themes[1 + random.below(subject.count - 1)];
}

std::size_t draw_word(const Lexicon& lexicon,
                      const Subject& subject,
                      double eagerness,
                      Random& random) {
  const std::size_t rank = lexicon.draw(random);
  if (lexicon.is_function_word(rank)) {
    return rank;
  }
  const double kind = random.uniform() / eagerness;
  if (kind < kOnTheme) {
    const Theme& theme = pick_theme(subject, random);
    return lexicon.in_theme(rank, theme.topic, theme.number);
  }
  if (kind < kOnTheme + kOnTopic) {
    return lexicon.in_topic(rank, pick_theme(subject, random).topic);
  }
  return rank;
}

std::size_t draw_content_word(const Lexicon& lexicon,
                              const Subject& subject,
                              double eagerness,
                              Random& random) {
  std::size_t rank = 0;
  do {
    rank = draw_word(lexicon, subject, eagerness, random);
  } while (lexicon.is_function_word(rank));
  return rank;
}

/// Words with spaces between, "l'" and "d'" before vowels. Counts what stands between spaces.
class Line {
 public:
  Line(std::string& out, const Lexicon& lexicon) : out_(out), lexicon_(lexicon) {}

  /// True when the word begins anew, false when it hangs on an elision.
  bool add(std::size_t rank) {
    const std::string_view word = lexicon_.word(rank);
    const bool hangs = elidable_ && lexicon_.begins_with_vowel(rank);
    if (hangs) {
      out_.back() = '\'';
    } else if (!first_) {
      out_ += ' ';
    }
    out_ += word;
    first_ = false;
    elidable_ = lexicon_.elides(rank);
    return !hangs;
  }

  void comma() {
    if (!elidable_) {
      out_ += ',';
    }
  }

 private:
  std::string& out_;
  const Lexicon& lexicon_;
  bool first_ = true;
  bool elidable_ = false;
};

}  // namespace

void append_sentences(std::string& out,
                      const Lexicon& lexicon,
                      const Subject& subject,
                      std::size_t words,
                      Random& random) {
  std::size_t written = 0;
  while (written < words) {
    if (written > 0) {
      out += ' ';
    }
    const std::size_t start = out.size();
    const double drawn = std::exp(2.7 + 0.45 * random.normal());
    const std::size_t length = std::clamp<std::size_t>(static_cast<std::size_t>(drawn), 3, 60);
    Line line(out, lexicon);
    for (std::size_t i = 0; i + 1 < length; ++i) {
      written += line.add(draw_word(lexicon, subject, 1, random)) ? 1 : 0;
      if (random.uniform() < kCommaAfterWord) {
        line.comma();
      }
    }
    written += line.add(draw_content_word(lexicon, subject, 1, random)) ? 1 : 0;
    capitalise(out, start);
    out += '.';
  }
}

void write_title(std::string& out, const Lexicon& lexicon, const Subject& subject, Random& random) {
  constexpr double kEagerness = 1.6;
  out.clear();
  const double drawn = std::exp(1.2 + 0.5 * random.normal());
  const std::size_t length = std::clamp<std::size_t>(static_cast<std::size_t>(drawn), 1, 10);
  Line line(out, lexicon);
  for (std::size_t i = 0; i + 1 < length; ++i) {
    line.add(draw_word(lexicon, subject, kEagerness, random));
  }
  line.add(draw_content_word(lexicon, subject, kEagerness, random));
  capitalise(out);
}

}  // namespace bookreco::bench
