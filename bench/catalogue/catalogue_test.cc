#include "catalogue/catalogue.h"

#include <unordered_map>
#include <unordered_set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/book_json.h"
#include "domain/fold.h"
#include "domain/isbn.h"

namespace bookreco::bench {
namespace {

CatalogueOptions small_options() {
  return {.books = 4000, .vocabulary = 3000, .words = 40, .seed = 7, .duplicates = 0.05};
}

std::vector<Book> all_books(const CatalogueOptions& options) {
  const Result<Catalogue> catalogue = Catalogue::create(options);
  EXPECT_TRUE(catalogue.has_value());
  std::vector<Book> books(options.books);
  for (std::size_t i = 0; i < books.size(); ++i) {
    catalogue->fill(i, books[i]);
  }
  return books;
}

/// Words as readers count them: cut at spaces and elisions, without punctuation.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string folded = fold(text);
  std::size_t begin = 0;
  while (begin < folded.size()) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

TEST(Catalogue, BookDependsOnSeedAndNumberAlone) {
  const std::vector<Book> books = all_books(small_options());
  const Result<Catalogue> again = Catalogue::create(small_options());
  ASSERT_TRUE(again.has_value());
  Book book;
  for (const std::size_t number : {3999U, 0U, 17U, 1234U}) {  // out of order, into a used book
    again->fill(number, book);
    EXPECT_EQ(book, books[number]);
  }
  CatalogueOptions other = small_options();
  other.seed = 8;
  EXPECT_NE(all_books(other)[17].description, books[17].description);
}

TEST(Catalogue, OutputIsFrozen) {
  // Figures of different days are comparable only on the same books.
  const Result<Catalogue> catalogue = Catalogue::create({});
  ASSERT_TRUE(catalogue.has_value());
  Book book;
  catalogue->fill(0, book);
  EXPECT_EQ(content_hash(book), "20f9879b753b6954d9f7aaa05e9fa0d8");
}

TEST(Catalogue, EansAreValidAndDifferent) {
  std::unordered_set<std::string> eans;
  for (const Book& book : all_books(small_options())) {
    EXPECT_EQ(parse_ean13(book.ean), book.ean);
    EXPECT_EQ(parse_isbn(book.isbn13), book.ean);
    EXPECT_TRUE(book.ean.starts_with(book.language == "fr" ? "9782" : "9780"));
    EXPECT_TRUE(eans.insert(book.ean).second) << book.ean;
  }
}

TEST(Catalogue, EveryDescriptionIsLongEnoughAndLengthsVary) {
  const CatalogueOptions options = small_options();
  std::size_t longest = 0;
  std::size_t total = 0;
  for (const Book& book : all_books(options)) {
    const auto words = static_cast<std::size_t>(std::ranges::count(book.description, ' ')) + 1;
    EXPECT_GE(words, options.words);
    longest = std::max(longest, words);
    total += words;
  }
  EXPECT_GT(longest, options.words * 3 / 2);
  EXPECT_LT(total / options.books, options.words * 3 / 2);
}

TEST(Catalogue, LexiconHasTheVocabularyAndTextsUseIt) {
  const CatalogueOptions options = small_options();
  const Result<Catalogue> catalogue = Catalogue::create(options);
  ASSERT_TRUE(catalogue.has_value());
  for (const Lexicon* lexicon : {&catalogue->french_lexicon(), &catalogue->english_lexicon()}) {
    std::unordered_set<std::string> folded;
    for (std::size_t rank = 0; rank < lexicon->size(); ++rank) {
      if (lexicon->is_function_word(rank)) {
        continue;  // "ou" and "où" are words of their own
      }
      EXPECT_TRUE(folded.insert(fold(lexicon->word(rank))).second) << lexicon->word(rank);
    }
    EXPECT_GE(folded.size() + 100, options.vocabulary / 2);
  }
  std::unordered_set<std::string> used;
  for (const Book& book : all_books(options)) {
    for (std::string& word : words_of(book.description)) {
      used.insert(book.language + word);
    }
  }
  EXPECT_GE(used.size(), options.vocabulary);
}

TEST(Catalogue, FrequenciesFallAsInRealTexts) {
  std::unordered_map<std::string, double> counts;
  double total = 0;
  for (const Book& book : all_books(small_options())) {
    if (book.language == "fr") {
      for (std::string& word : words_of(book.description)) {
        counts[std::move(word)] += 1;
        total += 1;
      }
    }
  }
  std::vector<double> shares;
  for (const auto& [word, count] : counts) {
    shares.push_back(count / total);
  }
  std::ranges::sort(shares, std::greater());
  EXPECT_NEAR(shares[0], 0.055, 0.03);
  EXPECT_NEAR(shares[10] / shares[0], 0.2, 0.1);
  EXPECT_NEAR(shares[1000] / shares[100], 0.1, 0.05);
}

TEST(Catalogue, BooksOfOneThemeShareWords) {
  const Result<Catalogue> catalogue = Catalogue::create({.vocabulary = 20'000});
  ASSERT_TRUE(catalogue.has_value());
  auto shared = [&](const Subject& a, const Subject& b) {
    std::size_t common = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      Random random_a(seed);
      Random random_b(seed + 1000);
      std::string text_a;
      std::string text_b;
      append_sentences(text_a, catalogue->french_lexicon(), a, 100, random_a);
      append_sentences(text_b, catalogue->french_lexicon(), b, 100, random_b);
      std::unordered_set<std::string> words;
      for (std::string& word : words_of(text_a)) {
        words.insert(std::move(word));
      }
      for (const std::string& word : words_of(text_b)) {
        common += words.erase(word);
      }
    }
    return common;
  };
  const Subject first{.themes = {Theme{3, 1}}, .count = 1};
  const Subject sibling{.themes = {Theme{3, 2}}, .count = 1};
  const Subject stranger{.themes = {Theme{40, 1}}, .count = 1};
  EXPECT_GT(shared(first, first), shared(first, sibling));
  EXPECT_GT(shared(first, sibling), shared(first, stranger));
}

TEST(Catalogue, DuplicatesAreOtherEditionsOfEarlierBooks) {
  const CatalogueOptions options = small_options();
  std::unordered_map<std::string, const Book*> by_text;
  const std::vector<Book> books = all_books(options);
  std::size_t editions = 0;
  for (const Book& book : books) {
    const auto [found, first] = by_text.emplace(book.description, &book);
    if (!first) {
      ++editions;
      EXPECT_EQ(found->second->title, book.title);
      EXPECT_EQ(found->second->authors, book.authors);
      EXPECT_NE(found->second->ean, book.ean);
    }
  }
  EXPECT_NEAR(static_cast<double>(editions) / static_cast<double>(options.books), 0.05, 0.015);
}

TEST(Catalogue, EveryBookIsComplete) {
  for (const Book& book : all_books(small_options())) {
    EXPECT_FALSE(book.title.empty());
    EXPECT_THAT(book.authors.size(), testing::AllOf(testing::Ge(1U), testing::Le(2U)));
    EXPECT_GE(book.labels.size(), 3U);
    EXPECT_FALSE(book.publisher.empty());
    EXPECT_TRUE(parse_iso_date(book.published_on->to_string()).has_value());
    EXPECT_GE(*book.page_count, 24);
    EXPECT_GT(*book.weight_kg, 0);
    EXPECT_EQ(to_json(*book_from_json(to_json(book))), to_json(book));
  }
}

TEST(Catalogue, RefusesWhatItCannotMake) {
  EXPECT_FALSE(Catalogue::create({.books = 0}).has_value());
  EXPECT_FALSE(Catalogue::create({.books = 100'000'001}).has_value());
  EXPECT_FALSE(Catalogue::create({.vocabulary = 100}).has_value());
  EXPECT_FALSE(Catalogue::create({.words = 0}).has_value());
  EXPECT_FALSE(Catalogue::create({.duplicates = 1}).has_value());
}

}  // namespace
}  // namespace bookreco::bench
