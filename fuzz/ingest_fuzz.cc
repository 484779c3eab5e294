#include <array>
#include <deque>

#include "services/ingest/reader_rows.h"
#include "support.h"

using namespace bookreco;

namespace {

class CheckingSink final : public ConvertSink {
 public:
  explicit CheckingSink(std::size_t files) : files_(files) {}

  Status book(RawBook&& book) override {
    check_place(book.file, book.row);
    std::string json;
    append_raw_book_json(json, book);
    BOOKRECO_CHECK(raw_book_from_json(json));
    return {};
  }
  Status interaction(RawInteraction&& interaction) override {
    check_place(interaction.file, interaction.row);
    if (const auto read =
            read_interaction_row(interaction, "b", Timestamp(std::chrono::days(20'000)))) {
      BOOKRECO_CHECK(is_utf8(read->reader_id) && !read->reader_id.empty());
    } else {
      BOOKRECO_CHECK(!read.error().reason.empty() && is_utf8(read.error().value));
    }
    return {};
  }
  Status reject(Reject&& reject) override {
    BOOKRECO_CHECK(reject.file < files_ && !reject.reason.empty() && reject.value.size() <= 600 &&
                   is_utf8(reject.value));
    return {};
  }

 private:
  void check_place(std::size_t file, std::uint64_t row) const {
    BOOKRECO_CHECK(file < files_ && row > 0);
  }

  std::size_t files_;
};

}  // namespace

/// The first byte chooses the format (or that it is to be told from the content); files are parted
/// by "\x1e".
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<const char*, 9> kFormats = {"",
                                                          "furet",
                                                          "jsonl",
                                                          "goodbooks-books",
                                                          "goodreads",
                                                          "openlibrary",
                                                          "storygraph",
                                                          "librarything",
                                                          "interactions"};
  fuzz::Input input(data, size);
  ConvertOptions options;
  options.format = kFormats[input.take<std::uint8_t>() % kFormats.size()];
  std::deque<fuzz::MemoryFile> files;
  std::vector<std::string> paths;
  do {
    paths.push_back(files.emplace_back(input.take_until('\x1e')).path().string());
  } while (!input.empty());
  CheckingSink sink(files.size());
  const Status status = convert_files(paths, options, sink, {});
  BOOKRECO_CHECK(status || !status.error().message.empty());
  return 0;
}
