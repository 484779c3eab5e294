#include "services/ingest/converters.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "services/ingest/csv_reader.h"
#include "services/ingest/json_array_reader.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Collected final : ConvertSink {
  std::vector<RawBook> books;
  std::vector<RawInteraction> interactions;
  std::vector<Reject> rejects;

  Status book(RawBook&& book) override {
    books.push_back(std::move(book));
    return {};
  }
  Status interaction(RawInteraction&& interaction) override {
    interactions.push_back(std::move(interaction));
    return {};
  }
  Status reject(Reject&& reject) override {
    rejects.push_back(std::move(reject));
    return {};
  }
  std::vector<std::string> titles() const {
    std::vector<std::string> titles;
    for (const RawBook& book : books) {
      titles.push_back(book.title);
    }
    return titles;
  }
  std::string fact(std::size_t book, std::string_view name) const {
    for (const auto& [known, value] : books.at(book).facts) {
      if (known == name) {
        return value;
      }
    }
    return "";
  }
};

/// Writes each text to a file and converts them all.
class Convert : public testing::Test {
 protected:
  Status convert(const std::vector<std::string>& texts, const ConvertOptions& options = {}) {
    std::vector<std::string> files;
    for (const std::string& text : texts) {
      const Path path = folder_.path() / std::to_string(files.size());
      EXPECT_TRUE(write_file(path, text));
      files.push_back(path.string());
    }
    return convert_files(files, options, sink_, {});
  }

  std::string refusal(const std::vector<std::string>& texts) {
    const Status status = convert(texts);
    return status ? "accepted" : status.error().message;
  }

  TemporaryFolder folder_;
  Collected sink_;
};

std::string utf16(std::string_view ascii, bool big, bool mark) {
  std::string out = !mark ? "" : big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    out += big ? std::string{'\0', c} : std::string{c, '\0'};
  }
  return out;
}

TEST_F(Convert, TheScrapersArray) {
  ASSERT_TRUE(
      convert({"[\n{\"product_title\": \"A\", \"information\": {\"EAN\": "
               "\"1\"}},\n{\"product_title\": \"B } \\\" {\"}\n]"}));
  EXPECT_THAT(sink_.titles(), ElementsAre("A", "B } \" {"));
  EXPECT_EQ(sink_.fact(0, "EAN"), "1");
  EXPECT_EQ(sink_.books[1].row, 2U);
  EXPECT_THAT(sink_.rejects, IsEmpty());
}

TEST_F(Convert, ABrokenObjectCostsItselfOnly) {
  const std::vector<std::string> broken{
      R"({"product_title": "X)",           // a forgotten quote
      R"({"product_title": "X", "a": {)",  // forgotten braces
      R"({"product_title": "X" "a": 1})",  // a forgotten comma
      R"({"product_title": X"})",
      R"({"product_title": "X\"})",  // a quote escaped by mistake
      R"(})",
  };
  for (const std::string& middle : broken) {
    sink_ = {};
    ASSERT_TRUE(convert({"[\n{\"product_title\": \"A\"},\n" + middle +
                         ",\n{\"product_title\": \"B\"},\n{\"product_title\": \"C\"}\n]"}))
        << middle;
    EXPECT_THAT(sink_.titles(), ElementsAre("A", "B", "C")) << middle;
    if (middle != "}") {
      ASSERT_THAT(sink_.rejects, SizeIs(1)) << middle;
      EXPECT_EQ(sink_.rejects[0].row, 2U);
      EXPECT_TRUE(sink_.rejects[0].fatal);
    }
  }
}

TEST_F(Convert, ABrokenObjectOnOneLine) {
  ASSERT_TRUE(convert({R"([{"title": "A"}, {"title": oops}, {"title": "B"}])"}));
  EXPECT_THAT(sink_.titles(), ElementsAre("A", "B"));
  EXPECT_THAT(sink_.rejects, SizeIs(1));
}

