#include "adapters/files/folder_blob_store.h"

#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/files/entries.h"

namespace bookreco {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class FolderBlobStoreTest : public testing::Test {
 protected:
  static Status write_one(const Path& folder) { return write_file(folder / "file", "content"); }
  Code publish_code(std::string_view location) {
    const Status status = store_->publish(location, write_one);
    return status ? Code::kUnknown : status.error().code;
  }
  std::size_t scratch_entries() { return entries_of(folder_.path() / "blobs" / ".scratch").size(); }

  TemporaryFolder folder_;
  std::unique_ptr<FolderBlobStore> store_ = *FolderBlobStore::open(folder_.path() / "blobs");
};

TEST_F(FolderBlobStoreTest, what_is_published_is_fetched_and_listed) {
  ASSERT_TRUE(store_->publish("snapshot/v2", [](const Path& folder) -> Status {
    EXPECT_THAT(entries_of(folder), IsEmpty());
    BOOKRECO_TRY_VOID(make_folders(folder / "deep"));
    BOOKRECO_TRY_VOID(write_file(folder / "deep" / "b", "2"));
    return write_file(folder / "a", "1");
  }));
  ASSERT_TRUE(store_->publish("snapshot/v1", write_one));
  ASSERT_TRUE(store_->publish("models/lsa/v1", write_one));
  const Path fetched = *store_->fetch("snapshot/v2");
  EXPECT_EQ(*read_file(fetched / "a"), "1");
  EXPECT_EQ(*read_file(fetched / "deep" / "b"), "2");
  EXPECT_THAT(*store_->list(""), ElementsAre("models/lsa/v1", "snapshot/v1", "snapshot/v2"));
  EXPECT_THAT(*store_->list("snapshot/"), ElementsAre("snapshot/v1", "snapshot/v2"));
  EXPECT_THAT(*store_->list("models/lsa"), ElementsAre("models/lsa/v1"));
  EXPECT_THAT(*store_->list("snap"), IsEmpty());
  EXPECT_EQ(scratch_entries(), 0);
}

TEST_F(FolderBlobStoreTest, a_location_never_changes) {
  ASSERT_TRUE(store_->publish("a/b", write_one));
  EXPECT_EQ(publish_code("a/b"), Code::kAlreadyExists);
  EXPECT_EQ(publish_code("a"), Code::kAlreadyExists);
  EXPECT_EQ(publish_code("a/b/c"), Code::kInvalidArgument);
  EXPECT_EQ(publish_code("a/b/file/c"), Code::kInvalidArgument);
}

TEST_F(FolderBlobStoreTest, of_two_that_publish_at_once_one_wins) {
  ASSERT_TRUE(store_
                  ->publish("x/y",
                            [&](const Path& folder) {
                              EXPECT_TRUE(store_->publish("x/y", [](const Path& other) {
                                return write_file(other / "first", "");
                              }));
                              return write_one(folder);
                            })
                  .error()
                  .code == Code::kAlreadyExists);
  EXPECT_TRUE(fs::exists(*store_->fetch("x/y") / "first"));
  EXPECT_EQ(scratch_entries(), 0);
}

TEST_F(FolderBlobStoreTest, a_failed_write_leaves_nothing) {
  const Status status = store_->publish("a/b", [](const Path& folder) -> Status {
    BOOKRECO_TRY_VOID(write_one(folder));
    return fail(Code::kResourceExhausted, "full");
  });
  EXPECT_EQ(status.error().code, Code::kResourceExhausted);
  EXPECT_EQ(store_->fetch("a/b").error().code, Code::kNotFound);
  EXPECT_EQ(store_->publish("a/b", [](const Path&) { return Status(); }).error().code,
            Code::kInvalidArgument);
  EXPECT_THAT(*store_->list(""), IsEmpty());
  EXPECT_EQ(scratch_entries(), 0);
}

TEST_F(FolderBlobStoreTest, no_location_leaves_the_folder) {
  ASSERT_TRUE(write_one(folder_.path()));
  for (const std::string_view location : {std::string_view(""),
                                          std::string_view("/etc"),
                                          std::string_view(".."),
                                          std::string_view("a/../../b"),
                                          std::string_view("a//b"),
                                          std::string_view("a/"),
                                          std::string_view("."),
                                          std::string_view("./a"),
                                          std::string_view(".scratch/a"),
                                          std::string_view("a/.hidden"),
                                          std::string_view("a\0b", 3)}) {
    EXPECT_EQ(publish_code(location), Code::kInvalidArgument) << location;
    EXPECT_EQ(store_->fetch(location).error().code, Code::kInvalidArgument) << location;
    EXPECT_EQ(store_->remove(location).error().code, Code::kInvalidArgument) << location;
  }
  EXPECT_EQ(store_->list("..").error().code, Code::kInvalidArgument);
  EXPECT_FALSE(store_->publish(std::string(300, 'x'), write_one));
  EXPECT_TRUE(fs::exists(folder_.path() / "file"));
}

TEST_F(FolderBlobStoreTest, what_is_removed_stays_for_those_who_map_it) {
  ASSERT_TRUE(store_->publish("a/b", write_one));
  const MappedFile mapped = *MappedFile::open(*store_->fetch("a/b") / "file");
  ASSERT_TRUE(store_->remove("a/b"));
  EXPECT_EQ(mapped.text(), "content");
  EXPECT_EQ(store_->fetch("a/b").error().code, Code::kNotFound);
  EXPECT_EQ(store_->remove("a/b").error().code, Code::kNotFound);
  EXPECT_THAT(*store_->list(""), IsEmpty());
  EXPECT_EQ(scratch_entries(), 0);
  EXPECT_TRUE(store_->publish("a/b", write_one));
}

TEST_F(FolderBlobStoreTest, leftovers_of_a_crash_are_cleaned_and_living_work_is_not) {
  const Path root = folder_.path() / "blobs";
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(store_->publish("dead/x", [](const Path& folder) {
      static_cast<void>(write_one(folder));
      ::kill(::getpid(), SIGKILL);
      return Status();
    }));
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(scratch_entries(), 2);
  ASSERT_TRUE(store_->publish("alive/x", [&](const Path& folder) {
    EXPECT_TRUE(FolderBlobStore::open(root));
    EXPECT_EQ(scratch_entries(), 2) << "the folder at work and its lock";
    return write_one(folder);
  }));
  EXPECT_EQ(scratch_entries(), 0);
  EXPECT_THAT(*store_->list(""), ElementsAre("alive/x"));
}

TEST_F(FolderBlobStoreTest, opening_says_what_is_in_the_way) {
  ASSERT_TRUE(write_one(folder_.path()));
  EXPECT_FALSE(FolderBlobStore::open(folder_.path() / "file" / "blobs"));
}

}  // namespace
}  // namespace bookreco
