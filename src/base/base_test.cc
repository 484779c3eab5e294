#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/archive.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/threads.h"
#include "base/utf8.h"

namespace bookreco {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) {
    return fail(Code::kInvalidArgument, "{} is odd", number);
  }
  return number / 2;
}

TEST(Try, nests_in_its_own_arguments_and_in_blocks) {
  const auto quarter_and_more = [](int number) -> Result<int> {
    BOOKRECO_TRY(const int quarter, [&]() -> Result<int> {
      BOOKRECO_TRY(const int once, half(number));
      BOOKRECO_TRY_VOID([&]() -> Status {
        BOOKRECO_TRY_VOID(half(once));
        return {};
      }());
      return half(once);
    }());
    int eighth = 0;
    if (quarter != 1) {
      BOOKRECO_TRY(eighth, half(quarter));
    }
    return quarter + eighth;
  };
  EXPECT_EQ(*quarter_and_more(16), 6);
  EXPECT_EQ(*quarter_and_more(4), 1);
  EXPECT_EQ(quarter_and_more(6).error().message, "3 is odd");
  EXPECT_EQ(quarter_and_more(12).error().message, "3 is odd");
}

TEST(Try, moves_what_cannot_be_copied) {
  const auto moved = []() -> Result<std::unique_ptr<int>> {
    BOOKRECO_TRY(std::unique_ptr<int> one, Result<std::unique_ptr<int>>(std::make_unique<int>(7)));
    return one;
  };
  EXPECT_EQ(**moved(), 7);
}

std::vector<std::string> lines_of(LineReader reader) {
  std::vector<std::string> lines;
  for (;;) {
    auto line = reader.next();
    if (!line) {
      lines.push_back("error " + std::string(code_name(line.error().code)));
      return lines;
    }
    if (!*line) {
      return lines;
    }
    lines.push_back((*line)->too_long ? "(too long)" : std::string((*line)->text));
  }
}

TEST(LineReader, cuts_lines_and_passes_over_the_too_long) {
  const std::string text =
      "\xEF\xBB\xBF"
      "one\r\n\n" +
      std::string(100, 'x') + "\nlast";
  EXPECT_THAT(lines_of(LineReader(*ByteSource::from_memory(text), 20)),
              testing::ElementsAre("one", "", "(too long)", "last"));
  EXPECT_THAT(lines_of(LineReader(*ByteSource::from_memory(""), 20)), testing::IsEmpty());
}

TEST(ZstdWriter, is_read_back_and_appears_only_at_commit) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "lines.zst";
  {
    auto writer = ZstdWriter::create(path);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write("alpha\nbeta\n"));
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(writer->commit());
  }
  EXPECT_THAT(lines_of(LineReader(*ByteSource::open(path.string()))),
              testing::ElementsAre("alpha", "beta"));
}

TEST(ByteSource, names_a_truncated_stream) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "lines.zst";
  auto writer = ZstdWriter::create(path);
  std::string noise;
  for (int i = 0; i < 100000; ++i) {
    noise += std::to_string(i * 7919 % 104729) + "\n";
  }
  ASSERT_TRUE(writer->write(noise));
  ASSERT_TRUE(writer->commit());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_EQ(lines_of(LineReader(*ByteSource::open(path.string()))).back(), "error data_loss");
}

TEST(AtomicFile, leaves_nothing_without_commit) {
  const TemporaryFolder folder;
  {
    auto file = AtomicFile::create(folder.path() / "a");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(std::string_view("half")));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(JsonWriter, escapes_and_separates) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("a", "é\"\n\x01")
      .key("b")
      .begin_array()
      .value(1)
      .value(0.5)
      .null()
      .end_array();
  json.field("bad", std::string_view("x\xFFy\xED\xA0\x80")).end_object();
  EXPECT_EQ(out,
            "{\"a\":\"é\\\"\\n\\u0001\",\"b\":[1,0.5,null],\"bad\":\"x\xEF\xBF\xBDy"
            "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}");
}

TEST(JsonWriter, finds_what_must_be_escaped_at_any_place) {
  for (int c = 0; c < 0x80; ++c) {
    const bool plain = c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
    for (std::size_t place = 0; place < 17; ++place) {
      std::string text(17, 'a');
      text[place] = static_cast<char>(c);
      std::string out;
      append_json_string(out, text);
      EXPECT_EQ(out == '"' + text + '"', plain) << c << " at " << place;
    }
  }
}

TEST(Utf8, refuses_what_rfc_3629_refuses) {
  EXPECT_TRUE(is_utf8("Œuvres — 文 𝄞"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("caf\xE9"));           // Latin-1
}

TEST(Threads, parallel_for_visits_each_block_once_and_rethrows) {
  std::vector<std::atomic<int>> seen(1000);
  parallel_for(seen.size(), 4, [&](std::size_t i) { ++seen[i]; });
  for (const auto& count : seen) {
    EXPECT_EQ(count, 1);
  }
  EXPECT_THROW(parallel_for(10,
                            4,
                            [](std::size_t i) {
                              if (i == 3)
                                throw std::runtime_error("x");
                            }),
               std::runtime_error);
}

TEST(Clock, writes_iso_8601) {
  EXPECT_EQ(to_iso8601(Timestamp(std::chrono::milliseconds(1'767'225'600'123))),
            "2026-01-01T00:00:00.123Z");
}

}  // namespace
}  // namespace bookreco
