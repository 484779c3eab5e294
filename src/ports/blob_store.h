#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace bookreco {

/// Folders of files that are written once and never changed: model versions and snapshots.
/// Locations are relative, "snapshot/20260131T120000Z-1a2b". Safe from any thread.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Runs `write` with an empty scratch folder, then makes its files appear under `location` at
  /// once.
  virtual Status publish(std::string_view location,
                         const std::function<Status(const Path&)>& write) = 0;
  /// A local folder with the files of `location`, to be mapped; stays until remove().
  virtual Result<Path> fetch(std::string_view location) = 0;
  /// Locations under `prefix`, sorted.
  virtual Result<std::vector<std::string>> list(std::string_view prefix) = 0;
  virtual Status remove(std::string_view location) = 0;
};

}  // namespace bookreco
