#include "adapters/files/scratch.h"

#include <atomic>
#include <chrono>
#include <system_error>

#include <unistd.h>

#include "adapters/files/entries.h"

namespace bookreco {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLockSuffix = ".lock";

/// Different in each call of each process.
std::string new_name() {
  static std::atomic<std::uint64_t> calls{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return fmt::format("{}-{}-{}", now, ::getpid(), calls.fetch_add(1));
}

Path lock_of(const Path& folder) {
  return folder.string() + std::string(kLockSuffix);
}

/// The folder first: one without a lock file is never taken for a leftover, and so never found
/// again.
void remove_scratch(const Path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  fs::remove(lock_of(folder), ignored);
}

}  // namespace

Result<ScratchFolder> ScratchFolder::create(const Path& parent) {
  BOOKRECO_TRY_VOID(make_folders(parent));
  Path folder = parent / new_name();
  BOOKRECO_TRY(FileLock lock, FileLock::acquire(lock_of(folder)));
  BOOKRECO_TRY_VOID(make_folders(folder));
  return ScratchFolder(std::move(folder), std::move(lock));
}

ScratchFolder::~ScratchFolder() {
  if (!path_.empty()) {
    remove_scratch(path_);
  }
}

void clean_scratch(const Path& parent) {
  for (const fs::directory_entry& entry : entries_of(parent)) {
    if (entry.path().extension() != kLockSuffix) {
      continue;
    }
    const Path folder = parent / entry.path().stem();
    if (const auto lock = FileLock::acquire(lock_of(folder))) {
      remove_scratch(folder);
    }
  }
}

}  // namespace bookreco
