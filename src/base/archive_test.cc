#include "base/archive.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#define ZLIB_CONST
#include <zlib.h>

namespace bookreco {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Text that gzip cannot make much shorter, of more than one block.
std::string some_text() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    text += std::to_string(i * 7919 % 104729) + "\n";
  }
  return text;
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// What a source gave, and how it ended.
struct Outcome {
  std::string text;
  std::optional<Error> error;
};

Outcome read_all(Result<ByteSource> source) {
  Outcome outcome;
  if (!source) {
    outcome.error = source.error();
    return outcome;
  }
  for (;;) {
    const auto bytes = source->read();
    if (!bytes) {
      outcome.error = bytes.error();
      return outcome;
    }
    if (bytes->empty()) {
      return outcome;
    }
    outcome.text += *bytes;
  }
}

Outcome read_memory(std::string bytes) {
  return read_all(ByteSource::from_memory(std::move(bytes)));
}

void expect_error(const Outcome& outcome, Code code, std::string_view words) {
  ASSERT_TRUE(outcome.error) << words;
  EXPECT_EQ(outcome.error->code, code) << outcome.error->message;
  EXPECT_THAT(outcome.error->message, HasSubstr(words));
}

TEST(Gzip, is_read_with_any_number_of_members_and_padding) {
  const std::string text = some_text();
  for (const std::string& packed :
       {gzipped(text),
        gzipped(text.substr(0, 1000)) + gzipped("") + gzipped(text.substr(1000)),
        gzipped(text) + std::string(1'000'000, '\0'),
        gzipped(text.substr(0, 1)) + std::string(10, '\0') + gzipped(text.substr(1))}) {
    const Outcome outcome = read_memory(packed);
    EXPECT_FALSE(outcome.error) << outcome.error->message;
    EXPECT_EQ(outcome.text, text);
  }
  EXPECT_EQ(read_memory(gzipped("")).text, "");
}

TEST(Gzip, names_the_file_of_any_flipped_byte) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "books.jsonl.gz";
  const std::string packed = gzipped(some_text());
  constexpr std::size_t kHeader = 10;  // of it, bytes 4 to 9 mean nothing here: time, level, system
  for (std::size_t i = 0; i < packed.size(); i += i < kHeader ? 1 : packed.size() / 50) {
    if (i >= 4 && i < kHeader) {
      continue;
    }
    std::string damaged = packed;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    ASSERT_TRUE(write_file(path, damaged));
    const Outcome outcome = read_all(ByteSource::open(path.string()));
    if (i < 2) {
      EXPECT_EQ(outcome.text, damaged);  // not gzip any more
      continue;
    }
    ASSERT_TRUE(outcome.error) << "byte " << i;
    EXPECT_THAT(outcome.error->message, HasSubstr(path.string())) << "byte " << i;
  }
}

TEST(Gzip, checks_sum_and_length_at_the_end_of_every_member) {
  const std::string packed = gzipped(some_text());
  for (const std::size_t from_end : {1, 4, 5, 8}) {
    std::string damaged = packed;
    damaged[damaged.size() - from_end] ^= 1;
    expect_error(read_memory(damaged), Code::kInvalidArgument, "damaged (incorrect");
    expect_error(read_memory(damaged + packed), Code::kInvalidArgument, "damaged (incorrect");
    expect_error(read_memory(packed + damaged), Code::kInvalidArgument, "damaged (incorrect");
  }
}

TEST(Gzip, gives_what_came_before_it_was_cut) {
  const std::string text = some_text();
  const std::string packed = gzipped(text);
  for (const std::size_t left : {packed.size() - 1, packed.size() - 8, packed.size() / 2}) {
    const Outcome outcome = read_memory(packed.substr(0, left));
    expect_error(outcome, Code::kDataLoss, "ends early");
    EXPECT_TRUE(text.starts_with(outcome.text));
    EXPECT_GT(outcome.text.size(), text.size() / 3);
    const Outcome second = read_memory(packed + packed.substr(0, left));
    expect_error(second, Code::kDataLoss, "ends early");
    EXPECT_GT(second.text.size(), text.size());
  }
  expect_error(read_memory(packed.substr(0, 3)), Code::kDataLoss, "ends early");
}

TEST(Gzip, tells_of_trailing_garbage_and_gives_the_rest) {
  const std::string text = some_text();
  for (const std::string garbage : {"x", "<html>Bad Gateway</html>", "\x1F\x8C", "\x1F\x8B\x07"}) {
    const Outcome outcome = read_memory(gzipped(text) + garbage);
    EXPECT_EQ(outcome.text, text);
    EXPECT_EQ(outcome.error ? outcome.error->code : Code::kUnknown, Code::kDataLoss) << garbage;
  }
}

}  // namespace
}  // namespace bookreco
