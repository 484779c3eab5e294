#include "app/settings.h"

#include <cstdlib>

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The text of a value that is printed as YAML.
std::string text_of(const std::string& printed) {
  return printed.starts_with('"') ? printed.substr(1, printed.size() - 2) : printed;
}

TEST(Settings, EveryDefaultIsAmongWhatItsKeyAllows) {
  Settings settings;
  settings.data.dir = "/tmp/x";
  Config config = bind_settings(settings);
  ASSERT_GT(config.entries().size(), 20);
  for (const Config::Entry& entry : config.entries()) {
    EXPECT_EQ(entry.origin, "default");
    EXPECT_FALSE(entry.doc.empty()) << entry.key;
    const Status same = config.set(entry.key, text_of(entry.value), "flag");
    EXPECT_TRUE(same) << entry.key << ": " << same.error().message;
  }
}

TEST(Settings, WhatIsPrintedIsReadBack) {
  const TemporaryFolder folder;
  Settings settings;
  settings.data.dir = "/tmp/x y";
  settings.server.cors_origins = {"https://a.example", "https://b.example"};
  settings.vectorizer.title_weight = 2.25;
  settings.clusterer.balanced = false;
  ASSERT_TRUE(write_file(folder.path() / "c.yaml", bind_settings(settings).to_yaml()));
  Settings read;
  Config config = bind_settings(read);
  const Status loaded = config.load_yaml(folder.path() / "c.yaml");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(read.data.dir, settings.data.dir);
  EXPECT_EQ(read.server.cors_origins, settings.server.cors_origins);
  EXPECT_EQ(read.vectorizer.title_weight, 2.25);
  EXPECT_FALSE(read.clusterer.balanced);
  const auto printed = bind_settings(settings).entries();
  const auto entries = config.entries();
  ASSERT_EQ(entries.size(), printed.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].key, printed[i].key);
    EXPECT_EQ(entries[i].value, printed[i].value) << printed[i].key;
  }
}

TEST(Settings, WrongValuesNameTheKeyAndWhatWasExpected) {
  Settings settings;
  Config config = bind_settings(settings);
  for (const auto& [key, value] : {std::pair("server.port", "70000"),
                                   {"server.port", "http"},
                                   {"vectorizer.dimension", "1"},
                                   {"vectorizer.label_weight", "-1"},
                                   {"clusterer.balanced", "perhaps"},
                                   {"log.level", "loud"}}) {
    const Status set = config.set(key, value, "flag");
    ASSERT_FALSE(set) << key;
    EXPECT_EQ(set.error().code, Code::kInvalidArgument);
    EXPECT_THAT(set.error().message, HasSubstr(key));
    EXPECT_THAT(set.error().message, HasSubstr(value));
  }
  EXPECT_FALSE(config.set("server.prot", "1", "flag"));
  EXPECT_EQ(settings.server.port, 8000);
}

TEST(Settings, EverythingLivesInTheDataFolder) {
  Settings settings;
  settings.data.dir = "/d";
  EXPECT_EQ(settings.database(), "/d/bookreco.db");
  EXPECT_EQ(settings.blobs(), "/d/blobs");
  EXPECT_GE(settings.threads(), 1);
  settings.run.threads = 3;
  EXPECT_EQ(settings.threads(), 3);
}

TEST(Settings, TheDefaultFolderIsTheUsers) {
  ::setenv("XDG_DATA_HOME", "/xdg", 1);
  EXPECT_EQ(default_data_dir(), "/xdg/bookreco");
  ::unsetenv("XDG_DATA_HOME");
  const std::string home = environment("HOME");
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(default_data_dir(), "/home/me/.local/share/bookreco");
  ::setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace bookreco
