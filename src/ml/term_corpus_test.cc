#include "ml/term_corpus.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace bookreco {
namespace {

/// Each document: one word of its own, one of two that all share, spelt in one of two ways.
std::vector<std::string> texts_of(std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    texts.push_back("propre" + std::to_string(i) + (i % 2 == 0 ? " Pair" : " impair impair"));
  }
  return texts;
}

std::vector<Document> documents_of(const std::vector<std::string>& texts) {
  std::vector<Document> documents;
  for (const std::string& text : texts) {
    documents.push_back({{{text, 1}}, "de"});
  }
  return documents;
}

TEST(TermCorpus, CountsTheSameForAnyThreads) {
  const auto texts = texts_of(2000);
  const auto documents = documents_of(texts);
  for (const std::size_t threads : {1, 3}) {
    TermCorpus corpus(threads);
    corpus.add(std::span(documents).first(700));
    corpus.add(std::span(documents).subspan(700));
    EXPECT_EQ(corpus.documents(), 2000U);
    EXPECT_EQ(corpus.terms().size(), 2002U);
    EXPECT_EQ(corpus.terms().at(0), "propre0");
    EXPECT_EQ(corpus.terms().at(1), "pair");
    EXPECT_EQ(corpus.frequencies()[1], 1000U);
    std::vector<std::uint32_t> numbers(2002, StringTable::kNone);
    numbers[1] = 0;
    numbers[3] = 1;
    corpus.select(numbers);
    ASSERT_EQ(corpus.row(1001).terms.size(), 1U);
    EXPECT_EQ(corpus.row(1001).terms[0], 1U);
    EXPECT_EQ(corpus.row(1001).sixteenths[0], 32);
    StringTable terms;
    terms.insert("pair");
    terms.insert("impair");
    EXPECT_EQ(corpus.spellings().best(terms), (std::vector<std::string>{"Pair", "impair"}));
  }
}

TEST(TermCorpus, ForgetsTermsOfOneDocumentPastItsBound) {
  const auto texts = texts_of(5000);
  const auto documents = documents_of(texts);
  std::vector<std::string> first;
  for (const std::size_t threads : {1, 3}) {
    TermCorpus corpus(threads, 100);
    corpus.add(documents);
    EXPECT_LE(corpus.terms().size(), 101U);
    std::vector<std::uint32_t> numbers(corpus.terms().size(), StringTable::kNone);
    numbers[corpus.terms().find("pair")] = 0;
    numbers[corpus.terms().find("impair")] = 1;
    EXPECT_EQ(corpus.frequencies()[corpus.terms().find("pair")], 2500U);
    EXPECT_EQ(corpus.frequencies()[corpus.terms().find("impair")], 2500U);
    corpus.select(numbers);
    for (std::size_t i = 0; i < 5000; ++i) {
      ASSERT_EQ(corpus.row(i).terms.size(), 1U) << i;
      EXPECT_EQ(corpus.row(i).terms[0], i % 2);
    }
  }
}

TEST(TermCorpus, GrowsItsBoundWhenTermsAreShared) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 1000; ++i) {
    texts.push_back("mot" + std::to_string(i / 2));
  }
  const auto documents = documents_of(texts);
  TermCorpus corpus(2, 10);
  corpus.add(documents);
  EXPECT_GT(corpus.terms().size(), 400U);
}

TEST(Spellings, PreferTheMostFrequentAndSmallLettersUnlessCapitalsAreTheRule) {
  Spellings spellings;
  spellings.add("traged", "Tragédie", 3);
  spellings.add("traged", "tragédie", 4);
  spellings.add("traged", "tragédies", 6);
  spellings.add("himalay", "Himalaya", 19);
  spellings.add("himalay", "himalaya", 1);
  spellings.add("=jean anouilh", "Jean Anouilh", 2);
  StringTable terms;
  for (const char* term : {"traged", "himalay", "=jean anouilh", "=sans forme", "absent"}) {
    terms.insert(term);
  }
  EXPECT_EQ(
      spellings.best(terms),
      (std::vector<std::string>{"tragédie", "Himalaya", "Jean Anouilh", "sans forme", "absent"}));
}

}  // namespace
}  // namespace bookreco