TEST_F(Convert, ATruncatedArrayKeepsWhatIsWhole) {
  ASSERT_TRUE(convert({"[\n{\"title\": \"A\"},\n{\"title\": \"B\", \"auth"}));
  EXPECT_THAT(sink_.titles(), ElementsAre("A"));
  ASSERT_THAT(sink_.rejects, SizeIs(1));
  EXPECT_EQ(sink_.rejects[0].row, 2U);
}

TEST_F(Convert, JsonLinesOfBooksAndInteractions) {
  ASSERT_TRUE(convert(
      {"\xEF\xBB\xBF{\"title\": \"A\", \"page_count\": 12, \"shoe\": true}\r\n\n{oops}\n[1]\n"
       "{\"reader\": \"r\", \"book\": {\"title\": \"A\", \"authors\": [\"X Y\", \"Z\"]}, \"kind\": "
       "\"rating\", \"value\": 4.5, \"at\": \"2024-01-02\"}\n"
       "{\"reader\": 7, \"id\": \"9782710381419\", \"kind\": \"read\"}\n"
       "{\"title\": \"The \\\"reader\\\"\", \"description\": \"\\\"reader\\\"\"}"}));
  EXPECT_THAT(sink_.titles(), ElementsAre("A", "The \"reader\""));
  EXPECT_EQ(sink_.fact(0, "page_count"), "12");
  EXPECT_EQ(sink_.fact(0, "shoe"), "true");
  ASSERT_THAT(sink_.interactions, SizeIs(2));
  EXPECT_EQ(sink_.interactions[0].author, "X Y");
  EXPECT_EQ(sink_.interactions[0].value, 4.5);
  EXPECT_EQ(sink_.interactions[1].reader, "7");
  EXPECT_EQ(sink_.interactions[1].book_id, "9782710381419");
  ASSERT_THAT(sink_.rejects, SizeIs(2));
  EXPECT_EQ(sink_.rejects[0].row, 3U);
  EXPECT_EQ(sink_.rejects[0].value, "{oops}");
}

TEST_F(Convert, LongLinesAreRefusedAndReadingGoesOn) {
  ASSERT_TRUE(convert({"{\"title\": \"A\"}\n{\"title\": \"" +
                       std::string(std::size_t{17} << 20, 'x') + "\"}\n{\"title\": \"B\"}\n"}));
  EXPECT_THAT(sink_.titles(), ElementsAre("A", "B"));
  ASSERT_THAT(sink_.rejects, SizeIs(1));
  EXPECT_EQ(sink_.rejects[0].row, 2U);
}

TEST_F(Convert, HugeArrayElementsAreRefusedAndReadingGoesOn) {
  ASSERT_TRUE(convert({"[{\"title\": \"A\"},\n{\"title\": \"" +
                       std::string(std::size_t{17} << 20, 'x') + "\"},\n{\"title\": \"B\"}]"}));
  EXPECT_THAT(sink_.titles(), ElementsAre("A", "B"));
  EXPECT_THAT(sink_.rejects, SizeIs(1));
}

TEST_F(Convert, Utf16IsConverted) {
  for (const bool big : {false, true}) {
    for (const bool mark : {false, true}) {
      sink_ = {};
      ASSERT_TRUE(convert({utf16("{\"title\": \"A\"}\n{\"title\": \"B\"}\n", big, mark)}))
          << big << mark;
      EXPECT_THAT(sink_.titles(), ElementsAre("A", "B")) << big << mark;
    }
  }
}

TEST_F(Convert, WhatIsNotACatalogueIsRefusedWithItsName) {
  EXPECT_THAT(refusal({""}), HasSubstr("is empty"));
  EXPECT_THAT(refusal({"  \n "}), HasSubstr("is empty"));
  EXPECT_THAT(refusal({std::string("\x7F"
                                   "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
                                   16)}),
              HasSubstr("is not text"));
  EXPECT_THAT(refusal({"Dear reader,\n"}), HasSubstr("is not recognised"));
  EXPECT_THAT(refusal({"a,b,c\n1,2,3\n"}), HasSubstr("jsonl"));
  EXPECT_EQ(convert_files(std::vector<std::string>{"/no/such/file"}, {}, sink_, {}).error().code,
            Code::kNotFound);
  EXPECT_FALSE(convert_files({}, {}, sink_, {}));
  EXPECT_THAT(convert({"{}"}, {.format = "excel", .reader = ""}).error().message,
              HasSubstr("unknown format excel"));
}

