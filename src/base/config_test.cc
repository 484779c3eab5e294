#include "base/config.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::HasSubstr;

/// What the test run itself sets.
const std::vector<std::string> kOthers{
    "BOOKRECO_TEST_DATA", "BOOKRECO_TEST_LENGTH", "BOOKRECO_TEST_STRICT"};

struct ConfigTest : testing::Test {
  ConfigTest() {
    config.bind("server.port", port, "where to listen", 0, 65535);
    config.bind("server.cors", cors, "origins that may ask");
    config.bind("model.share", share, "a share", 0.0, 1.0);
    config.bind("model.kind", kind, "which", {"lsa", "none"});
    config.bind("model.labels", labels, "use labels");
  }
  Status yaml(std::string_view text) {
    EXPECT_TRUE(write_file(folder.path() / "c.yaml", text));
    return config.load_yaml(folder.path() / "c.yaml");
  }
  TemporaryFolder folder;
  Config config;
  std::int64_t port = 8000;
  std::vector<std::string> cors;
  double share = 0.5;
  std::string kind = "lsa";
  bool labels = true;
};

TEST_F(ConfigTest, later_sources_win) {
  ASSERT_TRUE(yaml("server: {port: 81, cors: [a, b]}\nmodel: {share: 0.25, labels: false}\n"));
  EXPECT_EQ(port, 81);
  EXPECT_THAT(cors, testing::ElementsAre("a", "b"));
  EXPECT_EQ(share, 0.25);
  EXPECT_FALSE(labels);
  ::setenv("BOOKRECO_SERVER_PORT", "82", 1);
  ASSERT_TRUE(config.load_environment(kOthers));
  EXPECT_EQ(port, 82);
  ASSERT_TRUE(config.set("server.port", "83", "flag"));
  EXPECT_EQ(port, 83);
  ::unsetenv("BOOKRECO_SERVER_PORT");
}

TEST_F(ConfigTest, refuses_with_key_value_and_expectation) {
  EXPECT_THAT(yaml("server: {prot: 81}").error().message, HasSubstr("server.prot"));
  EXPECT_THAT(
      yaml("server: {port: 99999}").error().message,
      testing::AllOf(HasSubstr("server.port"), HasSubstr("99999"), HasSubstr("0 to 65535")));
  EXPECT_FALSE(yaml("model: {share: nan}"));
  EXPECT_FALSE(yaml("model: {labels: maybe}"));
  EXPECT_FALSE(yaml("model: {kind: bert}"));
  EXPECT_FALSE(yaml("server: [1, 2"));
  EXPECT_FALSE(yaml("just text"));
  ::setenv("BOOKRECO_SERVER_PROT", "82", 1);
  EXPECT_THAT(config.load_environment(kOthers).error().message, HasSubstr("BOOKRECO_SERVER_PROT"));
  EXPECT_TRUE(config.load_environment({"BOOKRECO_SERVER_PROT",
                                       "BOOKRECO_TEST_DATA",
                                       "BOOKRECO_TEST_LENGTH",
                                       "BOOKRECO_TEST_STRICT"}));
  ::unsetenv("BOOKRECO_SERVER_PROT");
}

TEST_F(ConfigTest, prints_what_it_reads_back) {
  ASSERT_TRUE(config.set("server.cors", "https://a.example, https://b.example", "flag"));
  const std::string text = config.to_yaml();
  cors.clear();
  ASSERT_TRUE(yaml(text)) << text;
  EXPECT_EQ(cors.size(), 2U);
  EXPECT_EQ(config.to_yaml().size() > 100, true);
}

}  // namespace
}  // namespace bookreco
