#include "services/evaluator/interaction_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "services/evaluator/interaction_fields.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
  std::vector<std::string> rows;  ///< "reader|item|value|time"
  InteractionFileReport report;
  std::string error;
};

class InteractionFile : public testing::Test {
 protected:
  Outcome read(std::string_view text, const InteractionFileOptions& options = {}) {
    const Path path = folder_.path() / "rows";
    EXPECT_TRUE(write_file(path, text));
    return read_path(path.string(), options);
  }

  Outcome read_path(const std::string& path, const InteractionFileOptions& options = {}) {
    Outcome out;
    InteractionIds ids;
    RejectFile rejects(folder_.path() / "rejects.csv");
    const auto rows = read_interactions(path, options, ids, &rejects, out.report, {});
    if (!rows) {
      out.error = rows.error().message;
      return out;
    }
    for (std::size_t i = 0; i < rows->size(); ++i) {
      std::string row =
          fmt::format("{}|{}", ids.readers.at(rows->readers[i]), ids.items.at(rows->items[i]));
      row += rows->values.empty() ? "" : fmt::format("|{}", rows->values[i]);
      row += rows->times.empty() ? "" : fmt::format("|{}", rows->times[i]);
      out.rows.push_back(std::move(row));
    }
    EXPECT_TRUE(rejects.commit());
    return out;
  }

  std::string rejects() { return read_file(folder_.path() / "rejects.csv").value_or(""); }

  TemporaryFolder folder_;
};

TEST_F(InteractionFile, PairsWithAndWithoutHeader) {
  EXPECT_THAT(read("a,1\nb,2\n").rows, ElementsAre("a|1", "b|2"));
  EXPECT_THAT(read("reader,item\na,1\nb,2").rows, ElementsAre("a|1", "b|2"));
  EXPECT_THAT(read("\xEF\xBB\xBFuser_id\titem_id\trating\ttimestamp\r\na\t1\t4.5\t12\r\n").rows,
              ElementsAre("a|1|4.5|12"));
  EXPECT_THAT(read("book_id,user_id,rating\n1,314,5\n").rows, ElementsAre("314|1|5"));
  EXPECT_THAT(read("\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"7\";\"080442957X\";\"0\"\n").rows,
              ElementsAre("7|080442957X|0"));
  EXPECT_THAT(read("1::1193::5::978300760\n").rows, ElementsAre("1|1193|5|978300760"));
  EXPECT_THAT(read("user_id:token\titem_id:token\trating:float\n1\t2\t3\n").rows,
              ElementsAre("1|2|3"));
  EXPECT_THAT(read("who,what,how much\nada,b,3\n").rows, ElementsAre("ada|b|3"));
}

TEST_F(InteractionFile, HeaderByFlag) {
  InteractionFileOptions options;
  options.header = HeaderRow::kYes;
  EXPECT_THAT(read("u,i\na,1\n", options).rows, ElementsAre("a|1"));
  options.header = HeaderRow::kNo;
  EXPECT_THAT(read("reader,item\na,1\n", options).rows, ElementsAre("reader|item", "a|1"));
  EXPECT_THAT(read("u,i\na,1\n").rows, ElementsAre("u|i", "a|1"));  // nothing tells that it is one
}

TEST_F(InteractionFile, Lists) {
  const Outcome out = read("0 10 11 12\n1\n2 10 \n");
  EXPECT_TRUE(out.report.lists);
  EXPECT_THAT(out.rows, ElementsAre("0|10", "0|11", "0|12", "2|10"));
  EXPECT_EQ(out.report.rows, 3U);
  EXPECT_EQ(out.report.rejected, 0U);
  InteractionFileOptions pairs;
  pairs.layout = InteractionLayout::kPairs;
  EXPECT_THAT(read("0 10 4\n", pairs).rows, ElementsAre("0|10|4"));
  InteractionFileOptions lists;
  lists.layout = InteractionLayout::kLists;
  EXPECT_THAT(read("0 10,5 \"4\n", lists).rows, ElementsAre("0|10,5", "0|\"4"));
}

TEST_F(InteractionFile, QuotesAndAnyBytes) {
  EXPECT_THAT(read("\"a,b\",\"say \"\"hi\"\"\"\n\"two\nlines\",1\n").rows,
              ElementsAre("a,b|say \"hi\"", "two\nlines|1"));
  EXPECT_THAT(read("\xFF\xFE"
                   "a,\x01\n\xC3\xA9,x\n")
                  .rows,
              ElementsAre("\xFF\xFE"
                          "a|\x01",
                          "\xC3\xA9|x"));
  EXPECT_THAT(read("a b, c\n").rows, ElementsAre("a b| c"));
}

