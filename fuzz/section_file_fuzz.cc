#include "base/section_file.h"
#include "support.h"

using namespace bookreco;

/// Any bytes as a file. The checksums stop nearly all of them; behind them see section_edits.h.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile bytes(fuzz::text_of(data, size));
  const auto file = SectionFile::open(bytes.path(), "test", 1);
  if (!file) {
    BOOKRECO_CHECK(file.error().code == Code::kDataLoss ||
                   file.error().code == Code::kFailedPrecondition);
    return 0;
  }
  for (const char* name : {"a", "b", ""}) {
    if (const auto section = file->section(name)) {
      BOOKRECO_CHECK(section->size() <= size && file->has(name));
    }
  }
  return 0;
}
