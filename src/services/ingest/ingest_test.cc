#include "services/ingest/ingest.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "services/ingest/fake_stores.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Pair;
using testing::SizeIs;

struct FixedClock final : Clock {
  Timestamp now() const override { return Timestamp(std::chrono::milliseconds(1'700'000'000'000)); }
};

class Pipeline : public testing::Test {
 protected:
  std::string file(const std::string& text) {
    const Path path = folder_.path() / ("in" + std::to_string(files_++));
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }
  Result<IngestSummary> run(std::vector<std::string> files) {
    Ingest ingest(stores_, clock_, folder_.path() / "data", 2);
    return ingest.run({std::move(files), {}}, {});
  }
  static void expect_balanced(const IngestSummary& summary) {
    EXPECT_EQ(
        summary.read,
        summary.loaded + summary.updated + summary.unchanged + summary.merged + summary.rejected);
  }

  TemporaryFolder folder_;
  FixedClock clock_;
  FakeStores stores_;
  int files_ = 0;
};

const char* const kBooks =
    "{\"title\": \"A\", \"isbn13\": \"9782710381419\", \"labels\": [\"x\"]}\n"
    "{\"title\": \"\"}\n"
    "{\"title\": \"B\", \"page_count\": -5, \"published_on\": \"31/02/2019\", \"shoe\": 1}\n"
    "{oops\n"
    "{\"title\": \"A\", \"isbn13\": \"978-2-7103-8141-9\", \"labels\": [\"y\"], \"description\": "
    "\"Longer.\"}\n";

TEST_F(Pipeline, EveryRowIsAccountedFor) {
  const IngestSummary summary = *run({file(kBooks)});
  EXPECT_EQ(summary.read, 5);
  EXPECT_EQ(summary.loaded, 2);
  EXPECT_EQ(summary.merged, 1);
  EXPECT_EQ(summary.rejected, 2);
  EXPECT_EQ(summary.repaired, 3);
  expect_balanced(summary);
  EXPECT_THAT(stores_.stored.at("9782710381419").labels, ElementsAre("X", "Y"));
  EXPECT_THAT(summary.reasons, Contains(Pair("published_on: not a date", 1)));
  EXPECT_THAT(summary.to_text(),
              HasSubstr("read 5 books: 2 loaded, 0 updated, 0 unchanged, 1 merged, 2 rejected"));
  EXPECT_THAT(summary.to_json(), HasSubstr("\"merged\":1"));
  const std::string rejects = *read_file(Path(summary.batch) / "rejects.jsonl");
  EXPECT_THAT(rejects,
              HasSubstr("\"row\":3,\"field\":\"published_on\",\"value\":\"31/02/"
                        "2019\",\"reason\":\"not a date\""));
  EXPECT_THAT(rejects, HasSubstr("\"row\":2,\"field\":\"title\""));
  EXPECT_THAT(rejects, HasSubstr("{oops"));
}

TEST_F(Pipeline, LoadingAgainChangesNothing) {
  ASSERT_TRUE(run({file(kBooks)}));
  const auto before = stores_.stored;
  const IngestSummary again = *run({file(kBooks)});
  EXPECT_EQ(again.unchanged, 2);
  EXPECT_EQ(again.loaded + again.updated, 0);
  expect_balanced(again);
  EXPECT_EQ(stores_.stored, before);
}

