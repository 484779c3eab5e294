#include "index/lexical_index.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "index/lexical_dictionary.h"
#include "index/lexical_format.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

struct TestBook {
  std::string title;
  std::string author;
  std::string description;
  std::string language;
};

SectionFile file_of(std::span<const TestBook> books,
                    std::size_t threads = 1,
                    std::size_t batch = 1000) {
  LexicalIndexBuilder builder(threads);
  for (std::size_t begin = 0; begin < books.size(); begin += batch) {
    std::vector<LexicalIndexBuilder::Row> rows;
    for (const TestBook& book : books.subspan(begin, std::min(batch, books.size() - begin))) {
      rows.push_back({{{book.title, 4}, {book.author, 3}, {book.description, 1}}, book.language});
    }
    builder.add_batch(rows);
  }
  SectionWriter writer = SectionWriter::to_memory("words", 1);
  EXPECT_TRUE(builder.write(writer));
  return *writer.finish();
}

LexicalIndex index_of(std::span<const TestBook> books) {
  auto index = LexicalIndex::open(file_of(books));
  EXPECT_TRUE(index) << index.error().message;
  return *index;
}

std::vector<std::uint32_t> rows_of(const std::vector<LexicalHit>& hits) {
  std::vector<std::uint32_t> rows;
  for (const LexicalHit& hit : hits) {
    rows.push_back(hit.row);
  }
  return rows;
}

const std::vector<TestBook> kBooks = {
    {"Antigone", "Jean Anouilh", "L'Antigone de Sophocle, relue pendant la guerre.", "fr"},  // 0
    {"L'Étranger",
     "Albert Camus",
     "Meursault, un homme ordinaire, tue un Arabe sur une plage d'Alger.",
     "fr"},  // 1
    {"Crime et Châtiment",
     "Fiodor Dostoïevski",
     "Raskolnikov, étudiant, tue une usurière.",
     "fr"},  // 2
    {"Harry Potter à l'école des sorciers",
     "J. K. Rowling",
     "Un orphelin apprend qu'il est sorcier.",
     "fr"},  // 3
    {"Harry Potter and the Chamber of Secrets",
     "J. K. Rowling",
     "A second year at the school of magic.",
     "en"},                                                                                    // 4
    {"La Peste", "Albert Camus", "Une ville d'Algérie est frappée par la peste.", "fr"},       // 5
    {"It", "Stephen King", "Children of a town are hunted by a clown.", "en"},                 // 6
    {"Le Joueur", "Fiodor Dostoïevski", "Un précepteur joue à la roulette.", "fr"},            // 7
    {"The Horses", "Ann Runner", "Wild horses of the plains and those who ride them.", "en"},  // 8
    {"Les Chevaux",
     "Marie Course",
     "Des chevaux sauvages, étrangers au monde des hommes.",
     "fr"},                                    // 9
    {"Война и мир", "Лев Толстой", "", "ru"},  // 10
    {"", "", "", ""},                          // 11
};

class LexicalIndexTest : public testing::Test {
 protected:
  const LexicalIndex index_ = index_of(kBooks);
  std::vector<std::uint32_t> search(std::string_view query, std::size_t k = 10) {
    return rows_of(index_.search(query, k));
  }
};

TEST_F(LexicalIndexTest, finds_words_of_any_field_the_title_first) {
  EXPECT_THAT(search("antigone"), ElementsAre(0));
  EXPECT_THAT(search("camus"), ElementsAre(5, 1));  // the shorter row first
  EXPECT_THAT(search("étranger"), ElementsAre(1, 9));
  EXPECT_THAT(search("peste"), ElementsAre(5));
  EXPECT_EQ(index_.rows(), kBooks.size());
  EXPECT_GT(index_.total_length(), 0);
}

TEST_F(LexicalIndexTest, accents_case_and_elisions_do_not_matter) {
  for (const char* query :
       {"L'Étranger", "l’etranger", "ETRANGER", "l etranger", "e\xCC\x81tranger"}) {
    EXPECT_THAT(search(query), ElementsAre(1, 9)) << query;
  }
  EXPECT_THAT(search("d'Alger"), testing::Contains(1));
}