TEST_F(Convert, ADamagedCompressedFileKeepsItsBeginning) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) {
    lines += "{\"title\": \"Title " + std::to_string(i * 7919) + "\"}\n";
  }
  const Path path = folder_.path() / "a.zst";
  ZstdWriter writer = *ZstdWriter::create(path);
  ASSERT_TRUE(writer.write(lines));
  ASSERT_TRUE(writer.commit());
  std::string bytes = *read_file(path);
  bytes.resize(bytes.size() * 3 / 4);
  ASSERT_TRUE(convert({bytes}));
  EXPECT_EQ(sink_.books.size() + sink_.rejects.size(), sink_.books.size() + 1);
  EXPECT_EQ(sink_.rejects.back().field, "file");
}

constexpr const char* kBooks =
    "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,original_"
    "publication_year,original_title,title,language_code,image_url\n"
    "1,2767052,2767052,2792775,272,439023483,9.78043902348e+12,Suzanne Collins,2008.0,The Hunger "
    "Games,\"The Hunger Games (The Hunger Games, #1)\",eng,http://x/1.jpg\n"
    "2,3,3,4,5,,9.78e+12,\"Homer, Robert Fagles\",-750.0,,The Iliad,eng,\n"
    "3,4,4\n";

TEST_F(Convert, GoodbooksInAnyOrder) {
  ASSERT_TRUE(convert({"book_id,user_id,rating\n1,314,5\n2,439,9\n",
                       "user_id,book_id\n1,2\n",
                       "goodreads_book_id,tag_id,count\n2767052,1,100\n2767052,2,90\n2767052,3,"
                       "50\n2767052,4,60\n3,2,-1\n",
                       "tag_id,tag_name\n1,to-read\n2,young-adult\n3,ya\n4,sci-fi\n",
                       kBooks}));
  ASSERT_THAT(sink_.books, SizeIs(2));
  EXPECT_THAT(sink_.books[0].labels, ElementsAre("Young adult", "Science fiction"));
  EXPECT_EQ(sink_.fact(0, "isbn13"), "0439023483");
  EXPECT_EQ(sink_.fact(1, "isbn13"), "");
  EXPECT_THAT(sink_.books[1].authors, ElementsAre("Homer", "Robert Fagles"));
  ASSERT_THAT(sink_.interactions, SizeIs(2));
  EXPECT_EQ(sink_.interactions[0].reader, "goodbooks-314");
  EXPECT_EQ(sink_.interactions[0].book_key, sink_.books[0].key);
  EXPECT_EQ(sink_.interactions[0].value, 5);
  EXPECT_EQ(sink_.interactions[1].kind, "want_to_read");
  std::vector<std::string> fields;
  for (const Reject& reject : sink_.rejects) {
    fields.push_back(reject.field);
  }
  EXPECT_THAT(fields, ElementsAre("count", "isbn13", "row", "rating"));
}

TEST_F(Convert, GoodbooksNeedsItsBooks) {
  EXPECT_THAT(refusal({"book_id,user_id,rating\n1,314,5\n"}), HasSubstr("books.csv"));
  EXPECT_THAT(refusal({kBooks, "goodreads_book_id,tag_id,count\n1,2,3\n"}), HasSubstr("tags.csv"));
}

