#include "index/snapshot.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "index/segment_test_rows.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFiles[] = {"cards.brs",
                                  "attributes.brs",
                                  "clusters.brs",
                                  "vectors.brs",
                                  "graph.brs",
                                  "neighbours.brs",
                                  "words.brs"};

/// Writes a snapshot of random books.
Snapshot write_snapshot(const Path& folder, std::size_t books, std::uint64_t seed = 3) {
  TestRows rows = TestRows::random(books, 8, seed);
  SegmentOptions options = rows.options();
  options.graph_from = 1;
  auto builder = SegmentBuilder::to_folder(folder, options);
  EXPECT_TRUE(builder);
  EXPECT_TRUE(builder->add_batch(rows.all()));
  auto base = builder->finish();
  EXPECT_TRUE(base);
  Snapshot snapshot;
  snapshot.version = "20260131T120000Z-1a2b";
  snapshot.vectorizer = "lsa-\"1\"";
  snapshot.change = 9'007'199'254'740'993;
  snapshot.base = std::make_shared<const Segment>(std::move(*base));
  snapshot.cluster_names = {"mer, nuit", "é"};
  const Status written = write_manifest(folder, snapshot);
  EXPECT_TRUE(written) << written.error().message;
  return snapshot;
}

std::string damage(const Path& folder,
                   const std::string& name,
                   const std::function<void(std::string&)>& change) {
  std::string bytes = *read_file(folder / name);
  const std::string before = bytes;
  change(bytes);
  std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << bytes;
  return before;
}

void restore(const Path& folder, const std::string& name, const std::string& bytes) {
  std::ofstream(folder / name, std::ios::binary | std::ios::trunc) << bytes;
}

TEST(SnapshotTest, OpensWhatWasWritten) {
  const TemporaryFolder folder;
  const Snapshot written = write_snapshot(folder.path(), 40);
  const auto opened = open_snapshot(folder.path());
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->version, written.version);
  EXPECT_EQ(opened->vectorizer, written.vectorizer);
  EXPECT_EQ(opened->change, written.change);
  EXPECT_EQ(opened->cluster_names, written.cluster_names);
  EXPECT_EQ(opened->books(), 40);
  EXPECT_EQ(opened->delta, nullptr);
}

TEST(SnapshotTest, AFolderWithoutManifestIsNone) {
  const TemporaryFolder folder;
  EXPECT_EQ(open_snapshot(folder.path()).error().code, Code::kNotFound);
  EXPECT_EQ(open_snapshot(folder.path() / "none").error().code, Code::kNotFound);
}

TEST(SnapshotTest, ManifestNeedsTheFiles) {
  const TemporaryFolder folder;
  Snapshot snapshot = write_snapshot(folder.path(), 5);
  std::filesystem::remove(folder.path() / "words.brs");
  EXPECT_EQ(write_manifest(folder.path(), snapshot).error().code, Code::kNotFound);
  EXPECT_EQ(open_snapshot(folder.path()).error().code, Code::kNotFound);
}

TEST(SnapshotTest, DamagedFilesAreRefused) {
  const TemporaryFolder folder;
  write_snapshot(folder.path(), 30);
  for (const std::string name : kFiles) {
    const std::size_t size = std::filesystem::file_size(folder.path() / name);
    for (std::size_t at = 0; at < size; at += std::max<std::size_t>(1, size / 25)) {
      const auto flip = [&](std::string& bytes) {
        bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
      };
      const std::string before = damage(folder.path(), name, flip);
      // Padding between sections holds no data; all else is covered by a checksum.
      if (const auto opened = open_snapshot(folder.path()); !opened) {
        EXPECT_THAT(opened.error().code, testing::AnyOf(Code::kDataLoss, Code::kFailedPrecondition))
            << name;
      } else {
        EXPECT_EQ(before[at], 0) << name << " at " << at;
      }
      restore(folder.path(), name, before);
    }
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{1}, std::size_t{63}, size / 2, size - 1}) {
      const std::string before =
          damage(folder.path(), name, [&](std::string& bytes) { bytes.resize(length); });
      EXPECT_EQ(open_snapshot(folder.path()).error().code, Code::kDataLoss)
          << name << " cut to " << length;
      EXPECT_FALSE(Segment::open(folder.path())) << name << " cut to " << length;
      restore(folder.path(), name, before);
    }
  }
  EXPECT_TRUE(open_snapshot(folder.path()));
}

