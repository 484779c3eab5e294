#include "services/evaluator/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DatasetTest : public testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view text) {
    const Path path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }

  TemporaryFolder folder_;
};

TEST_F(DatasetTest, FilesShareNumbersInTheOrderOfIds) {
  const std::vector<std::string> paths = {file("train", "b,2\na,3\nb,1\n"),
                                          file("test", "a,9\nc,1\n")};
  const auto data = read_dataset(paths, {}, nullptr, {});
  ASSERT_TRUE(data.has_value());
  EXPECT_THAT(data->readers, ElementsAre("a", "b", "c"));
  EXPECT_THAT(data->items, ElementsAre("1", "2", "3", "9"));
  ASSERT_EQ(data->matrices.size(), 2U);
  EXPECT_EQ(data->matrices[0].rows(), 3U);
  EXPECT_EQ(data->matrices[0].columns(), 4U);
  EXPECT_THAT(data->matrices[0].row(1).columns, ElementsAre(0, 1));
  EXPECT_THAT(data->matrices[1].row(2).columns, ElementsAre(0));
}

TEST_F(DatasetTest, NothingDependsOnTheOrderOfRows) {
  const std::vector<std::string> one = {file("one", "b,2,3\na,3,4\nb,1,5\n")};
  const std::vector<std::string> other = {file("other", "b,1,5\nb,2,3\na,3,4\n")};
  DatasetOptions options;
  options.use_values = true;
  EXPECT_EQ(read_dataset(one, options, nullptr, {})->matrices[0].fingerprint(),
            read_dataset(other, options, nullptr, {})->matrices[0].fingerprint());
}

TEST_F(DatasetTest, RowsAreChosenAndCounted) {
  const std::vector<std::string> paths = {
      file("train", "a,1,5\na,1,4\na,2,3\na,3,4\nb,1,5\nb,9,1\nc,1,x\n")};
  DatasetOptions options;
  options.min_value = 4;
  options.least_per_reader = 2;
  const auto data = read_dataset(paths, options, nullptr, {});
  ASSERT_TRUE(data.has_value());
  EXPECT_THAT(data->readers, ElementsAre("a"));
  EXPECT_THAT(data->items, ElementsAre("1", "3"));
  EXPECT_EQ(data->files[0].below_min_value, 2U);
  EXPECT_EQ(data->files[0].repeated, 1U);
  EXPECT_EQ(data->files[0].report.rejected, 1U);
  EXPECT_EQ(data->files[0].entries, 2U);
}

TEST_F(DatasetTest, ValuesAndTimes) {
  const std::vector<std::string> paths = {file("train", "a,2,5,100\na,1,3,200\n")};
  DatasetOptions options;
  EXPECT_THAT(read_dataset(paths, options, nullptr, {})->matrices[0].row(0).values,
              ElementsAre(1, 1));
  options.use_values = true;
  const auto data = read_dataset(paths, options, nullptr, {});
  EXPECT_THAT(data->matrices[0].row(0).values, ElementsAre(3, 5));
  EXPECT_THAT(data->matrices[0].row(0).times, ElementsAre(200, 100));
  const std::vector<std::string> plain = {file("plain", "a,2\na,1\n")};
  EXPECT_FALSE(read_dataset(plain, options, nullptr, {})->matrices[0].timed());
  options.order_as_time = true;
  EXPECT_THAT(read_dataset(plain, options, nullptr, {})->matrices[0].row(0).times,
              ElementsAre(1, 0));
}

TEST_F(DatasetTest, RefusesWhatLeavesNothing) {
  DatasetOptions options;
  options.min_value = 4;
  const std::vector<std::string> low = {file("low", "a,1,1\n")};
  EXPECT_THAT(read_dataset(low, options, nullptr, {}).error().message,
              HasSubstr("leaves no interaction"));
  const std::vector<std::string> plain = {file("plain", "a,1\n")};
  EXPECT_THAT(read_dataset(plain, options, nullptr, {}).error().message,
              HasSubstr("no value column"));
  const std::vector<std::string> missing = {"/no/such/file"};
  EXPECT_EQ(read_dataset(missing, {}, nullptr, {}).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace bookreco