TEST_F(LexicalIndexTest, stems_in_the_language_of_the_row) {
  EXPECT_THAT(search("cheval sauvage"), ElementsAre(9));
  EXPECT_THAT(search("chevaux sauvages"), ElementsAre(9));
  EXPECT_THAT(search("horse"), ElementsAre(8));
  EXPECT_THAT(search("hunting"), ElementsAre(6));
}

TEST_F(LexicalIndexTest, forgives_misspellings) {
  EXPECT_THAT(search("antigonne"), ElementsAre(0));
  EXPECT_THAT(search("antgione"), ElementsAre(0));  // two letters swapped are one edit
  EXPECT_THAT(search("dostoievski"), ElementsAre(7, 2));
  EXPECT_THAT(search("dostoïevski"), ElementsAre(7, 2));
  EXPECT_THAT(search("dostoyevsky"), ElementsAre(7, 2));
  EXPECT_THAT(search("raskolnikof"), ElementsAre(2));
  EXPECT_THAT(search("pests"), testing::Contains(5));
  EXPECT_THAT(search("xantigonexx"), IsEmpty());  // three edits
  EXPECT_THAT(search("Толстй война"), ElementsAre(10));
}

TEST_F(LexicalIndexTest, completes_the_last_word) {
  EXPECT_THAT(search("harry pot"), ElementsAre(3, 4));  // the shorter row first
  EXPECT_THAT(search("antig"), ElementsAre(0));
  EXPECT_THAT(search("pot harry"), ElementsAre(3, 4));  // "harry" alone: "pot" is not the last word
  EXPECT_THAT(search("h"), testing::IsSupersetOf({3, 4, 8}));
}

TEST_F(LexicalIndexTest, more_matched_words_rank_higher) {
  EXPECT_THAT(search("harry potter chambre secrets").front(), 4);
  EXPECT_THAT(search("harry potter sorciers").front(), 3);
  EXPECT_THAT(search("camus peste"), ElementsAre(5, 1));
}

TEST_F(LexicalIndexTest, stop_words_are_searched_when_there_is_nothing_else) {
  EXPECT_THAT(search("it").front(), 6);
  EXPECT_THAT(search("the antigone of the"), ElementsAre(0));
}

TEST_F(LexicalIndexTest, empty_and_symbolic_queries_find_nothing) {
  for (const char* query : {"", "   ", "!?…", "—", "'", "\xF0\x9F\x93\x9A"}) {
    EXPECT_THAT(search(query), IsEmpty()) << query;
    EXPECT_THAT(index_.matches(query), IsEmpty()) << query;
  }
  EXPECT_THAT(search("antigone", 0), IsEmpty());
  EXPECT_THAT(search("antigone", std::numeric_limits<std::size_t>::max()), ElementsAre(0));
}

TEST_F(LexicalIndexTest, nul_surrogates_and_broken_utf8_do_no_harm) {
  EXPECT_THAT(search(std::string_view("anti\0gone antigone", 18)), ElementsAre(0));
  EXPECT_THAT(search("\xED\xA0\x80 antigone"), ElementsAre(0));
  EXPECT_THAT(search("\xFF\xC3 antigone \xE2\x82"), ElementsAre(0));
}

TEST_F(LexicalIndexTest, long_queries_are_bounded) {
  std::string query = "antigone";
  for (int i = 0; i < 10'000; ++i) {
    query += " zword" + std::to_string(i);
  }
  EXPECT_THAT(search(query), ElementsAre(0));
  EXPECT_THAT(search(std::string(1 << 20, 'a')), IsEmpty());
}

TEST_F(LexicalIndexTest, tells_how_it_understood_the_words) {
  const auto matches = index_.matches("Dostoyevsky le joueur antig");
  ASSERT_EQ(matches.size(), 3U);
  EXPECT_EQ(matches[0].typed, "dostoyevsky");
  EXPECT_EQ(matches[0].matched, "dostoievski");
  EXPECT_EQ(matches[1].matched, "joueur");
  EXPECT_EQ(matches[2].matched, "antigone");
}

