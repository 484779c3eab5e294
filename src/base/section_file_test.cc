#include "base/section_file.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/section_format.h"

namespace bookreco {
namespace {

using section_format::Entry;
using section_format::Header;

class SectionFileTest : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  const Path path_ = folder_.path() / "file.brs";

  void write(std::span<const std::uint32_t> numbers) {
    auto writer = SectionWriter::to_file(path_, "test", 7);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->add<std::uint32_t>("numbers", numbers));
    ASSERT_TRUE(writer->begin("empty"));
    ASSERT_TRUE(writer->add<char>("text", std::string_view("abc")));
    ASSERT_TRUE(writer->finish());
  }

  Code code_of(std::string_view bytes, std::string_view kind = "test", std::uint32_t version = 7) {
    EXPECT_TRUE(write_file(path_, bytes));
    const auto file = SectionFile::open(path_, kind, version);
    return file ? Code{} : file.error().code;
  }

  /// Changes header or table and makes the checksum right again.
  template <class Change>
  std::string forged(std::string bytes, const Change& change) {
    Header header;
    std::memcpy(&header, bytes.data(), sizeof(header));
    std::vector<Entry> table(header.sections);
    std::memcpy(table.data(), bytes.data() + header.table_offset, table.size() * sizeof(Entry));
    const std::size_t offset = header.table_offset;
    change(header, table);
    header.checksum = section_format::checksum(header, table);
    std::memcpy(bytes.data(), &header, sizeof(header));
    std::memcpy(bytes.data() + offset, table.data(), table.size() * sizeof(Entry));
    return bytes;
  }
};

TEST_F(SectionFileTest, gives_back_what_was_written_aligned) {
  write(std::vector<std::uint32_t>{1, 2, 3});
  const auto file = SectionFile::open(path_, "test", 7);
  ASSERT_TRUE(file) << file.error().message;
  const auto numbers = file->array<std::uint32_t>("numbers");
  ASSERT_TRUE(numbers);
  EXPECT_THAT(*numbers, testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers->data()) % 64, 0U);
  EXPECT_TRUE(file->has("empty"));
  EXPECT_EQ(file->section("empty")->size(), 0U);
  EXPECT_EQ(file->section("text")->size(), 3U);
  EXPECT_FALSE(file->has("other"));
  EXPECT_EQ(file->section("other").error().code, Code::kDataLoss);
  EXPECT_EQ(file->array<std::uint32_t>("text").error().code, Code::kDataLoss);
}

TEST_F(SectionFileTest, memory_holds_the_bytes_of_the_file) {
  Random random(1);
  std::vector<std::uint64_t> large(400'000);
  for (auto& value : large) {
    value = random.next();
  }
  auto to_file = SectionWriter::to_file(path_, "test", 1);
  ASSERT_TRUE(to_file);
  SectionWriter to_memory = SectionWriter::to_memory("test", 1);
  for (SectionWriter* writer : {&*to_file, &to_memory}) {
    ASSERT_TRUE(writer->add<std::uint64_t>("large", large));
    ASSERT_TRUE(writer->begin("pieces"));
    for (std::size_t i = 0; i + 777 <= large.size(); i += 777) {
      ASSERT_TRUE(writer->append_array<std::uint64_t>(std::span(large).subspan(i, 777)));
    }
    ASSERT_TRUE(writer->add<char>("last", std::string_view("x")));
  }
  const auto on_disk = to_file->finish();
  const auto in_memory = to_memory.finish();
  ASSERT_TRUE(on_disk) << on_disk.error().message;
  ASSERT_TRUE(in_memory) << in_memory.error().message;
  for (const char* name : {"large", "pieces", "last"}) {
    const auto a = *on_disk->section(name);
    const auto b = *in_memory->section(name);
    ASSERT_EQ(a.size(), b.size());
    EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size()), 0);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data()) % 64, 0U);
  }
}

TEST_F(SectionFileTest, an_empty_file_of_sections_is_legal) {
  ASSERT_TRUE(SectionWriter::to_memory("test", 1).finish());
  auto writer = SectionWriter::to_file(path_, "test", 1);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->finish());
}

