#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bookreco {

using Path = std::filesystem::path;

/// A read-only mapping of a whole file. The bytes live as long as the object; moving it does not
/// move them.
class MappedFile {
 public:
  static Result<MappedFile> open(const Path& path);
  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The whole file; kResourceExhausted above `limit` bytes.
Result<std::string> read_file(const Path& path, std::size_t limit = std::size_t{1} << 30);

/// A file that appears whole or not at all: bytes go to a temporary name beside `path`, commit()
/// syncs and renames. Without commit the temporary is removed. One thread at a time. A write that
/// fails (disk full) is told by commit too.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const Path& path);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  Status write(std::span<const std::byte> bytes);
  Status write(std::string_view bytes);
  /// Rewrites bytes already written, e.g. a header whose counts are known at the end.
  Status write_at(std::size_t offset, std::span<const std::byte> bytes);
  std::size_t size() const { return size_; }
  Status commit();

 private:
  AtomicFile(Path path, Path temporary, int descriptor);
  Status flush();

  Path path_;
  Path temporary_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
  std::string buffer_;
};

Status write_file(const Path& path, std::string_view bytes);

/// Creates the folder and its parents; kPermissionDenied or kFailedPrecondition says which part is
/// in the way.
Status make_folders(const Path& path);

/// An advisory lock held by this process on `path` until destruction; kUnavailable when another
/// process holds it.
class FileLock {
 public:
  static Result<FileLock> acquire(const Path& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

/// A fresh folder under the system's temporary one, removed with everything in it on destruction.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const Path& path() const { return path_; }

 private:
  Path path_;
};

}  // namespace bookreco
