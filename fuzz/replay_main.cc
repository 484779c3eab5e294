// Runs a fuzz target without libFuzzer: on every file of the folders given, whole and cut short at
// every length up to kMaxCut. Each input lies in a block of its own size, so that a sanitizer sees
// a read past its end.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "support.h"

namespace {

constexpr std::size_t kMaxCut = 1024;

void run(std::string_view bytes) {
  const auto copy = std::make_unique<std::uint8_t[]>(bytes.size());
  std::copy_n(bytes.data(), bytes.size(), copy.get());
  LLVMFuzzerTestOneInput(copy.get(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const auto bytes = bookreco::read_file(entry.path());
      if (!bytes) {
        std::fprintf(stderr, "%s\n", bytes.error().message.c_str());
        return 1;
      }
      std::printf("%s\n", entry.path().c_str());
      std::fflush(stdout);
      run(*bytes);
      for (std::size_t cut = 0; cut < std::min(bytes->size(), kMaxCut); ++cut) {
        run(std::string_view(*bytes).substr(0, cut));
      }
      ++files;
    }
  }
  if (files == 0) {
    std::fprintf(stderr, "usage: %s CORPUS-FOLDER… (with at least one file)\n", argv[0]);
    return 1;
  }
  return 0;
}
