#include "services/ingest/reader_import.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/identity.h"
#include "services/ingest/fake_stores.h"
#include "services/ingest/formats.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = InteractionKind;

struct FixedClock final : Clock {
  Timestamp now() const override {
    return Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 6 / 1));
  }
};

class Import : public testing::Test {
 protected:
  Import() {
    add("Emma", "Jane Austen", "9780141439587");
    add("Dune", "Frank Herbert", "");
    add("L'Étranger", "Albert Camus", "9782070360024");
    add("Poems", "John Keats", "");
    add("Poems", "Emily Brontë", "");
    add("Middlesex", "Jeffrey Eugenides", "9780312427733");
  }

  void add(std::string title, std::string author, std::string isbn) {
    Book book;
    book.title = std::move(title);
    book.authors = {std::move(author)};
    book.ean = book.isbn13 = std::move(isbn);
    book.id = book_id(book);
    book.work_id = work_id(book);
    stores_.stored.emplace(book.id, book);
  }

  std::string file(const std::string& text) {
    const Path path = folder_.path() / ("in" + std::to_string(files_++));
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }

  ReaderImportSummary import(const std::vector<std::string>& texts) {
    request_.files.clear();
    for (const std::string& text : texts) {
      request_.files.push_back(file(text));
    }
    request_.convert.reader = "ada";
    auto summary = ReaderImport(stores_, clock_, folder_.path() / "data").run(request_, {});
    EXPECT_TRUE(summary) << summary.error().message;
    report_ = summary ? *read_file(summary->report) : "";
    return summary.value_or(ReaderImportSummary());
  }

  /// The report's line of a row.
  std::string line(int row) const {
    std::istringstream lines(report_);
    const std::string wanted = "\"row\":" + std::to_string(row) + ",";
    for (std::string line; std::getline(lines, line);) {
      if (line.find(wanted) != line.npos) {
        return line;
      }
    }
    return "";
  }

  /// "title kind [stars]" of all that is stored, sorted.
  std::vector<std::string> stored() const {
    std::vector<std::string> out;
    for (const auto& [key, one] : stores_.recorded) {
      out.push_back(fmt::format("{} {}{}",
                                stores_.stored.at(one.book_id).title,
                                kind_name(one.kind),
                                one.value ? fmt::format(" {}", *one.value) : ""));
    }
    std::ranges::sort(out);
    return out;
  }

  TemporaryFolder folder_;
  FixedClock clock_;
  FakeStores stores_;
  ReaderImportRequest request_;
  std::string report_;
  int files_ = 0;
};

const std::string kGoodreads =
    "Book Id,Title,Author,ISBN,ISBN13,My Rating,Date Read,Date Added,Bookshelves,Exclusive Shelf\n";

TEST_F(Import, GoodreadsWithEveryRowAccountedFor) {
  const auto summary = import(
      {kGoodreads +
       "1,Emma,Jane Austen,\"=\"\"0141439580\"\"\",\"=\"\"9780141439587\"\"\",5,2020/01/31,,,read\n"
       "2,\"Dune (Dune, #1)\",Frank Herbert,\"=\"\"\"\"\",\"=\"\"\"\"\",0,,2021/02/03,,to-read\n"
       "3,Unheard of,Nobody,,,4,,,,read\n"
       "4,Middlesex,J. Eugenides,312427735,,0,,2019/05/05,,currently-reading\n"
       "5,The Stranger,Albert Camus,,9.78207036002E+12,7,,,,read\n"
       "6,Emma,Jane Austen,,,0,,,,my-own-shelf\n"
       "7,\"oops\n"});
  EXPECT_THAT(
      stored(),
      ElementsAre("Dune want_to_read", "Emma rating 5", "L'Étranger read", "Middlesex reading"));
  EXPECT_EQ(summary.recorded, 4);
  EXPECT_EQ(summary.refused, 2);
  EXPECT_EQ(summary.skipped, 1);
  EXPECT_EQ(summary.rows, 7);
  EXPECT_EQ(stores_.saved.at("import_readers").status, "finished");
  EXPECT_THAT(line(2), HasSubstr(R"("outcome":"recorded","reader":"ada","kind":"rating")"));
  EXPECT_THAT(line(2), HasSubstr(R"("matched":"isbn","confidence":1)"));
  EXPECT_THAT(line(3), HasSubstr(R"("matched":"title_author","confidence":0.95)"));
  EXPECT_THAT(line(4), HasSubstr(R"("outcome":"refused")"));
  EXPECT_THAT(line(4),
              HasSubstr(R"("value":"Unheard of / Nobody","reason":"not in the catalogue")"));
  EXPECT_THAT(line(5), HasSubstr(R"("matched":"mended_isbn","confidence":0.95)"));
  EXPECT_THAT(report_,
              HasSubstr(R"("row":6,"outcome":"repaired","field":"my rating","value":"7")"));
  EXPECT_THAT(line(7), HasSubstr(R"("outcome":"skipped")"));
  EXPECT_THAT(line(8), HasSubstr("a quote is not closed"));
}

