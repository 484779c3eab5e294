#include "ml/tokenizer.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/fold.h"
#include "ml/raw_words.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> tokens_of(std::string_view text,
                                   std::string_view language,
                                   Tokenizer::Options options = {}) {
  Tokenizer tokenizer(options);
  std::vector<std::string_view> tokens;
  tokenizer.tokenize(text, language, tokens);
  return {tokens.begin(), tokens.end()};
}

TEST(Tokenizer, CutsFrenchElisionsWithEitherApostrophe) {
  const Tokenizer::Options plain{.stem = false};
  EXPECT_THAT(tokens_of("L'étranger d’Albert Camus", "fr", plain),
              ElementsAre("etranger", "albert", "camus"));
  EXPECT_THAT(
      tokens_of(
          "jusqu'à l'aube, lorsqu’elle puisqu'il quoiqu’on qu'Antigone n's't'c'm'", "fr", plain),
      ElementsAre("aube", "antigone"));
  EXPECT_THAT(tokens_of("l etranger", "fr", plain), ElementsAre("etranger"));
}

TEST(Tokenizer, StemsByLanguage) {
  EXPECT_EQ(tokens_of("tragédie", "fr"), tokens_of("TRAGÉDIES", "fr"));
  EXPECT_EQ(tokens_of("haunted houses", "en"), tokens_of("Haunting house", "en"));
  EXPECT_THAT(tokens_of("Häuser", "de"), ElementsAre("hauser"));
  EXPECT_THAT(tokens_of("houses", ""), ElementsAre("houses"));
}

TEST(Tokenizer, DropsStopWordsOfTheLanguageAndOfBothWhenUnknown) {
  EXPECT_THAT(tokens_of("le chat et the cat", "fr", {.stem = false}),
              ElementsAre("chat", "the", "cat"));
  EXPECT_THAT(tokens_of("le chat et the cat", "en", {.stem = false}),
              ElementsAre("le", "chat", "et", "cat"));
  EXPECT_THAT(tokens_of("le chat et the cat", ""), ElementsAre("chat", "cat"));
  EXPECT_THAT(tokens_of("le chat et the cat", "de"), ElementsAre("le", "chat", "et", "the", "cat"));
  EXPECT_THAT(tokens_of("le chat", "fr", {.stem = false, .drop_stop_words = false}),
              ElementsAre("le", "chat"));
}

TEST(Tokenizer, CountsLettersNotBytes) {
  EXPECT_THAT(tokens_of("a é 中 中国 7 42", "de"), ElementsAre("中国", "42"));
  EXPECT_THAT(tokens_of("中", "de", {.min_letters = 1}), ElementsAre("中"));
}

TEST(Tokenizer, TakesWhateverBytesComeIn) {
  EXPECT_THAT(tokens_of("", "fr"), IsEmpty());
  EXPECT_THAT(tokens_of(std::string_view("\0\0 \t\r\n", 6), "fr"), IsEmpty());
  EXPECT_THAT(tokens_of("« » — … ’’", "fr"), IsEmpty());
  EXPECT_THAT(tokens_of(std::string(100'000, 'x'), "fr"), IsEmpty());
  tokens_of("\xff\xfe \xc3 caf\xc3\xa9 \xe2\x80", "fr");
  std::string every;
  for (int c = 0; c < 256; ++c) {
    every += static_cast<char>(c);
  }
  for (const auto& token : tokens_of(every, "fr")) {
    EXPECT_FALSE(token.empty());
  }
}

TEST(Tokenizer, WordsCutBeforeFoldingAreWordsCutAfter) {
  const std::string text =
      "L’Œuvre — «au noir» d'Émile Zola… (1984), naïve·té, coeur\u00a0brisé\u202f! Straße ﬁn "
      "e\u0301té “quoted” x_y A+B";
  std::string joined;
  for_each_raw_word(text, [&](std::string_view word) { joined += fold(word) + " "; });
  EXPECT_EQ(fold(joined), fold(text));
}

TEST(Tokenizer, NumbersHoldUntilTrimAndTellSpellings) {
  Tokenizer tokenizer;
  std::vector<std::uint32_t> ids;
  const auto french = Tokenizer::Reading::kFrench;
  tokenizer.tokenize("Tragédie tragédie TRAGEDIES", french, true, ids);
  tokenizer.tokenize("tragédie", french, false, ids);
  ASSERT_THAT(ids, ElementsAre(ids[0], ids[0], ids[0], ids[0]));
  std::map<std::string, std::uint64_t, std::less<>> counts;
  tokenizer.for_each_spelling(
      [&](std::string_view spelling, std::uint32_t token, std::uint64_t count) {
        EXPECT_EQ(token, ids[0]);
        counts[std::string(spelling)] += count;
      });
  EXPECT_EQ(counts,
            (std::map<std::string, std::uint64_t, std::less<>>{
                {"Tragédie", 1}, {"tragédie", 1}, {"TRAGEDIES", 1}}));
  tokenizer.trim();
  EXPECT_EQ(tokenizer.tokens(), 0U);
}

TEST(Tokenizer, WholeTextsAreOneTermThatEqualsNoWord) {
  Tokenizer tokenizer;
  std::vector<std::uint32_t> ids;
  tokenizer.tokenize("Voltaire", Tokenizer::Reading::kWhole, false, ids);
  tokenizer.tokenize("VOLTAIRE ", Tokenizer::Reading::kWhole, false, ids);
  tokenizer.tokenize("Voltaire", Tokenizer::Reading::kOther, false, ids);
  tokenizer.tokenize(" — ", Tokenizer::Reading::kWhole, false, ids);
  tokenizer.tokenize(" — ", Tokenizer::Reading::kLabel, false, ids);
  tokenizer.tokenize("voltaire", Tokenizer::Reading::kLabel, false, ids);
  ASSERT_EQ(ids.size(), 4U);
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_NE(ids[0], ids[2]);
  EXPECT_NE(ids[3], ids[0]);
  EXPECT_NE(ids[3], ids[2]);
  EXPECT_FALSE(Tokenizer::is_word(tokenizer.token(ids[0])));
  EXPECT_TRUE(Tokenizer::is_word(tokenizer.token(ids[2])));
  EXPECT_TRUE(Tokenizer::is_label(tokenizer.token(ids[3])));
}

}  // namespace
}  // namespace bookreco
