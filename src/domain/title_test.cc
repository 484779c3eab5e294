#include "domain/title.h"

#include <gtest/gtest.h>

#include "domain/identity.h"

namespace bookreco {
namespace {

std::string work(const std::string& title, const std::string& author) {
  Book book;
  book.title = title;
  book.authors = {author};
  return work_id(book);
}

TEST(WorkId, EditionsOfOneTextShareIt) {
  const std::string antigone = work("Antigone", "Jean Anouilh");
  for (const char* title : {"ANTIGONE",
                            "Antigone - BAC 2024 1re générale - Parcours : la révolte",
                            "Antigone - Texte intégral et dossier pédagogique",
                            "Antigone suivi de Médée",
                            "Antigone - Suivi de : Médée",
                            "Antigone (1944)",
                            "Antigone - Nouvelle édition",
                            "Antigone - Tragédie, 1944",
                            "Antigone - 2 volumes",
                            "Antigone (50th Anniversary Edition)",
                            "Antigone: texte intégral"}) {
    EXPECT_EQ(work(title, "Jean Anouilh"), antigone) << title;
  }
  EXPECT_EQ(work("Antigone", "J. Anouilh"), antigone);
  EXPECT_EQ(work("The Hunger Games (The Hunger Games, #1)", "Suzanne Collins"),
            work("The Hunger Games", "Suzanne Collins"));
  EXPECT_EQ(work("Mémoires d'outre-tombe. - Tome 1", "Chateaubriand"),
            work("Mémoires d'outre-tombe Tome I, Livres I à XII", "Chateaubriand"));
  EXPECT_EQ(work("Les soeurs Essex Tome 1 et 2", "Eloisa James"),
            work("Les soeurs Essex Tomes 1 & 2", "Eloisa James"));
}

TEST(WorkId, OtherTextsDoNot) {
  const std::vector<std::string> titles{"Lux",
                                        "Lux Tome 1",
                                        "Lux Tome 2",
                                        "Lux - Tomes 1 et 2",
                                        "Lux - Coffret en 3 volumes",
                                        "Star Wars - La Haute République",
                                        "Star Wars - Thrawn",
                                        "Oeuvres",
                                        "Oeuvres - Tome 1",
                                        "Oeuvres complètes",
                                        "Oeuvres - Romans et contes",
                                        "Théâtre",
                                        "Romans",
                                        "Romans - Suivi de Le Vent Paraclet",
                                        "Lux (Lux, #3)"};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    for (std::size_t j = i + 1; j < titles.size(); ++j) {
      EXPECT_NE(work(titles[i], "A. B"), work(titles[j], "A. B"))
          << titles[i] << " / " << titles[j];
    }
  }
  EXPECT_NE(work("Antigone", "Jean Anouilh"), work("Antigone", "Sophocle"));
  Book plain;
  plain.title = "Poésies";
  Book other = plain;
  plain.publisher = "Gallimard";
  other.publisher = "Points";
  EXPECT_NE(work_id(plain), work_id(other));
}

TEST(BookId, PrefersCodes) {
  Book book;
  book.title = "Antigone";
  const std::string derived = book_id(book);
  EXPECT_EQ(derived.size(), 17U);
  EXPECT_EQ(derived[0], 'b');
  book.title = "antigone !";
  EXPECT_EQ(book_id(book), derived);
  book.format = "Poche";
  EXPECT_NE(book_id(book), derived);
  book.isbn13 = "9782710381419";
  EXPECT_EQ(book_id(book), "9782710381419");
  book.ean = "4006381333931";
  EXPECT_EQ(book_id(book), "4006381333931");
}

struct SeriesCase {
  const char* title;
  const char* name;
  double number;  ///< 0: none
};

TEST(Series, OfTitles) {
  for (const SeriesCase& expected :
       {SeriesCase{"Le cycle de Dune Tome 2", "Le cycle de Dune", 2},
        SeriesCase{"Les Rougon-Macquart Tome 17", "Les Rougon-Macquart", 17},
        SeriesCase{"Mockingjay (The Hunger Games, #3)", "The Hunger Games", 3},
        SeriesCase{"The Tales (Harry Potter, #2.5)", "Harry Potter", 2.5},
        SeriesCase{"My Brilliant Friend (The Neapolitan Novels #1)", "The Neapolitan Novels", 1},
        SeriesCase{"Lords and Ladies (Discworld, #14; Witches #4)", "Discworld", 14},
        SeriesCase{"The Foundation Trilogy (Foundation, #1-3)", "Foundation", 0},
        SeriesCase{"Lux - Tome 4, Origine", "Lux", 4},
        SeriesCase{"Les soeurs Essex Tomes 1 et 2", "Les soeurs Essex", 0},
        SeriesCase{"Correspondance - Tome V (1758-1760)", "", 0},
        SeriesCase{"Oeuvres complètes - Tome 6", "", 0},
        SeriesCase{"Le livre de la jungle", "", 0},
        SeriesCase{"Le livre d'or de la science-fiction", "", 0},
        SeriesCase{"Mad Majesty Tome", "", 0},
        SeriesCase{"Paradis (avant liquidation)", "", 0}}) {
    const std::optional<Series> series = series_of(expected.title);
    EXPECT_EQ(series ? series->name : "", expected.name) << expected.title;
    EXPECT_EQ(series ? series->number.value_or(0) : 0, expected.number) << expected.title;
  }
  EXPECT_EQ(without_series_note("Mockingjay (The Hunger Games, #3)"), "Mockingjay");
  EXPECT_EQ(without_series_note("Paradis (avant liquidation)"), "Paradis (avant liquidation)");
}

TEST(Title, TakesAnyText) {
  for (const char* text : {"",
                           "(",
                           ")",
                           "()",
                           "(#1)",
                           " - ",
                           "Tome",
                           "Tome 1",
                           "#",
                           "x (#",
                           "x (y, #)",
                           ": ",
                           "suivi de"}) {
    work_title(text);
    series_of(text);
    without_series_note(text);
  }
}

}  // namespace
}  // namespace bookreco