TEST_F(InteractionFile, AnUnclosedQuoteSpoilsItsOwnLineOnly) {
  const Outcome out = read("a,1\nb,\"2\nc,3\nd,4\n");
  EXPECT_THAT(out.rows, ElementsAre("a|1", "c|3", "d|4"));
  EXPECT_EQ(out.report.rejected, 1U);
  EXPECT_EQ(out.report.first_rejected.at(0).line, 2U);
}

TEST_F(InteractionFile, BadRowsAreKeptAsideWithTheReason) {
  const std::string long_id(2'000, 'x');
  const Outcome out = read(
      "reader,item,value,time\n,1,1,1\na,,1,1\na,1,nan,1\na,1,inf,1\na,1,x,1\n"
      "a,1,1,soon\na,1,1\na,1,1,1,1\n\na,2,3,2020-01-02\n" +
      long_id + ",1,1,1\na,1,1e999,1\n");
  EXPECT_THAT(out.rows, ElementsAre("a|2|3|1577923200"));
  EXPECT_EQ(out.report.rows, 11U);
  EXPECT_EQ(out.report.rejected, 10U);
  EXPECT_THAT(rejects(), HasSubstr(",2,reader,\"it is empty\",\",1,1,1\"\n"));
  EXPECT_THAT(rejects(), HasSubstr(",4,value,\"it is not a finite number\""));
  EXPECT_THAT(rejects(), HasSubstr(",7,time,"));
  EXPECT_THAT(rejects(), HasSubstr(",8,row,\"3 fields where there should be 4\""));
  EXPECT_THAT(rejects(), HasSubstr(",12,reader,\"an id of 2000 bytes"));
}

TEST_F(InteractionFile, ReportsAreBoundedRejectsAreNot) {
  std::string text = "a,1,1\n";
  for (int i = 0; i < 100; ++i) {
    text += "a,b,\n";
  }
  const Outcome out = read(text);
  EXPECT_EQ(out.report.rejected, 100U);
  EXPECT_EQ(out.report.first_rejected.size(), 10U);
  const std::string kept = rejects();
  EXPECT_EQ(std::ranges::count(kept, '\n'), 101);
}

TEST_F(InteractionFile, Compressed) {
  const Path path = folder_.path() / "rows.zst";
  auto writer = ZstdWriter::create(path);
  ASSERT_TRUE(writer && writer->write("a,1\nb,2\n") && writer->commit());
  EXPECT_THAT(read_path(path.string()).rows, ElementsAre("a|1", "b|2"));
  const std::string whole = *read_file(path);
  EXPECT_THAT(read(whole.substr(0, whole.size() - 6)).error, HasSubstr("runcated"));
}

TEST_F(InteractionFile, WhatCannotBeReadSaysWhy) {
  EXPECT_THAT(read("").error, HasSubstr("no row"));
  EXPECT_THAT(read("alone\tand,\ta\tb\tc\n").error, HasSubstr("5 columns"));
  EXPECT_THAT(read_path("/no/such/file").error, HasSubstr("cannot open"));
  EXPECT_THAT(read_path(folder_.path().string()).error, HasSubstr("is a folder"));
}

TEST(InteractionFields, Times) {
  EXPECT_EQ(parse_time("978300760"), 978300760);
  EXPECT_EQ(parse_time(" -5 "), -5);
  EXPECT_EQ(parse_time("978300760.75"), 978300760);
  EXPECT_EQ(parse_time("1970-01-02"), 86400);
  EXPECT_EQ(parse_time("1970/01/02"), 86400);
  EXPECT_EQ(parse_time("1970-01-01T01:00:00+01:00"), 0);
  EXPECT_EQ(parse_time("1970-01-01 00:00:10.5Z"), 10);
  EXPECT_EQ(parse_time("2999-12-31T23:59:59Z"), 32503679999);  // a clock in the future is a time
  for (const char* text : {"",
                           "soon",
                           "2020-13-01",
                           "2020-02-30",
                           "2020-1-1",
                           "1e300",
                           "nan",
                           "2020-01-01T25:00",
                           "2020-01-01Tnoon",
                           "2020-01-01T10:00:00+x"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bookreco