TEST_F(Import, LoadingAgainChangesWhatWasMendedAlone) {
  const std::string emma = "1,Emma,Jane Austen,,9780141439587,4,2020/01/31,,,read\n";
  import({kGoodreads + emma + "2,Duna,Frank Herbert,,,4,2020/03/01,,,read\n"});
  auto summary = import({kGoodreads + emma + "2,Dune,Frank Herbert,,,4,2020/03/01,,,read\n"});
  EXPECT_EQ(summary.recorded, 1);
  EXPECT_EQ(summary.known, 1);
  summary = import({kGoodreads + "1,Emma,Jane Austen,,9780141439587,5,2019/12/24,,,read\n" +
                    "2,Dune,Frank Herbert,,,4,2020/03/01,,,read\n"});
  EXPECT_EQ(summary.recorded, 0);
  EXPECT_EQ(summary.replaced, 1);
  EXPECT_EQ(summary.known, 1);
  EXPECT_THAT(stored(), ElementsAre("Dune rating 4", "Emma rating 5"));
}

TEST_F(Import, AFileThatContradictsItselfGivesTheSameEveryTime) {
  const std::string twice = kGoodreads +
                            "1,Emma,Jane Austen,,9780141439587,5,2022/01/31,,,read\n"
                            "1,Emma,Jane Austen,,9780141439587,2,2020/01/31,,,read\n"
                            "9,Emma,Jane Austen,,,3,2020/01/31,,,read\n";
  auto summary = import({twice});
  EXPECT_EQ(summary.recorded, 2);
  EXPECT_EQ(summary.merged, 1);
  EXPECT_THAT(line(3), HasSubstr("merged"));
  EXPECT_THAT(stored(), ElementsAre("Emma rating 3", "Emma rating 5"));
  summary = import({twice});
  EXPECT_EQ(summary.known, 2);
  EXPECT_EQ(summary.merged, 1);
  EXPECT_EQ(summary.replaced, 0);
}

TEST_F(Import, ADryRunStoresNothing) {
  request_.dry_run = true;
  const auto summary = import({kGoodreads + "1,Emma,Jane Austen,,9780141439587,4,,,,read\n"});
  EXPECT_EQ(summary.recorded, 1);
  EXPECT_THAT(stored(), IsEmpty());
  EXPECT_THAT(stores_.saved, IsEmpty());
  EXPECT_THAT(summary.to_text(), HasSubstr("dry run, nothing was stored"));
  EXPECT_THAT(line(2), HasSubstr("recorded"));
}

TEST_F(Import, TheStoryGraph) {
  const auto summary = import(
      {"Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates "
       "Read,Read Count,Star Rating,Review,Tags,Owned?\n"
       "Emma,Jane Austen,,9780141439587,paperback,read,2024/01/10,2024/02/01,,1,4.75,Good,,Yes\n"
       "Dune,Frank Herbert,,5c1f4a2e-9bd0-4c39-9d35-08e2b2b6f2ee,digital,did-not-finish,"
       "2024/03/01,,,0,,,,No\n"
       "L'Étranger,\"Albert Camus, Somebody Else\",,B00ABCDEFG,,paused,2024/04/01,,,0,,,,\n"
       "Middlesex,Jeffrey Eugenides,,,,to-read,,,,0,,,,\n"
       "Poems,John Keats,,,,owned,,,,0,,,,\n"});
  EXPECT_THAT(stored(),
              ElementsAre("Dune did_not_finish",
                          "Emma rating 4.75",
                          "L'Étranger reading",
                          "Middlesex want_to_read"));
  EXPECT_EQ(summary.skipped, 1);
  for (const auto& [key, one] : stores_.recorded) {
    EXPECT_EQ(one.source, "storygraph");
    if (one.kind == Kind::kRating) {
      EXPECT_EQ(to_iso8601(one.at), "2024-02-01T00:00:00.000Z");
    }
  }
}