TEST_F(Convert, GoodreadsExport) {
  ASSERT_TRUE(convert(
      {"Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average "
       "Rating,Publisher,Binding,Number of Pages,Year Published,"
       "Original Publication Year,Date Read,Date Added,Bookshelves,Exclusive Shelf,My Review\n"
       "1,Emma,Jane Austen,\"Austen, Jane\",\"A B, C "
       "D\",\"=\"\"0141439580\"\"\",\"=\"\"9780141439587\"\"\",5,4.0,Penguin,Paperback,474,2003,"
       "1815,"
       "2020/01/31,2019/12/01,\"classics, to-read, own\",read,\"Good,\nvery \"\"good\"\"\"\n"
       "2,Ulysses,James Joyce,,,\"=\"\"\"\"\",\"=\"\"\"\"\",0,4.0,,,,,,,2021/02/03,,to-read,\n"
       "3,Dune,Frank Herbert,,,,,0,4.0,,,,,,31/02/2019,,,read,\n"},
      {.format = "", .reader = "ada"}));
  ASSERT_THAT(sink_.books, SizeIs(3));
  EXPECT_EQ(sink_.fact(0, "isbn13"), "9780141439587");
  EXPECT_EQ(sink_.fact(1, "isbn13"), "");
  EXPECT_THAT(sink_.books[0].authors, ElementsAre("Jane Austen", "A B", "C D"));
  EXPECT_THAT(sink_.books[0].labels, ElementsAre("Classics"));
  ASSERT_THAT(sink_.interactions, SizeIs(3));
  EXPECT_EQ(sink_.interactions[0].reader, "ada");
  EXPECT_EQ(sink_.interactions[0].kind, "rating");
  EXPECT_EQ(sink_.interactions[0].at, "2020-01-31");
  EXPECT_EQ(sink_.interactions[1].kind, "want_to_read");
  EXPECT_EQ(sink_.interactions[1].at, "2021-02-03");
  EXPECT_EQ(sink_.interactions[2].kind, "read");
  ASSERT_THAT(sink_.rejects, SizeIs(1));
  EXPECT_EQ(sink_.rejects[0].value, "31/02/2019");
}

std::string dump_line(const std::string& type, const std::string& key, const std::string& json) {
  return "/type/" + type + "\t" + key + "\t1\t2020-01-01T00:00:00\t" + json + "\n";
}

TEST_F(Convert, OpenLibraryJoinsEditionsWorksAndAuthors) {
  ASSERT_TRUE(convert(
      {dump_line(
           "edition",
           "/books/OL1M",
           R"({"title":"Emma","works":[{"key":"/works/OL1W"}],"isbn_10":["0141439580"],"publishers":["Penguin"],"publish_date":"March 2003",)"
           R"("number_of_pages":474,"languages":[{"key":"/languages/eng"}],"covers":[12]})") +
           dump_line("redirect", "/books/OL2M", "{}") + "garbage\n" +
           dump_line("edition", "/books/OL3M", "{oops"),
       dump_line(
           "work",
           "/works/OL1W",
           R"({"title":"Emma","description":{"type":"/type/text","value":"A comedy."},"subjects":["Courtship"],"authors":[{"author":{"key":"/authors/OL1A"}}]})"),
       dump_line("author", "/authors/OL1A", R"({"name":"Jane Austen"})")}));
  ASSERT_THAT(sink_.books, SizeIs(1));
  EXPECT_THAT(sink_.books[0].authors, ElementsAre("Jane Austen"));
  EXPECT_EQ(sink_.books[0].description, "A comedy.");
  EXPECT_THAT(sink_.books[0].labels, ElementsAre("Courtship"));
  EXPECT_EQ(sink_.fact(0, "language"), "eng");
  EXPECT_EQ(sink_.fact(0, "cover_url"), "https://covers.openlibrary.org/b/id/12-L.jpg");
  EXPECT_EQ(sink_.fact(0, "page_count"), "474");
  ASSERT_THAT(sink_.rejects, SizeIs(2));
  EXPECT_EQ(sink_.rejects[0].row, 3U);
}

