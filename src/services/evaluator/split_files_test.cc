#include "services/evaluator/split_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SplitFiles : public testing::Test {
 protected:
  SplitFiles() {
    // Reader r of 40 has 10 books, one a day; the last row of each reader is the latest.
    std::string rows = "user,book,rating,time\n";
    for (int reader = 0; reader < 40; ++reader) {
      for (int i = 0; i < 10; ++i) {
        rows +=
            fmt::format("\"r,{}\",{},{},{}\n", reader, (reader + i * 7) % 50, 1 + i % 5, 1000 + i);
      }
    }
    EXPECT_TRUE(write_file(folder_.path() / "rows.csv", rows));
    request_.input = (folder_.path() / "rows.csv").string();
    request_.output = folder_.path() / "out";
    request_.data.use_values = true;
  }

  std::string text(const std::string& name) {
    return read_file(request_.output / name).value_or("no " + name);
  }

  TemporaryFolder folder_;
  SplitRequest request_;
};

TEST_F(SplitFiles, RandomKeepsEveryRowOnce) {
  const auto report = split_file(request_, nullptr, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  ASSERT_EQ(report->files.size(), 2U);
  EXPECT_EQ(report->files[0].entries, 320U);
  EXPECT_EQ(report->files[1].entries, 80U);
  EXPECT_THAT(text("train.csv"), HasSubstr("reader,item,value,time\n\"r,0\","));
  const std::vector<std::string> paths = {request_.input,
                                          (request_.output / "train.csv").string(),
                                          (request_.output / "test.csv").string()};
  const auto data = read_dataset(paths, request_.data, nullptr, {});
  ASSERT_TRUE(data.has_value());
  for (std::size_t reader = 0; reader < data->readers.size(); ++reader) {
    EXPECT_EQ(data->matrices[1].row(reader).size() + data->matrices[2].row(reader).size(),
              data->matrices[0].row(reader).size());
  }
}

TEST_F(SplitFiles, SameRequestSameBytes) {
  ASSERT_TRUE(split_file(request_, nullptr, {}));
  const std::string train = text("train.csv");
  const std::string manifest = text("split.json");
  ASSERT_TRUE(split_file(request_, nullptr, {}));
  EXPECT_EQ(text("train.csv"), train);
  EXPECT_EQ(text("split.json"), manifest);
  request_.seed = 2;
  ASSERT_TRUE(split_file(request_, nullptr, {}));
  EXPECT_NE(text("train.csv"), train);
}

TEST_F(SplitFiles, ReadersApartWithColdBooks) {
  request_.method = SplitMethod::kReaders;
  request_.readers = 8;
  request_.cold_share = 0.1;
  const auto report = split_file(request_, nullptr, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  ASSERT_EQ(report->files.size(), 3U);
  EXPECT_EQ(report->files[0].readers, 32U);
  EXPECT_EQ(report->files[0].items, 45U);
  EXPECT_EQ(report->files[2].readers, 8U);
  EXPECT_GT(report->left_out, 0U);
  EXPECT_EQ(report->files[0].entries + report->files[1].entries + report->files[2].entries +
                report->left_out,
            400U);
  EXPECT_THAT(report->manifest, HasSubstr("\"method\":\"readers\""));
}

TEST_F(SplitFiles, LastOutGoesByTimeOrElseByRows) {
  request_.method = SplitMethod::kLastOut;
  ASSERT_TRUE(split_file(request_, nullptr, {}));
  EXPECT_THAT(text("test.csv"), HasSubstr("\"r,0\",13,5,1009\n"));
  ASSERT_TRUE(write_file(request_.input, "a,3\na,1\na,2\nb,9\nb,8\n"));
  ASSERT_TRUE(split_file(request_, nullptr, {}));
  EXPECT_EQ(text("test.csv"), "reader,item\na,2\nb,8\n");
}

TEST_F(SplitFiles, TemporalFromADate) {
  request_.method = SplitMethod::kTemporal;
  request_.from = "1970-01-01T00:16:48Z";
  const auto report = split_file(request_, nullptr, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->files[1].entries, 80U);
  request_.from = "soon";
  EXPECT_THAT(split_file(request_, nullptr, {}).error().message, HasSubstr("\"soon\""));
}

TEST_F(SplitFiles, RefusesWhatLeavesNothing) {
  request_.method = SplitMethod::kTemporal;
  request_.from = "2030-01-01";
  EXPECT_THAT(split_file(request_, nullptr, {}).error().message,
              HasSubstr("leaves nothing for test.csv"));
  request_.method = SplitMethod::kReaders;
  request_.readers = 40;
  EXPECT_EQ(split_file(request_, nullptr, {}).error().code, Code::kInvalidArgument);
  request_.method = SplitMethod::kRandom;
  request_.test_share = 1;
  EXPECT_THAT(split_file(request_, nullptr, {}).error().message, HasSubstr("between 0 and 1"));
}

}  // namespace
}  // namespace bookreco