TEST(SnapshotTest, FilesOfAnotherSnapshotAreRefused) {
  const TemporaryFolder one;
  const TemporaryFolder other;
  const TemporaryFolder smaller;
  write_snapshot(one.path(), 30, 1);
  write_snapshot(other.path(), 30, 2);
  write_snapshot(smaller.path(), 29, 1);
  for (const std::string name : kFiles) {
    if (name == "neighbours.brs") {
      continue;
    }
    const std::string before = damage(
        one.path(), name, [&](std::string& bytes) { bytes = *read_file(other.path() / name); });
    const auto opened = open_snapshot(one.path());
    ASSERT_FALSE(opened) << name;
    EXPECT_THAT(opened.error().message, HasSubstr(name));
    restore(one.path(), name, damage(smaller.path(), name, [](std::string&) {}));
    EXPECT_EQ(Segment::open(one.path()).error().code, Code::kDataLoss) << name;
    restore(one.path(), name, before);
  }
}

TEST(SnapshotTest, BrokenManifestsAreRefused) {
  const TemporaryFolder folder;
  write_snapshot(folder.path(), 5);
  const std::string good = *read_file(folder.path() / "snapshot.json");
  const auto code_of = [&](const std::string& text) {
    restore(folder.path(), "snapshot.json", text);
    const auto opened = open_snapshot(folder.path());
    return opened ? Code::kUnknown : opened.error().code;
  };
  for (std::size_t length = 0; length + 2 < good.size(); length += 7) {
    EXPECT_EQ(code_of(good.substr(0, length)), Code::kDataLoss);
  }
  EXPECT_EQ(code_of("[]"), Code::kDataLoss);
  EXPECT_EQ(code_of("{}"), Code::kDataLoss);
  EXPECT_EQ(code_of(R"({"format":"1"})"), Code::kDataLoss);
  EXPECT_EQ(code_of(R"({"format":2})"), Code::kFailedPrecondition);
  std::string wrong = good;
  wrong.replace(wrong.find("\"clusters\":["), 12, "\"clusters\":7,\"x\":[");
  EXPECT_EQ(code_of(wrong), Code::kDataLoss);
}

TEST(SnapshotTest, FindsByAnyNameInTheNewerSegment) {
  TestRows rows(2);
  Book book;
  book.id = "9782070360024";
  book.ean = book.id;
  book.title = "L'Étranger";
  rows.add(book, {1, 0});
  book.id = book.ean = "9782070360420";
  rows.add(book, {1, 0});
  const auto only = [&](std::size_t wanted) {
    return std::make_shared<const Segment>(
        build_in_memory(rows.where([&](std::size_t i) { return i == wanted; }), rows.options()));
  };
  Snapshot snapshot;
  snapshot.base = only(0);
  EXPECT_EQ(snapshot.find("9782070360024"), (RowRef{false, 0}));
  EXPECT_EQ(snapshot.find("2070360024"), (RowRef{false, 0}));
  EXPECT_EQ(snapshot.find("978-2-07-036002-4"), (RowRef{false, 0}));
  EXPECT_EQ(snapshot.find("9782070360420"), std::nullopt);
  EXPECT_EQ(snapshot.books(), 1);
  snapshot.delta = only(1);
  EXPECT_EQ(snapshot.find("9782070360420"), (RowRef{true, 0}));
  EXPECT_EQ(snapshot.books(), 2);
  snapshot.delta = only(0);
  snapshot.gone = RowSet(1);
  snapshot.gone.insert(0);
  EXPECT_EQ(snapshot.find("9782070360024"), (RowRef{true, 0}));
  EXPECT_EQ(snapshot.books(), 1);
  snapshot.delta = nullptr;
  EXPECT_EQ(snapshot.find("9782070360024"), std::nullopt);
  EXPECT_EQ(snapshot.books(), 0);
  EXPECT_FALSE(snapshot.alive({false, 0}));
}

}  // namespace
}  // namespace bookreco
