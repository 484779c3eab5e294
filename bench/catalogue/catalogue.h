#pragma once

#include <cstdint>

#include "base/result.h"
#include "catalogue/lexicon.h"
#include "catalogue/text.h"
#include "domain/book.h"

namespace bookreco::bench {

struct CatalogueOptions {
  std::uint64_t books = 10'000;      ///< at most 100,000,000: EANs run out
  std::size_t vocabulary = 200'000;  ///< different words, French and English together
  std::size_t words = 90;            ///< each description has so many or more
  std::uint64_t seed = 7;
  double duplicates = 0.01;  ///< share of books that are another edition of an earlier one
};

/// A made-up catalogue, French and English, whose words, lengths, authors and subjects are
/// distributed as in real ones: word frequencies by Zipf-Mandelbrot, log-normal lengths, one to
/// three themes of sixty topics to a book, authors who stay with a subject, publishers and
/// collections by Zipf. Book `number` depends on the options and on its number alone. Immutable,
/// safe from any thread.
class Catalogue {
 public:
  static Result<Catalogue> create(const CatalogueOptions& options);

  /// Overwrites `book` with book `number` of [0, options.books); its id and work_id are left empty,
  /// for the cleaning to set.
  void fill(std::uint64_t number, Book& book) const;

  const Lexicon& french_lexicon() const { return french_; }
  const Lexicon& english_lexicon() const { return english_; }

 private:
  explicit Catalogue(const CatalogueOptions& options);

  Random random_for(std::uint64_t stream, std::uint64_t number) const;
  std::uint64_t text_of(std::uint64_t number) const;
  Theme draw_theme(std::size_t topic, Random& random) const;
  Subject draw_subject(const Theme& usual, Random& random) const;
  void fill_authors(std::uint64_t author,
                    const Language& language,
                    Random& random,
                    Book& book) const;
  void fill_labels(const Subject& subject, const Language& language, Book& book) const;
  void fill_series(std::uint64_t author,
                   const Language& language,
                   Random& random,
                   Book& book) const;
  void fill_publisher(std::size_t topic,
                      const Language& language,
                      Random& random,
                      Book& book) const;

  CatalogueOptions options_;
  Lexicon french_;
  Lexicon english_;
  AliasTable topics_;
  std::uint64_t authors_;
  std::uint64_t publishers_;
  std::uint64_t themes_;  ///< of each topic
};

}  // namespace bookreco::bench