TEST_F(LexicalIndexTest, only_allowed_rows_are_answered) {
  RowSet allowed(kBooks.size());
  allowed.insert(3);
  EXPECT_THAT(rows_of(index_.search("harry potter", 10, &allowed)), ElementsAre(3));
  const RowSet none(kBooks.size());
  EXPECT_THAT(rows_of(index_.search("harry potter", 10, &none)), IsEmpty());
}

TEST_F(LexicalIndexTest, scores_follow_the_formula) {
  // "peste": twice in row 5, weight 4 and 1; it alone has it.
  const auto hits = index_.search("peste", 1);
  ASSERT_EQ(hits.size(), 1U);
  const double rows = static_cast<double>(kBooks.size());
  const double average = index_.total_length() / rows;
  const double length =
      2 * 4 + 2 * 3 +
      8;  // "la peste", "albert camus", "une ville d algerie est frappee par la peste" less "d"
  const double idf = std::log1p((rows - 1 + 0.5) / 1.5);
  for (const double words : {length - 1, length, length + 1, length + 2}) {
    const double norm = 1.2 * (0.25 + 0.75 * words / average);
    if (std::abs(hits[0].score - idf * 2.2 * 5 / (5 + norm)) < 1e-4) {
      return;
    }
  }
  ADD_FAILURE() << hits[0].score;
}

/// Books with words of a skewed vocabulary, so that blocks, windows and early ends all happen.
std::vector<TestBook> random_books(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  const auto word = [&] {
    const double u = random.uniform();
    return "w" + std::to_string(static_cast<int>(3000 * u * u * u * u));
  };
  std::vector<TestBook> books(count);
  for (TestBook& book : books) {
    for (std::size_t i = random.below(4) + 1; i > 0; --i) {
      book.title += word() + " ";
    }
    for (std::size_t i = random.below(30); i > 0; --i) {
      book.description += word() + " ";
    }
    book.language = random.below(2) == 0 ? "fr" : "en";
  }
  return books;
}

/// The same ranking without blocks, windows or early ends; for words that are their own stems.
class Reference {
 public:
  explicit Reference(std::span<const TestBook> books)
      : counts_(books.size()), lengths_(books.size()) {
    for (std::size_t row = 0; row < books.size(); ++row) {
      add(row, books[row].title, 4);
      add(row, books[row].description, 1);
      total_ += lengths_[row];
    }
  }

  std::vector<LexicalHit> search(std::span<const std::string> words, std::size_t k) const {
    const auto n = static_cast<double>(counts_.size());
    std::vector<double> idfs;
    std::size_t known = 0;
    for (const std::string& word : words) {
      const auto df = static_cast<double>(
          std::ranges::count_if(counts_, [&](const auto& one) { return one.contains(word); }));
      idfs.push_back(std::log1p((n - df + 0.5) / (df + 0.5)));
      known += df > 0 ? 1 : 0;
    }
    std::vector<LexicalHit> hits;
    for (std::uint32_t row = 0; row < counts_.size(); ++row) {
      const auto code = lexical_format::encode_length(static_cast<std::uint32_t>(lengths_[row]));
      const double norm = 1.2 * (0.25 + 0.75 * lexical_format::decode_length(code) / (total_ / n));
      double score = 0;
      double matched = 0;
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (const auto found = counts_[row].find(words[i]); found != counts_[row].end()) {
          score += idfs[i] * 2.2 * found->second / (found->second + norm);
          matched += 1;
        }
      }
      if (matched > 0) {
        hits.push_back({row, static_cast<float>(score * matched / static_cast<double>(known))});
      }
    }
    std::ranges::stable_sort(hits, [](const auto& a, const auto& b) { return a.score > b.score; });
    hits.resize(std::min(k, hits.size()));
    return hits;
  }

 private:
  void add(std::size_t row, std::string_view text, double weight) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find(' ', at);
      counts_[row][std::string(text.substr(at, end - at))] += weight;
      lengths_[row] += weight;
      at = end + 1;
    }
  }

  std::vector<std::map<std::string, double>> counts_;
  std::vector<double> lengths_;
  double total_ = 0;
};