TEST_F(Convert, OpenLibraryWorksAlone) {
  ASSERT_TRUE(
      convert({dump_line("work", "/works/OL1W", R"({"title":"Emma","description":"Text."})")}));
  EXPECT_THAT(sink_.titles(), ElementsAre("Emma"));
  EXPECT_EQ(sink_.books[0].description, "Text.");
}

TEST(Csv, QuotesNewlinesAndBrokenRows) {
  CsvReader reader = *CsvReader::open(LineReader(*ByteSource::from_memory(
      "a,\"b b\"\n1,\"x, \"\"y\"\"\nz\"\n\n2,5\" disk\n3\n4,\"open\n5,e\n6,f\n7,\"g\"\n")));
  std::vector<std::string> seen;
  while (const std::optional<CsvReader::Row> row = *reader.next()) {
    seen.push_back(fmt::format("{}:{}",
                               row->line,
                               row->problem.empty()
                                   ? fmt::format("{}|{}", reader.field("a"), reader.field("b b"))
                                   : "bad"));
  }
  EXPECT_THAT(
      seen,
      ElementsAre("2:1|x, \"y\"\nz", "5:2|5\" disk", "6:bad", "7:bad", "8:5|e", "9:6|f", "10:7|g"));
}

TEST(Csv, ManyOpenQuotesTakeLinearTime) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200'000; ++i) {
    text += i % 2 == 0 ? "1,\"\"\"\"x\n" : "1,\"open\n";
  }
  CsvReader reader = *CsvReader::open(LineReader(*ByteSource::from_memory(text)));
  const Stopwatch time;
  while (*reader.next()) {
  }
  EXPECT_LT(time.seconds(), 20);
}

TEST(Shelves, SayWhatABookIs) {
  EXPECT_EQ(shelf_label("sci-fi"), "Science fiction");
  EXPECT_EQ(shelf_label("young-adult"), "Young adult");
  EXPECT_EQ(shelf_label("ya"), "Young adult");
  EXPECT_EQ(shelf_label("historical-fiction"), "Historical fiction");
  for (const char* shelf : {"to-read",
                            "favorites",
                            "owned",
                            "books-i-own",
                            "read-in-2015",
                            "5-stars",
                            "kindle",
                            "my-library",
                            "book-club",
                            "-",
                            "1",
                            "default"}) {
    EXPECT_EQ(shelf_label(shelf), "") << shelf;
  }
}

TEST_F(Convert, Goodbooks10k) {
  const char* data = std::getenv("BOOKRECO_TEST_DATA");
  if (data == nullptr) {
    if (const char* strict = std::getenv("BOOKRECO_TEST_STRICT");
        strict != nullptr && std::string_view(strict) == "1") {
      FAIL() << "BOOKRECO_TEST_DATA is not set";
    }
    GTEST_SKIP() << "BOOKRECO_TEST_DATA names no folder of real data";
  }
  const std::string folder = std::string(data) + "/goodbooks-10k/";
  const std::vector<std::string> files{folder + "to_read.csv.xz",
                                       folder + "book_tags.csv.xz",
                                       folder + "books.csv.xz",
                                       folder + "tags.csv.xz"};
  ASSERT_TRUE(convert_files(files, {}, sink_, {}));
  EXPECT_EQ(sink_.books.size(), 10'000U);
  EXPECT_EQ(sink_.interactions.size(), 912'705U);
  EXPECT_EQ(std::count_if(sink_.rejects.begin(),
                          sink_.rejects.end(),
                          [](const Reject& reject) { return reject.field == "count"; }),
            6);
  EXPECT_EQ(std::count_if(sink_.rejects.begin(),
                          sink_.rejects.end(),
                          [](const Reject& reject) { return reject.fatal; }),
            0);
  const auto labelled = std::count_if(sink_.books.begin(),
                                      sink_.books.end(),
                                      [](const RawBook& book) { return book.labels.size() >= 5; });
  EXPECT_GT(labelled, 9'900);
}

}  // namespace
}  // namespace bookreco