TEST_F(Pipeline, AFileThatBreaksOffIsLoadedUpToThere) {
  const Path packed = folder_.path() / "books.jsonl.zst";
  auto writer = *ZstdWriter::create(packed);
  for (int i = 0; i < 5'000; ++i) {
    std::string words;
    for (int word = 0; word < 100; ++word) {
      words += std::to_string((100 * i + word) * 1'237 % 1'299'709) + ' ';
    }
    ASSERT_TRUE(writer.write(
        fmt::format("{{\"title\": \"Book {}\", \"description\": \"{}\"}}\n", i, words)));
  }
  ASSERT_TRUE(writer.commit());
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
  const auto done = run({packed.string(), file(kBooks)});
  ASSERT_TRUE(done) << done.error().message;
  const IngestSummary& summary = *done;
  EXPECT_GT(summary.loaded, 2);
  EXPECT_LT(summary.loaded, 5'000);
  expect_balanced(summary);
  ASSERT_THAT(summary.lost, SizeIs(1));
  EXPECT_THAT(summary.lost[0], HasSubstr("books.jsonl.zst"));
  EXPECT_THAT(summary.lost[0], HasSubstr("are lost"));
  EXPECT_EQ(stores_.stored.count("9782710381419"), 1U);
}

TEST_F(Pipeline, StepsAreRecordedWithTheirBatches) {
  const IngestSummary summary = *run({file(kBooks)});
  for (const char* kind : {"convert", "prepare", "load"}) {
    const bookreco::Run& record = stores_.saved.at(kind);
    EXPECT_EQ(record.status, "finished");
    EXPECT_THAT(record.metrics, Contains(Key("rows")));
    EXPECT_TRUE(record.ended_at);
    for (const std::string& artifact : record.artifacts) {
      EXPECT_TRUE(std::filesystem::exists(folder_.path() / "data" / artifact)) << artifact;
    }
  }
  EXPECT_FALSE(stores_.saved.at("convert").input_fingerprint.empty());
  LineReader lines(*ByteSource::open((Path(summary.batch) / "2-prepared.jsonl.zst").string()));
  int rows = 0;
  while (const auto line = *lines.next()) {
    EXPECT_TRUE(book_from_json(line->text));
    ++rows;
  }
  EXPECT_EQ(rows, 3);
}

TEST_F(Pipeline, AFullDiskFailsTheLoadAndARerunMendsIt) {
  std::string books;
  for (int i = 0; i < 5'000; ++i) {
    books += "{\"title\": \"Book " + std::to_string(i) + "\"}\n";
  }
  const std::string input = file(books);
  stores_.upserts_before_full = 1;
  const Result<IngestSummary> full = run({input});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kResourceExhausted);
  EXPECT_EQ(stores_.saved.at("load").status, "failed");
  EXPECT_THAT(stores_.saved.at("load").message, HasSubstr("full"));
  stores_.upserts_before_full = -1;
  const IngestSummary summary = *run({input});
  EXPECT_EQ(summary.loaded, 1'000);
  EXPECT_EQ(summary.unchanged, 4'000);
  EXPECT_EQ(stores_.stored.size(), 5'000U);
}

TEST_F(Pipeline, KeepsTheOrderOfRows) {
  std::string books;
  for (int i = 0; i < 10'000; ++i) {
    books += "{\"title\": \"Book " + std::to_string(i) + "\"}\n";
  }
  const IngestSummary summary = *run({file(books)});
  LineReader lines(*ByteSource::open((Path(summary.batch) / "2-prepared.jsonl.zst").string()));
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_EQ(book_from_json((*lines.next())->text)->title, "Book " + std::to_string(i));
  }
}

TEST_F(Pipeline, ManyRowsOfOneBookBecomeOne) {
  std::string books;
  for (int i = 0; i < 9'000; ++i) {
    books += "{\"title\": \"Book " + std::to_string(i % 3'000) + "\", \"labels\": [\"label " +
             std::to_string(i / 3'000) + "\"]}\n";
  }
  const IngestSummary summary = *run({file(books)});
  EXPECT_EQ(summary.loaded, 3'000);
  EXPECT_EQ(summary.merged, 6'000);
  expect_balanced(summary);
  for (const auto& [id, book] : stores_.stored) {
    EXPECT_THAT(book.labels, SizeIs(3));
  }
}

TEST_F(Pipeline, InteractionsFindTheirBooks) {
  const IngestSummary summary =
      *run({file("{\"reader\": \"r\", \"book\": {\"title\": \"LES MISERABLES\", \"authors\": [\"V. "
                 "Hugo\"]}, \"kind\": \"loved\", \"at\": \"2023-03-17T14:43:12Z\"}\n"
                 "{\"reader\": \"r\", \"id\": \"2-7103-8141-X\", \"kind\": \"read\"}\n"
                 "{\"reader\": \"r\", \"id\": \"978-2-7103-8141-9\", \"kind\": \"read\"}\n"
                 "{\"reader\": \"r\", \"book\": {\"title\": \"Emma (Classics, #2)\", \"authors\": "
                 "[\"Jane Austen\"]}, \"kind\": \"rating\", \"value\": 4}\n"
                 "{\"reader\": \"r\", \"book\": {\"title\": \"Unheard of\", \"authors\": [\"X\"]}, "
                 "\"kind\": \"loved\"}\n"
                 "{\"reader\": \"r\", \"book\": {\"title\": \"Emma\", \"authors\": [\"Jane "
                 "Austen\"]}, \"kind\": \"adored\"}\n"
                 "{\"reader\": \"r\", \"book\": {\"title\": \"Emma\", \"authors\": [\"Jane "
                 "Austen\"]}, \"kind\": \"rating\", \"value\": 9}\n"
                 "{\"reader\": \"r\", \"book\": {\"title\": \"Emma\", \"authors\": [\"Jane "
                 "Austen\"]}, \"kind\": \"liked\", \"at\": \"31/02/2019\"}\n"
                 "{\"title\": \"Les Misérables\", \"authors\": [\"Victor Hugo\"]}\n"
                 "{\"title\": \"Emma\", \"authors\": [\"Jane Austen\"]}\n"
                 "{\"title\": \"Antigone\", \"isbn13\": \"9782710381419\"}\n")});
  EXPECT_EQ(summary.interactions_read, 8);
  EXPECT_EQ(summary.interactions, 3);
  EXPECT_EQ(summary.interactions_rejected, 5);
  std::set<std::string> titles;
  for (const auto& [key, interaction] : stores_.recorded) {
    titles.insert(stores_.stored.at(interaction.book_id).title);
    if (interaction.kind == InteractionKind::kLoved) {
      EXPECT_EQ(to_iso8601(interaction.at), "2023-03-17T14:43:12.000Z");
    }
  }
  EXPECT_THAT(titles, ElementsAre("Antigone", "Emma", "Les Misérables"));
}

TEST_F(Pipeline, AReadersExportAddsToTheCatalogueAndReplacesNothing) {
  ASSERT_TRUE(
      run({file("{\"title\": \"Emma\", \"isbn13\": \"9780141439587\", \"description\": \"A comedy "
                "of matches.\", \"publisher\": \"Penguin Classics\"}\n")}));
  const std::string library =
      "Book Id,Title,Author,ISBN13,My Rating,Publisher,Number of Pages,Date "
      "Read,Bookshelves,Exclusive Shelf\n"
      "1,Emma,Jane Austen,\"=\"\"9780141439587\"\"\",5,Penguin,474,2020/01/31,classics,read\n"
      "2,Dune,Frank Herbert,,0,,,,,to-read\n";
  IngestSummary summary = *run({file(library)});
  const Book& emma = stores_.stored.at("9780141439587");
  EXPECT_EQ(emma.description, "A comedy of matches.");
  EXPECT_EQ(emma.publisher, "Penguin Classics");
  EXPECT_EQ(emma.page_count, 474);
  EXPECT_THAT(emma.authors, ElementsAre("Jane Austen"));
  EXPECT_EQ(summary.updated, 1);
  EXPECT_EQ(summary.loaded, 1);
  EXPECT_EQ(summary.interactions, 2);
  summary = *run({file(library)});
  EXPECT_EQ(summary.unchanged, 2);
  EXPECT_EQ(summary.interactions, 0);
  EXPECT_EQ(summary.interactions_known, 2);
}

TEST_F(Pipeline, AnUnknownFieldIsNamedOnceAndCounted) {
  std::string books;
  for (int i = 0; i < 100; ++i) {
    books += "{\"title\": \"Book " + std::to_string(i) + "\", \"prix\": 5}\n";
  }
  const IngestSummary summary = *run({file(books)});
  EXPECT_EQ(summary.reasons.at("prix: unknown field"), 100);
  const std::string rejects = *read_file(Path(summary.batch) / "rejects.jsonl");
  EXPECT_EQ(std::count(rejects.begin(), rejects.end(), '\n'), 10);
}

TEST_F(Pipeline, AFileOfNoKnownFormatLoadsNothing) {
  const Result<IngestSummary> summary = run({file(kBooks), file("Dear reader,\n")});
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, Code::kInvalidArgument);
  EXPECT_EQ(stores_.saved.at("convert").status, "failed");
  EXPECT_TRUE(stores_.stored.empty());
}

TEST_F(Pipeline, TheFrenchBooksAndGoodbooks) {
  const char* data = std::getenv("BOOKRECO_TEST_DATA");
  if (data == nullptr) {
    if (const char* strict = std::getenv("BOOKRECO_TEST_STRICT");
        strict != nullptr && std::string_view(strict) == "1") {
      FAIL() << "BOOKRECO_TEST_DATA is not set";
    }
    GTEST_SKIP() << "BOOKRECO_TEST_DATA names no folder of real data";
  }
  const std::string folder(data);
  const IngestSummary french = *run({folder + "/furet/raw_output.json.xz"});
  EXPECT_EQ(french.read, 3'278);
  EXPECT_EQ(french.loaded, 3'278);
  EXPECT_EQ(french.repaired, 38);
  const std::string good = folder + "/goodbooks-10k/";
  const IngestSummary english = *run({good + "ratings-kaggle-v1.csv.xz", good + "books.csv.xz"});
  EXPECT_EQ(english.read, 10'000);
  EXPECT_EQ(english.rejected, 0);
  EXPECT_EQ(english.loaded + english.merged + english.unchanged + english.updated, 10'000);
  EXPECT_EQ(english.interactions_read, 981'756);
  EXPECT_EQ(english.interactions, 979'478);
}

}  // namespace
}  // namespace bookreco
