#include "adapters/files/folder_blob_store.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "adapters/files/entries.h"
#include "adapters/files/scratch.h"

namespace bookreco {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScratch = ".scratch";

std::unexpected<Error> file_error(std::string_view action,
                                  const Path& path,
                                  const std::error_code& error) {
  Code code = Code::kUnavailable;
  if (error == std::errc::no_space_on_device || error == std::errc::file_too_large) {
    code = Code::kResourceExhausted;
  } else if (error == std::errc::permission_denied || error == std::errc::read_only_file_system ||
             error == std::errc::operation_not_permitted) {
    code = Code::kPermissionDenied;
  } else if (error == std::errc::filename_too_long) {
    code = Code::kInvalidArgument;
  }
  return fail(code, "cannot {} {}: {}", action, path.string(), error.message());
}

Status sync(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (!synced) {
    return file_error("sync", path, error);
  }
  return {};
}

/// Everything in `folder` is on the disk when this returns.
Status sync_all(const Path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) || it->is_regular_file(ignored)) {
      BOOKRECO_TRY_VOID(sync(it->path()));
    }
  }
  if (error) {
    return file_error("read", folder, error);
  }
  return sync(folder);
}

/// A location is a folder with files of its own; the folders above it hold folders alone.
bool is_location(const Path& folder) {
  std::error_code ignored;
  return std::ranges::any_of(entries_of(folder), [&](const fs::directory_entry& entry) {
    return entry.is_regular_file(ignored);
  });
}

Status require_well_formed(std::string_view location) {
  std::string_view rest = location;
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part.front() == '.' || part.find('\0') != part.npos) {
      return fail(Code::kInvalidArgument,
                  "\"{}\" is not a location: it must be a relative path of names that do not begin "
                  "with a dot",
                  location.substr(0, location.find('\0')));
    }
    if (slash == rest.npos) {
      return {};
    }
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<std::unique_ptr<FolderBlobStore>> FolderBlobStore::open(const Path& root) {
  BOOKRECO_TRY_VOID(make_folders(root));
  clean_scratch(root / kScratch);
  return std::unique_ptr<FolderBlobStore>(new FolderBlobStore(root));
}

Result<Path> FolderBlobStore::resolve(std::string_view location) const {
  BOOKRECO_TRY_VOID(require_well_formed(location));
  return root_ / location;
}

Status FolderBlobStore::require_free(const Path& target) const {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (fs::exists(status)) {
    return fail(
        Code::kAlreadyExists, "{} is published already: locations never change", target.string());
  }
  if (error && error != std::errc::no_such_file_or_directory &&
      error != std::errc::not_a_directory) {
    return file_error("look at", target, error);
  }
  for (Path above = target.parent_path(); above != root_; above = above.parent_path()) {
    if (is_location(above) || fs::is_regular_file(above, error)) {
      return fail(Code::kInvalidArgument, "{} would be inside {}", target.string(), above.string());
    }
  }
  return {};
}

Status FolderBlobStore::publish(std::string_view location,
                                const std::function<Status(const Path&)>& write) {
  BOOKRECO_TRY(const Path target, resolve(location));
  BOOKRECO_TRY_VOID(require_free(target));
  BOOKRECO_TRY(const ScratchFolder scratch, ScratchFolder::create(root_ / kScratch));
  BOOKRECO_TRY_VOID(write(scratch.path()));
  if (!is_location(scratch.path())) {
    return fail(Code::kInvalidArgument, "nothing was written to publish as {}", location);
  }
  BOOKRECO_TRY_VOID(sync_all(scratch.path()));
  BOOKRECO_TRY_VOID(make_folders(target.parent_path()));
  // The rename refuses a folder that another process has published meanwhile: it is not empty.
  std::error_code error;
  fs::rename(scratch.path(), target, error);
  if (error == std::errc::directory_not_empty || error == std::errc::file_exists) {
    return fail(
        Code::kAlreadyExists, "{} is published already: locations never change", target.string());
  }
  if (error) {
    return file_error("publish", target, error);
  }
  for (Path folder = target.parent_path();; folder = folder.parent_path()) {
    BOOKRECO_TRY_VOID(sync(folder));
    if (folder == root_) {
      return {};
    }
  }
}

Result<Path> FolderBlobStore::fetch(std::string_view location) {
  BOOKRECO_TRY(const Path folder, resolve(location));
  if (!is_location(folder)) {
    return fail(Code::kNotFound, "nothing is published as {}", location);
  }
  return folder;
}

Result<std::vector<std::string>> FolderBlobStore::list(std::string_view prefix) {
  while (prefix.ends_with('/')) {
    prefix.remove_suffix(1);
  }
  Path top = root_;
  if (!prefix.empty()) {
    BOOKRECO_TRY(top, resolve(prefix));
  }
  std::vector<std::string> locations;
  std::vector<Path> open{top};
  while (!open.empty()) {
    const Path folder = std::move(open.back());
    open.pop_back();
    if (folder != root_ && is_location(folder)) {
      locations.push_back(folder.lexically_relative(root_).generic_string());
      continue;
    }
    std::error_code ignored;
    for (const fs::directory_entry& entry : entries_of(folder)) {
      if (entry.is_directory(ignored) && entry.path().filename().native().front() != '.') {
        open.push_back(entry.path());
      }
    }
  }
  std::ranges::sort(locations);
  return locations;
}

Status FolderBlobStore::remove(std::string_view location) {
  BOOKRECO_TRY(const Path folder, fetch(location));
  BOOKRECO_TRY(const ScratchFolder scratch, ScratchFolder::create(root_ / kScratch));
  std::error_code error;
  fs::rename(folder, scratch.path() / "removed", error);
  if (error) {
    return file_error("remove", folder, error);
  }
  return {};
}

}  // namespace bookreco
