#pragma once

#include <optional>

#include "base/files.h"
#include "base/result.h"

namespace bookreco {

/// An empty folder inside `parent`, locked while its owner lives and removed with what is left in
/// it.
class ScratchFolder {
 public:
  static Result<ScratchFolder> create(const Path& parent);
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&&) noexcept = default;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const Path& path() const { return path_; }

 private:
  ScratchFolder(Path path, FileLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  Path path_;  // empty once moved from
  FileLock lock_;
};

/// Removes the scratch folders whose owners are gone.
void clean_scratch(const Path& parent);

}  // namespace bookreco