TEST_F(Import, LibraryThing) {
  const std::string header =
      "Book Id\tTitle\tSort Character\tPrimary Author\tDate\tReview\tRating\tDate Started\tDate "
      "Read\tTags\tCollections\tISBN\tISBNs\tEntry Date\n";
  const auto summary = import(
      {header +
       "1\tL'\xC9tranger\t1\tCamus, Albert\t1972\tchef d'\"oeuvre\t4.5\t\t[2007-05-08]\t\t"
       "Your library\t[2070360024]\t2070360024, 9782070360024\t[2006-08-09]\n"
       "2\tEmma\t1\tAusten, Jane\t2003\t\t\t\t[2010-01-01]\t\tYour library\t\t\t[2006-08-09]\n"
       "3\tDune\t1\tHerbert, Frank\t\t\t\t\t\t\tTo read, Favorites\t\t\t\n"
       "4\tMiddlesex\t1\tEugenides, Jeffrey\t\t\t\t[2024-01-01]\t\t\tYour library\t[]\t\t\n"
       "5\tPoems\t1\tKeats, John\t\t\t\t\t\t\tYour library\t[]\t\t[2011-02-03]\n"});
  EXPECT_THAT(stored(),
              ElementsAre("Dune want_to_read",
                          "Emma read",
                          "L'Étranger rating 4.5",
                          "Middlesex reading",
                          "Poems purchase"));
  EXPECT_EQ(summary.recorded, 5);
  EXPECT_EQ(summary.refused, 0);
}

TEST_F(Import, OurCsvAndJsonLines) {
  const auto csv =
      import({"reader,book,title,author,kind,value,at,key\n"
              "r1,9780141439587,,,loved,,2024-01-01T10:00:00Z,\n"
              "r1,,Dune,Frank Herbert,,3.5,1710686592,\n"
              "r1,,Dune,Frank Herbert,click,,2024-01-02,k1\n"
              "r2,,Dune,,rating,4,,\n"
              "r2,9780141439587,,,rating,4.1,,\n"
              "r2,9780141439587,,,rating,nan,,\n"
              "r2,9780141439587,,,rating,inf,,\n"
              "r2,9780141439587,,,adored,,,\n"
              "r2,9780141439587,,,,,,\n"
              ",9780141439587,,,read,,,\n"
              "r2,,,,read,,,\n"
              "r2,9780141439587,,,read,,2031-01-01,\n"
              "r\xFF,9780141439587,,,read,,,\n"
              "r2,9780141439587,,,read,,31/02/2019,\n"});
  EXPECT_EQ(csv.recorded, 3);
  EXPECT_EQ(csv.refused, 11);
  EXPECT_THAT(stored(), ElementsAre("Dune click", "Dune rating 3.5", "Emma loved"));
  EXPECT_THAT(line(5), HasSubstr("the nearest book is not near enough"));
  EXPECT_THAT(line(5), HasSubstr(R"("matched":"title","confidence":0.6)"));
  EXPECT_THAT(line(6), HasSubstr("quarters"));
  EXPECT_THAT(line(12), HasSubstr("the row names no book"));
  EXPECT_THAT(line(13), HasSubstr("ahead of the clock"));
  EXPECT_THAT(line(14), HasSubstr("not UTF-8"));

  const auto lines =
      import({R"({"reader":"r3","book":{"title":"LES MISERABLES"},"kind":"loved"})"
              "\n"
              R"({"reader":"r3","id":"2-07-036002-4","kind":"read","at":"2024-03-17T14:43:12Z"})"
              "\n"
              R"({"title":"A book","authors":["Somebody"]})"
              "\n{oops\n"});
  EXPECT_EQ(lines.recorded, 1);
  EXPECT_EQ(lines.refused, 2);
  EXPECT_EQ(lines.skipped, 1);
}

