#include "base/archive.h"
#include "support.h"

using namespace bookreco;

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1}
                                  << 22;  ///< of one decompressed input: bombs end here
constexpr std::size_t kMaxLine = 64;

}  // namespace

/// The lines are the bytes cut at newlines; those too long are passed over, and still counted.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(fuzz::text_of(data, size));
  auto source = ByteSource::from_memory(bytes);
  auto lines = ByteSource::from_memory(bytes);
  BOOKRECO_CHECK(source.has_value() == lines.has_value());
  if (!source) {
    return 0;
  }
  std::uint64_t newlines = 0;
  std::size_t total = 0;
  while (total < kMaxBytes) {
    const auto chunk = source->read();
    if (!chunk || chunk->empty()) {
      break;
    }
    total += chunk->size();
    newlines += static_cast<std::uint64_t>(std::ranges::count(*chunk, '\n'));
  }
  LineReader reader(std::move(*lines), kMaxLine);
  std::uint64_t number = 0;
  for (auto line = reader.next(); line && *line && number <= newlines; line = reader.next()) {
    BOOKRECO_CHECK((*line)->number == ++number);
    BOOKRECO_CHECK((*line)->text.size() <= kMaxLine &&
                   (*line)->text.find('\n') == std::string_view::npos);
    BOOKRECO_CHECK(!(*line)->too_long || (*line)->text.empty());
  }
  BOOKRECO_CHECK(total >= kMaxBytes || number <= newlines + 1);
  return 0;
}