TEST(LexicalRanking, early_ends_change_nothing) {
  const std::vector<TestBook> books = random_books(20'000, 11);
  const LexicalIndex index = index_of(books);
  const Reference reference(books);
  Random random(5);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> words;
    std::string query;
    for (std::size_t i = random.below(4) + 1; i > 0; --i) {
      const std::string word = "w" + std::to_string(random.below(round % 2 == 0 ? 12 : 600));
      if (std::ranges::find(words, word) == words.end()) {
        words.push_back(word);
        query += word + " ";
      }
    }
    query += "qqqqqqqqqqqq";  // unknown: the last word would be completed
    for (const std::size_t k : {1U, 10U, 300U}) {
      const auto got = index.search(query, k);
      const auto expected = reference.search(words, k);
      ASSERT_EQ(got.size(), expected.size()) << query;
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_NEAR(got[i].score, expected[i].score, 1e-5 * expected[i].score)
            << query << " at " << i;
      }
    }
  }
}

TEST(LexicalRanking, two_segments_with_statistics_rank_as_one) {
  std::vector<TestBook> books = random_books(3'000, 21);
  books.insert(books.begin() + 1'500, kBooks.begin(), kBooks.end());
  const LexicalIndex whole = index_of(books);
  const LexicalIndex left = index_of(std::span(books).first(1'000));
  const LexicalIndex right = index_of(std::span(books).subspan(1'000));
  const LexicalIndex* const both[] = {&left, &right};
  for (const char* query : {"w1 w20 w300",
                            "w2",
                            "w29",
                            "w",
                            "antigonne w7",
                            "harry pot",
                            "dostoyevsky",
                            "w1x w2999x",
                            "it"}) {
    auto merged = left.search(query, 50, nullptr, both);
    for (LexicalHit hit : right.search(query, 50, nullptr, both)) {
      hit.row += 1'000;
      merged.push_back(hit);
    }
    std::ranges::stable_sort(merged,
                             [](const auto& a, const auto& b) { return a.score > b.score; });
    merged.resize(std::min<std::size_t>(merged.size(), 50));
    const auto expected = whole.search(query, 50);
    ASSERT_THAT(rows_of(merged), ElementsAreArray(rows_of(expected))) << query;
    for (std::size_t i = 0; i < merged.size(); ++i) {
      ASSERT_EQ(merged[i].score, expected[i].score) << query;
    }
  }
}

TEST(LexicalBuilder, threads_and_batches_do_not_change_the_bytes) {
  const std::vector<TestBook> books = random_books(1'000, 31);
  const SectionFile one = file_of(books);
  for (const auto& [threads, batch] : {std::pair(2, 1000), std::pair(3, 333), std::pair(4, 7)}) {
    const SectionFile other = file_of(books, threads, batch);
    for (const char* name : {"shape", "words", "text", "blocks", "postings", "lengths"}) {
      EXPECT_TRUE(std::ranges::equal(*one.section(name), *other.section(name)))
          << name << " with " << threads;
    }
  }
}

TEST(LexicalBuilder, no_rows_make_an_index_that_finds_nothing) {
  const LexicalIndex index = index_of({});
  EXPECT_EQ(index.rows(), 0U);
  EXPECT_THAT(index.search("antigone", 5), IsEmpty());
}

TEST(LexicalBuilder, weights_that_are_no_numbers_count_nothing) {
  LexicalIndexBuilder builder;
  const LexicalIndexBuilder::Row row{
      {{"alpha", 0}, {"beta", -1}, {"gamma", std::nanf("")}, {"delta", 1e30F}}, "en"};
  builder.add_batch(std::span(&row, 1));
  SectionWriter writer = SectionWriter::to_memory("words", 1);
  ASSERT_TRUE(builder.write(writer));
  const LexicalIndex index = *LexicalIndex::open(*writer.finish());
  EXPECT_THAT(index.search("alpha", 5), IsEmpty());
  EXPECT_THAT(index.search("gamma", 5), IsEmpty());
  EXPECT_THAT(rows_of(index.search("delta", 5)), ElementsAre(0));
}

std::size_t edits(std::u32string_view a, std::u32string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      table[i][j] = std::min(
          {table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

TEST(LexicalDictionary, finds_every_word_within_the_distance) {
  Random random(41);
  const std::u32string letters = U"abcé";
  const auto make_word = [&] {
    std::u32string word;
    for (std::size_t i = random.below(7) + 1; i > 0; --i) {
      word += letters[random.below(letters.size())];
    }
    return word;
  };
  const auto to_utf8 = [](std::u32string_view word) {
    std::string text;
    for (const char32_t letter : word) {
      text += letter == U'é' ? std::string("é") : std::string(1, static_cast<char>(letter));
    }
    return text;
  };
  std::map<std::string, std::u32string> words;
  while (words.size() < 800) {
    const auto word = make_word();
    words.emplace(to_utf8(word), word);
  }
  std::vector<lexical_format::WordEntry> entries;
  std::string text;
  for (const auto& [word, unused] : words) {
    entries.push_back({static_cast<std::uint32_t>(text.size()), 1, 0, 0});
    text += word;
  }
  entries.push_back({static_cast<std::uint32_t>(text.size()), 0, 0, 0});
  const auto dictionary = LexicalDictionary::open(entries, text);
  ASSERT_TRUE(dictionary);
  for (int round = 0; round < 200; ++round) {
    const auto wanted = make_word();
    for (const std::size_t limit : {0U, 1U, 2U}) {
      std::map<std::string, std::size_t> expected;
      for (const auto& [word, value] : words) {
        if (edits(wanted, value) <= limit) {
          expected[word] = edits(wanted, value);
        }
      }
      std::map<std::string, std::size_t> got;
      dictionary->within(to_utf8(wanted), limit, [&](std::size_t word, std::size_t distance) {
        got[std::string(dictionary->text(word))] = distance;
      });
      ASSERT_EQ(got, expected) << to_utf8(wanted) << " within " << limit;
    }
  }
}

/// Rewrites an index with one byte of one section changed, under right checksums.
SectionFile forged(const SectionFile& file,
                   std::string_view changed,
                   std::size_t at,
                   std::uint8_t value) {
  SectionWriter writer = SectionWriter::to_memory("words", 1);
  for (const char* name : {"shape", "words", "text", "blocks", "postings", "lengths"}) {
    const auto bytes = *file.section(name);
    std::vector<std::byte> copy(bytes.begin(), bytes.end());
    if (name == changed) {
      copy[at] = static_cast<std::byte>(value);
    }
    EXPECT_TRUE(writer.add<std::byte>(name, copy));
  }
  return *writer.finish();
}

TEST(LexicalIndexFile, forged_bytes_never_crash) {
  const SectionFile file = file_of(kBooks);
  Random random(51);
  std::size_t refused = 0;
  for (const char* name : {"shape", "words", "text", "blocks", "postings", "lengths"}) {
    const std::size_t size = file.section(name)->size();
    for (std::size_t at = 0; at < size; ++at) {
      const auto index =
          LexicalIndex::open(forged(file, name, at, static_cast<std::uint8_t>(random.below(256))));
      if (!index) {
        EXPECT_EQ(index.error().code, Code::kDataLoss);
        ++refused;
        continue;
      }
      for (const char* query : {"harry pot", "dostoyevsky camus", "a"}) {
        for (const LexicalHit& hit : index->search(query, 5)) {
          EXPECT_LT(hit.row, index->rows());
        }
      }
    }
  }
  EXPECT_GT(refused, 100U);
}

TEST(LexicalIndexFile, missing_sections_are_data_loss) {
  EXPECT_EQ(LexicalIndex::open(*SectionWriter::to_memory("words", 1).finish()).error().code,
            Code::kDataLoss);
}

}  // namespace
}  // namespace bookreco