TEST_F(SectionFileTest, appears_only_when_finished) {
  auto writer = SectionWriter::to_file(path_, "test", 1);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->begin("a"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_TRUE(writer->finish());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(SectionFileTest, another_kind_or_version_is_a_failed_precondition) {
  write(std::vector<std::uint32_t>{1});
  const std::string bytes = *read_file(path_);
  EXPECT_EQ(code_of(bytes, "other"), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(bytes, "test", 8), Code::kFailedPrecondition);
  EXPECT_EQ(code_of(bytes), Code{});
}

TEST_F(SectionFileTest, every_flipped_byte_is_noticed) {
  write(std::vector<std::uint32_t>{1, 2, 3});
  const std::string bytes = *read_file(path_);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    const Code code = code_of(damaged);
    EXPECT_TRUE(code == Code::kDataLoss || (i >= 8 && i < 12 && code == Code::kFailedPrecondition))
        << "byte " << i;
  }
}

TEST_F(SectionFileTest, every_truncation_and_every_longer_file_is_noticed) {
  write(std::vector<std::uint32_t>{1, 2, 3});
  const std::string bytes = *read_file(path_);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(code_of(bytes.substr(0, length)), Code::kDataLoss) << length;
  }
  EXPECT_EQ(code_of(bytes + '\0'), Code::kDataLoss);
}

TEST_F(SectionFileTest, absurd_sizes_are_refused_even_under_a_right_checksum) {
  write(std::vector<std::uint32_t>{1, 2, 3});
  const std::string bytes = *read_file(path_);
  EXPECT_EQ(code_of(forged(bytes, [](Header&, std::vector<Entry>&) {})), Code{});
  for (const std::uint64_t absurd : {std::uint64_t{1},
                                     std::uint64_t{64},
                                     std::uint64_t{1} << 40,
                                     ~std::uint64_t{0},
                                     ~std::uint64_t{0} - 63,
                                     std::uint64_t{1} << 63}) {
    EXPECT_EQ(code_of(forged(bytes, [&](Header& h, auto&) { h.file_bytes += absurd; })),
              Code::kDataLoss);
    EXPECT_EQ(code_of(forged(bytes, [&](Header& h, auto&) { h.table_offset += absurd; })),
              Code::kDataLoss);
    EXPECT_EQ(code_of(forged(bytes, [&](Header& h, auto&) { h.sections += absurd; })),
              Code::kDataLoss);
    for (const std::size_t section : {0U, 1U, 2U}) {
      EXPECT_EQ(code_of(forged(bytes, [&](auto&, auto& t) { t[section].offset += absurd; })),
                Code::kDataLoss);
      EXPECT_EQ(code_of(forged(bytes, [&](auto&, auto& t) { t[section].bytes += absurd; })),
                Code::kDataLoss);
    }
  }
}

TEST_F(SectionFileTest, a_file_that_is_absent_or_a_folder_is_an_error) {
  EXPECT_EQ(SectionFile::open(folder_.path() / "none", "test", 1).error().code, Code::kNotFound);
  EXPECT_FALSE(SectionFile::open(folder_.path(), "test", 1));
}

TEST_F(SectionFileTest, names_of_sections_are_checked) {
  SectionWriter writer = SectionWriter::to_memory("test", 1);
  ASSERT_TRUE(writer.begin("a"));
  EXPECT_EQ(writer.begin("a").error().code, Code::kAlreadyExists);
  EXPECT_EQ(writer.begin("").error().code, Code::kInvalidArgument);
  EXPECT_EQ(writer.begin(std::string(40, 'x')).error().code, Code::kInvalidArgument);
  EXPECT_EQ(writer.begin(std::string_view("a\0b", 3)).error().code, Code::kInvalidArgument);
}

TEST_F(SectionFileTest, a_default_object_has_no_sections) {
  EXPECT_FALSE(SectionFile().has("a"));
}

}  // namespace
}  // namespace bookreco