TEST_F(Import, GoodbooksRatingsByTheirBooks) {
  const std::string books =
      "book_id,goodreads_book_id,isbn,isbn13,authors,original_publication_year,title,language_code,"
      "image_url\n"
      "7,1,141439580,9.78014143959e+12,Jane Austen,1815,Emma,eng,\n"
      "8,2,,,Frank Herbert,1965,\"Dune (Dune, #1)\",eng,\n";
  const std::string ratings = "book_id,user_id,rating\n7,314,5\n8,314,2\n8,314,2\n9,314,3\n7,5,6\n";
  const std::string to_read = "user_id,book_id\n5,8\n";
  auto summary = import({ratings, books, to_read});
  EXPECT_THAT(stored(), ElementsAre("Dune rating 2", "Dune want_to_read", "Emma rating 5"));
  EXPECT_EQ(summary.recorded, 3);
  EXPECT_EQ(summary.merged, 1);
  EXPECT_EQ(summary.refused, 2);
  summary = import({ratings, books, to_read});
  EXPECT_EQ(summary.recorded, 0);
  EXPECT_EQ(summary.known, 3);
}

TEST_F(Import, AFailureIsTold) {
  request_.files = {(folder_.path() / "nowhere.csv").string()};
  const auto summary = ReaderImport(stores_, clock_, folder_.path() / "data").run(request_, {});
  EXPECT_FALSE(summary);
  EXPECT_EQ(stores_.saved.at("import_readers").status, "failed");
}

TEST_F(Import, ReportsGoWhereTheyAreWanted) {
  request_.report = folder_.path() / "rows.jsonl";
  const auto summary = import({kGoodreads + "1,Emma,Jane Austen,,9780141439587,4,,,,read\n"});
  EXPECT_EQ(summary.report, request_.report.string());
  EXPECT_THAT(report_, Not(IsEmpty()));
}

class Matcher : public Import {
 protected:
  std::string found(NamedBook named) {
    const auto match = *BookMatcher(stores_.books()).find(named);
    return match ? fmt::format("{} {} {}",
                               stores_.stored.at(match->book_id).title,
                               method_name(match->method),
                               match->confidence)
                 : "";
  }
};

TEST_F(Matcher, TellsHowAndHowCertainly) {
  EXPECT_EQ(found({"9780141439587", "", ""}), "Emma isbn 1");
  EXPECT_EQ(found({"0-14-143958-0", "", ""}), "Emma isbn 1");
  EXPECT_EQ(found({"141439580", "", ""}), "Emma mended_isbn 0.95");
  EXPECT_EQ(found({book_id(stores_.stored.begin()->second), "", ""}).substr(0, 4),
            stores_.stored.begin()->second.title.substr(0, 4));
  EXPECT_EQ(found({"", "dune", "HERBERT, Frank"}), "Dune title_author 0.95");
  EXPECT_EQ(found({"9999999999999", "Dune", "F. Herbert"}), "Dune title_author 0.95");
  EXPECT_EQ(found({"", "Dune", "Brian Herbert"}), "Dune title_author 0.8");
  EXPECT_EQ(found({"", "Dune", "Jane Austen"}), "Dune title_author 0.3");
  EXPECT_EQ(found({"", "Dune", ""}), "Dune title 0.6");
  EXPECT_EQ(found({"", "Poems", ""}), "Poems title 0.3");
  EXPECT_EQ(found({"", "Dune: a history of sand", "Brian Herbert"}), "Dune title_author 0.75");
  EXPECT_EQ(found({"", "", ""}), "");
  EXPECT_EQ(found({"", ":", "Frank Herbert"}), "");
}

TEST(DetectReaders, ByTheirHeaders) {
  const auto of = [](std::string_view head) {
    const auto format = detect_format(head, "x");
    return format ? format_name(*format) : "";
  };
  EXPECT_EQ(of("Title,Authors,Contributors,ISBN/UID,Format,Read Status,Star Rating\n"),
            "storygraph");
  EXPECT_EQ(of("Book Id\tTitle\tSort Character\tPrimary Author\tCollections\n"), "librarything");
  EXPECT_EQ(of("reader,isbn,value\n"), "interactions");
  EXPECT_EQ(of("reader\ttitle\tauthor\n"), "interactions");
  EXPECT_EQ(of("book_id,user_id,rating\n"), "goodbooks-ratings");
}

}  // namespace
}  // namespace bookreco
