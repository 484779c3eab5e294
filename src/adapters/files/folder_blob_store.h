#pragma once

#include <memory>

#include "base/files.h"
#include "ports/blob_store.h"

namespace bookreco {

/// A BlobStore in a folder: each location is a folder below it that holds at least one file at its
/// top. Several processes may use one folder. A location appears whole by a rename, after its files
/// are on the disk; it is removed by a rename too, and what has it mapped keeps its files.
class FolderBlobStore final : public BlobStore {
 public:
  /// Creates the folder when absent, and cleans up what crashed processes left unpublished.
  static Result<std::unique_ptr<FolderBlobStore>> open(const Path& root);

  /// kInvalidArgument for a location that leaves the folder, is hidden (a part begins with "."), or
  /// that is inside another; kAlreadyExists for one that is there; else what `write` answers.
  Status publish(std::string_view location,
                 const std::function<Status(const Path&)>& write) override;
  Result<Path> fetch(std::string_view location) override;
  Result<std::vector<std::string>> list(std::string_view prefix) override;
  Status remove(std::string_view location) override;

 private:
  explicit FolderBlobStore(Path root) : root_(std::move(root)) {}
  Result<Path> resolve(std::string_view location) const;
  Status require_free(const Path& target) const;

  const Path root_;
};

}  // namespace bookreco
