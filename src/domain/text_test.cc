#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"
#include "domain/fold.h"
#include "domain/language.h"
#include "domain/markup.h"
#include "domain/text_repair.h"

namespace bookreco {
namespace {

TEST(Fold, IgnoresCaseAccentsAndPunctuation) {
  EXPECT_EQ(fold("L'Étranger — Œuvres"), "l etranger oeuvres");
  EXPECT_EQ(fold("l etranger oeuvres"), "l etranger oeuvres");
  EXPECT_EQ(fold("  Ça,   VA ? "), "ca va");
  EXPECT_EQ(fold("Straße Æon ŁÓDŹ Ørsted"), "strasse aeon lodz orsted");
  EXPECT_EQ(fold("e\xCC\x81te\xCC\x81"), "ete");
  EXPECT_EQ(fold("ﬁn № ²"), "fin no 2");
  EXPECT_EQ(fold("ПреступлениЕ и наказание"), "преступление и наказание");
  EXPECT_EQ(fold("Ελλάδα"), "ελλαδα");
  EXPECT_EQ(fold("…—“”"), "");
  EXPECT_EQ(fold(""), "");
}

TEST(Fold, IsIdempotentAndSameForTableAndSlowPath) {
  // A Han character sends the whole text down the slow path: the rest must come out the same.
  for (char32_t c = 1; c < 0x2100; ++c) {
    std::string text;
    append_utf8(text, c);
    const std::string folded = fold("a" + text + "b");
    EXPECT_EQ(fold(folded), folded) << static_cast<std::uint32_t>(c);
    EXPECT_EQ(fold("a" + text + "b 水"), folded + " 水") << static_cast<std::uint32_t>(c);
  }
}

TEST(Fold, TakesAnyBytes) {
  Random random(1);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    for (std::uint64_t i = random.below(40); i > 0; --i) {
      bytes += static_cast<char>(random.below(256));
    }
    const std::string folded = fold(bytes);
    EXPECT_EQ(folded.find("  "), std::string::npos);
    EXPECT_TRUE(is_utf8(clean_line(bytes)));
    EXPECT_EQ(clean_line(clean_line(bytes)), clean_line(bytes));
    strip_markup(bytes);
    detect_language(bytes);
  }
}

TEST(TextRepair, UndoesDoubleEncoding) {
  EXPECT_EQ(clean_line("Les MisÃ©rables"), "Les Misérables");
  EXPECT_EQ(clean_line("L\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2Ã©tranger"), "L’étranger");
  EXPECT_EQ(clean_line("dÃ©jÃ  vu"), "déjà vu");
  EXPECT_EQ(clean_line("dÃ©jÃ\xC2\xA0 vu"), "déjà vu");
  EXPECT_EQ(clean_line("Ã\xC2\x89mile"), "Émile");
  EXPECT_EQ(clean_line("CÅ“ur"), "Cœur");
  EXPECT_EQ(clean_line("ÃƒÂ©tÃƒÂ©"), "été");
}

TEST(TextRepair, LeavesCorrectTextAlone) {
  for (const char* text : {"AÃO",
                           "NÃO É NADA",
                           "São Tomé — «déjà»…",
                           "été…»",
                           "Å",
                           "Ännu mer",
                           "MÃE",
                           "Âge d’or",
                           "“Ã”",
                           "Crème brûlée à 20 €",
                           "Łódź",
                           "日本語の本"}) {
    EXPECT_EQ(clean_line(text), text);
  }
}

TEST(TextRepair, ReadsLatin1AndRemovesWhatCannotBeSeen) {
  EXPECT_EQ(clean_line("Caf\xE9 \x96 cr\xE8me"), "Café – crème");
  EXPECT_EQ(clean_line(std::string_view("a\0b\x01"
                                        "c\x7F",
                                        6)),
            "abc");
  EXPECT_EQ(clean_line("  a \t\r\n b\xC2\xA0\xC2\xA0"
                       "c  "),
            "a b c");
  EXPECT_EQ(clean_line("zero\xE2\x80\x8Bwidth \xEF\xBB\xBF"
                       "bom"),
            "zerowidth bom");
  EXPECT_EQ(clean_line("e\xCC\x81"), "é");
  EXPECT_TRUE(is_utf8(clean_line("\xED\xA0\x80 surrogate")));
  EXPECT_EQ(truncate_utf8("éà", 1), "é");
  EXPECT_EQ(truncate_utf8("éà", 2), "éà");
}

TEST(Markup, StripsTagsAndDecodesReferences) {
  EXPECT_EQ(clean_line(strip_markup("<p>One<br/>two</p><p>th<b>re</b>e</p>")), "One two three");
  EXPECT_EQ(strip_markup("L&rsquo;&eacute;t&eacute; &#233; &#xE9; &amp; &apos;"), "L’été é é & '");
  EXPECT_EQ(strip_markup("&amp;eacute;"), "é");
  EXPECT_EQ(strip_markup("&#146;"), "’");
  EXPECT_EQ(clean_line(strip_markup("&lt;p&gt;Text&lt;/p&gt;")), "Text");
  EXPECT_EQ(clean_line(strip_markup("a<script>alert('x')</script>b<!-- c -->d")), "a b d");
  EXPECT_EQ(strip_markup("1 < 2 && 3 > 2, <3, AT&T, &unknown; &#; <Anonymous>"),
            "1 < 2 && 3 > 2, <3, AT&T, &unknown; &#; <Anonymous>");
  EXPECT_EQ(strip_markup("<a href=\"x"), "<a href=\"x");
}

TEST(Markup, TakesLinearTimeOnHostileText) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) {
    text += "<b &amp";
  }
  EXPECT_EQ(strip_markup(text).size(), text.size());
}

TEST(Language, TellsTheLanguagesApart) {
  EXPECT_EQ(detect_language("Le vieil homme et la mer"), "fr");
  EXPECT_EQ(detect_language("The old man and the sea"), "en");
  EXPECT_EQ(detect_language("Der alte Mann und das Meer"), "de");
  EXPECT_EQ(detect_language("El viejo y el mar, una historia de los hombres"), "es");
  EXPECT_EQ(detect_language("Il vecchio e il mare della nostra vita"), "it");
  EXPECT_EQ(detect_language("O velho e o mar, uma história do homem que não desiste"), "pt");
  EXPECT_EQ(detect_language("De oude man en de zee, het verhaal van een visser"), "nl");
  EXPECT_EQ(detect_language("1984"), "");
  EXPECT_EQ(detect_language(""), "");
}

TEST(Language, ReadsCodesAndNames) {
  for (const char* text : {"eng", "en-US", "en_GB", "EN", "English", "anglais"}) {
    EXPECT_EQ(parse_language(text), "en") << text;
  }
  for (const char* text : {"fre", "fra", "fr-CA", "Français", "french"}) {
    EXPECT_EQ(parse_language(text), "fr") << text;
  }
  EXPECT_EQ(parse_language("ger"), "de");
  EXPECT_EQ(parse_language("jpn"), "ja");
  EXPECT_EQ(parse_language("fil"), "fil");
  EXPECT_EQ(parse_language("mul"), "");
  EXPECT_EQ(parse_language("Klingonish"), std::nullopt);
  EXPECT_EQ(parse_language("qq"), std::nullopt);
  EXPECT_EQ(parse_language("12"), std::nullopt);
}

}  // namespace
}  // namespace bookreco
