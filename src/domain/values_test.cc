#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "domain/authors.h"
#include "domain/date.h"
#include "domain/interaction.h"
#include "domain/isbn.h"
#include "domain/labels.h"
#include "domain/measures.h"

namespace bookreco {
namespace {

using testing::ElementsAre;

std::string date(std::string_view text) {
  const std::optional<PartialDate> parsed = parse_date(text);
  return parsed ? parsed->to_string() : "no";
}

TEST(Date, ReadsWhatShopsWrite) {
  EXPECT_EQ(date("08/06/2016"), "2016-06-08");
  EXPECT_EQ(date("2016/06/08"), "2016-06-08");
  EXPECT_EQ(date("2016/6/8"), "2016-06-08");
  EXPECT_EQ(date("8.6.2016"), "2016-06-08");
  EXPECT_EQ(date("06/2016"), "2016-06");
  EXPECT_EQ(date("8 juin 2016"), "2016-06-08");
  EXPECT_EQ(date("1er août 2020"), "2020-08-01");
  EXPECT_EQ(date("5 juillet 1990"), "1990-07-05");
  EXPECT_EQ(date("June 8, 2016"), "2016-06-08");
  EXPECT_EQ(date("March 2009"), "2009-03");
  EXPECT_EQ(date("2008.0"), "2008");
  EXPECT_EQ(date("-750.0"), "-0750");
  EXPECT_EQ(date("8.0"), "0008");
  EXPECT_EQ(date("c1998"), "1998");
  EXPECT_EQ(date(" 2016-06-08T10:00:00Z "), "2016-06-08");
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text : {"31/02/2019",
                           "2019-02-31",
                           "29/02/2023",
                           "00/01/2020",
                           "13/13/2013",
                           "",
                           "soon",
                           "0",
                           "12",
                           "99999",
                           "2016-06-08-09",
                           "8 juin",
                           "1/2/3/4",
                           "June",
                           "-",
                           "--5"}) {
    EXPECT_EQ(date(text), "no") << text;
  }
}

TEST(Date, IsoRoundTrips) {
  Random random(3);
  for (int i = 0; i < 5'000; ++i) {
    PartialDate value{
        static_cast<std::int16_t>(static_cast<int>(random.below(19'999)) - 9'999), 0, 0};
    if (random.below(2) == 0) {
      value.month = static_cast<std::uint8_t>(1 + random.below(12));
      value.day = static_cast<std::uint8_t>(random.below(29));
    }
    EXPECT_EQ(parse_iso_date(value.to_string()), value) << value.to_string();
  }
  EXPECT_FALSE(parse_iso_date("-0000"));
  EXPECT_FALSE(parse_iso_date("2016-6-8"));
  EXPECT_FALSE(parse_iso_date("2016-00"));
}

TEST(Isbn, ChecksAndConverts) {
  EXPECT_EQ(parse_isbn("2-07-041306-3"), "9782070413065");
  EXPECT_EQ(parse_isbn("978-2-7103-8141-9"), "9782710381419");
  EXPECT_EQ(parse_isbn("2-210-75447-X"), "9782210754478");
  EXPECT_EQ(parse_isbn("2-210-75447-x"), "9782210754478");
  EXPECT_EQ(parse_isbn("0439023483"), "9780439023481");
  EXPECT_EQ(to_isbn10("9782210754478"), "221075447X");
  for (const char* text : {"",
                           "2070413064",
                           "9782710381418",
                           "0000000000",
                           "0000000000000",
                           "3760000000000",
                           "X234567890",
                           "abc",
                           "97827103814190",
                           "9782710381419 extra"}) {
    EXPECT_FALSE(parse_isbn(text)) << text;
  }
  EXPECT_EQ(parse_ean13("3760123456789"), std::nullopt);
  EXPECT_EQ(parse_ean13("4006381333931"), "4006381333931");
  EXPECT_EQ(to_isbn10("9791032102305"), std::nullopt);
}

TEST(Isbn, OneWrongDigitIsAlwaysSeen) {
  Random random(4);
  for (int i = 0; i < 500; ++i) {
    std::string isbn10 = *to_isbn10(*parse_isbn("9782710381419"));
    std::string isbn13 = "9782710381419";
    const std::size_t at = 3 + random.below(10);
    const char other =
        static_cast<char>('0' + (isbn13[at] - '0' + 1 + static_cast<int>(random.below(9))) % 10);
    isbn13[at] = other;
    EXPECT_FALSE(parse_isbn(isbn13)) << isbn13;
  }
}

TEST(Measures, PagesWeightsLengths) {
  for (const char* yes :
       {"true", "En stock", "https://schema.org/InStock", "Disponible", "3", "oui", "PreOrder"}) {
    EXPECT_EQ(parse_availability(yes), true) << yes;
  }
  for (const char* no : {"false",
                         "Épuisé",
                         "http://schema.org/OutOfStock",
                         "Rupture de stock",
                         "0",
                         "INDISPONIBLE",
                         "out of print"}) {
    EXPECT_EQ(parse_availability(no), false) << no;
  }
  for (const char* unknown : {"", "perhaps", "/", "nan", "in", "3 days"}) {
    EXPECT_EQ(parse_availability(unknown), std::nullopt) << unknown;
  }
  EXPECT_EQ(parse_page_count("128 pages"), 128);
  EXPECT_EQ(parse_page_count("1 024 p."), 1024);
  EXPECT_EQ(parse_page_count("128.0"), 128);
  for (const char* text :
       {"-5", "-5 pages", "0", "50001", "1.5", "beaucoup", "12 kg", "", "1e99"}) {
    EXPECT_FALSE(parse_page_count(text)) << text;
  }
  EXPECT_DOUBLE_EQ(*parse_weight_kg("0.085 Kg"), 0.085);
  EXPECT_DOUBLE_EQ(*parse_weight_kg("85 g"), 0.085);
  EXPECT_DOUBLE_EQ(*parse_weight_kg("0,5"), 0.5);
  EXPECT_FALSE(parse_weight_kg("5 tons"));
  EXPECT_FALSE(parse_weight_kg("0 kg"));
  EXPECT_FALSE(parse_weight_kg("1e300 kg"));
  EXPECT_DOUBLE_EQ(*parse_length_cm("110 mm"), 11);
}

TEST(Measures, Dimensions) {
  for (const char* text : {"11,0 cm × 18,0 cm × 0,8 cm",
                           "11.0 x 18.0 x 0.8",
                           "110 X 180 X 8 mm",
                           "11*18*0,8 cm",
                           "110mm x 180mm x 8mm"}) {
    const std::optional<Dimensions> parsed = parse_dimensions(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_DOUBLE_EQ(*parsed->width_cm, 11) << text;
    EXPECT_DOUBLE_EQ(*parsed->height_cm, 18) << text;
    EXPECT_DOUBLE_EQ(*parsed->depth_cm, 0.8) << text;
  }
  const std::optional<Dimensions> flat = parse_dimensions("11,0 cm × 18,0 cm × 0,0 cm");
  ASSERT_TRUE(flat);
  EXPECT_FALSE(flat->depth_cm);
  EXPECT_TRUE(flat->zeros);
  EXPECT_FALSE(parse_dimensions("11 x 18")->depth_cm);
  for (const char* text : {"11", "", "a x b", "1 x 2 x 3 x 4", "-1 x 2 x 3", "10 x 9999", "x"}) {
    EXPECT_FALSE(parse_dimensions(text)) << text;
  }
}

TEST(Authors, SplitsAndTurnsRound) {
  EXPECT_THAT(split_authors("Rowling, J.K."), ElementsAre("J.K. Rowling"));
  EXPECT_THAT(split_authors("García Márquez, Gabriel"), ElementsAre("Gabriel García Márquez"));
  EXPECT_THAT(split_authors("Saint-Exupéry, Antoine de"), ElementsAre("Antoine de Saint-Exupéry"));
  EXPECT_THAT(split_authors("La Fontaine, Jean de"), ElementsAre("Jean de La Fontaine"));
  EXPECT_THAT(split_authors("Neil Gaiman, Terry Pratchett"),
              ElementsAre("Neil Gaiman", "Terry Pratchett"));
  EXPECT_THAT(split_authors("Neil Gaiman & Terry Pratchett"),
              ElementsAre("Neil Gaiman", "Terry Pratchett"));
  EXPECT_THAT(split_authors("Boileau et Narcejac"), ElementsAre("Boileau", "Narcejac"));
  EXPECT_THAT(split_authors("Herbert, Frank; Anderson, Kevin J."),
              ElementsAre("Frank Herbert", "Kevin J. Anderson"));
  EXPECT_THAT(split_authors("Kurt Vonnegut, Jr."), ElementsAre("Kurt Vonnegut, Jr."));
  EXPECT_THAT(split_authors("Jean d' Ormesson"), ElementsAre("Jean d'Ormesson"));
  EXPECT_THAT(split_authors("Dave McKean (Illustrations)"), ElementsAre("Dave McKean"));
  EXPECT_THAT(split_authors("COLLECTIFS GALLIMARD"), ElementsAre("Collectif"));
  EXPECT_THAT(split_authors("Platon et al."), ElementsAre("Platon"));
  EXPECT_THAT(split_authors(" ; , & "), ElementsAre());
  EXPECT_THAT(clean_authors({"Emile Zola", "Émile ZOLA", "Homer", "Robert Fagles"}),
              ElementsAre("Emile Zola", "Homer", "Robert Fagles"));
  EXPECT_TRUE(is_collective("Collectif"));
  EXPECT_FALSE(is_collective("Emile Zola"));
}

TEST(Authors, Publishers) {
  EXPECT_EQ(clean_publisher("Table Ronde (La)"), "La Table Ronde");
  EXPECT_EQ(clean_publisher("Archipel (L')"), "L'Archipel");
  EXPECT_EQ(clean_publisher("Phébus (Editions)"), "Editions Phébus");
  EXPECT_EQ(clean_publisher("Penguin (UK)"), "Penguin (UK)");
  EXPECT_EQ(clean_publisher("(La)"), "(La)");
}

TEST(Labels, DropsFurnitureAndRepeats) {
  EXPECT_THAT(clean_labels({"Accueil",
                            "Livres",
                            "",
                            "Romans",
                            "romans",
                            "ROMANS",
                            "Par collection",
                            "Sommaire",
                            "poésie",
                            "ÉTRANGERS",
                            "BD"}),
              ElementsAre("Romans", "Poésie", "Étrangers", "BD"));
}

TEST(Interaction, NamesRoundTripAndKeysDiffer) {
  for (int i = 0; i <= static_cast<int>(InteractionKind::kHide); ++i) {
    const auto kind = static_cast<InteractionKind>(i);
    EXPECT_EQ(parse_kind(kind_name(kind)), kind);
  }
  EXPECT_FALSE(parse_kind("adored"));
  Interaction a{"r", "b", InteractionKind::kRating, 4.0, {}, "s", ""};
  Interaction b = a;
  EXPECT_EQ(derive_idempotency_key(a), derive_idempotency_key(b));
  b.value = 4.5;
  EXPECT_NE(derive_idempotency_key(a), derive_idempotency_key(b));
}

}  // namespace
}  // namespace bookreco
