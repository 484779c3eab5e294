#include "base/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bookreco {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

std::unexpected<Error> system_error(std::string_view action, const Path& path) {
  const int number = errno;
  Code code = Code::kUnavailable;
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      code = Code::kNotFound;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Code::kPermissionDenied;
      break;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      code = Code::kResourceExhausted;
      break;
    case EISDIR:
      code = Code::kInvalidArgument;
      break;
    default:
      break;
  }
  return fail(
      code, "cannot {} {}: {}", action, path.string(), std::generic_category().message(number));
}

Status write_all(int descriptor, std::string_view bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return system_error("write", path);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<MappedFile> MappedFile::open(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("open", path);
  }
  struct stat info{};
  MappedFile file;
  if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(descriptor);
    return fail(Code::kInvalidArgument, "{} is not a regular file", path.string());
  }
  file.size_ = static_cast<std::size_t>(info.st_size);
  if (file.size_ > 0) {
    void* data = ::mmap(nullptr, file.size_, PROT_READ, MAP_SHARED, descriptor, 0);
    if (data == MAP_FAILED) {
      ::close(descriptor);
      return system_error("map", path);
    }
    file.data_ = static_cast<const std::byte*>(data);
  }
  ::close(descriptor);
  return file;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): munmap takes no const
    ::munmap(const_cast<std::byte*>(data_), size_);
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Result<std::string> read_file(const Path& path, std::size_t limit) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("open", path);
  }
  std::string text;
  std::size_t size = 0;
  for (;;) {
    text.resize(size + kBufferBytes);
    const ssize_t count = ::read(descriptor, text.data() + size, kBufferBytes);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      const bool failed = count < 0;
      auto error = failed ? system_error("read", path) : fail(Code::kUnknown, "");
      ::close(descriptor);
      if (failed) {
        return error;
      }
      text.resize(size);
      return text;
    }
    size += static_cast<std::size_t>(count);
    if (size > limit) {
      ::close(descriptor);
      return fail(Code::kResourceExhausted, "{} is larger than {} bytes", path.string(), limit);
    }
  }
}

AtomicFile::AtomicFile(Path path, Path temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

Result<AtomicFile> AtomicFile::create(const Path& path) {
  std::string name = path.string() + ".tmp-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("create", path);
  }
  ::fchmod(descriptor, 0644);
  return AtomicFile(path, name, descriptor);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
  }
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      buffer_(std::move(other.buffer_)) {}

Status AtomicFile::flush() {
  Status status = write_all(descriptor_, buffer_, temporary_);
  buffer_.clear();
  return status;
}

Status AtomicFile::write(std::string_view bytes) {
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    BOOKRECO_TRY_VOID(flush());
    if (bytes.size() >= kBufferBytes) {
      return write_all(descriptor_, bytes, temporary_);
    }
  }
  buffer_ += bytes;
  return {};
}

Status AtomicFile::write(std::span<const std::byte> bytes) {
  return write(as_text(bytes));
}

Status AtomicFile::write_at(std::size_t offset, std::span<const std::byte> bytes) {
  BOOKRECO_CHECK(offset + bytes.size() <= size_);
  BOOKRECO_TRY_VOID(flush());
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return system_error("write", temporary_);
    }
    offset += static_cast<std::size_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Status AtomicFile::commit() {
  BOOKRECO_TRY_VOID(flush());
  if (::fsync(descriptor_) != 0) {
    return system_error("sync", temporary_);
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return system_error("rename to", path_);
  }
  ::close(std::exchange(descriptor_, -1));
  const Path folder = path_.has_parent_path() ? path_.parent_path() : Path(".");
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return {};
}

Status write_file(const Path& path, std::string_view bytes) {
  BOOKRECO_TRY(AtomicFile file, AtomicFile::create(path));
  BOOKRECO_TRY_VOID(file.write(bytes));
  return file.commit();
}

Status make_folders(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error && !std::filesystem::is_directory(path)) {
    errno = error.value();
    return system_error("create the folder", path);
  }
  return {};
}

Result<FileLock> FileLock::acquire(const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return system_error("open the lock", path);
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return fail(Code::kUnavailable, "{} is held by another process", path.string());
  }
  return FileLock(descriptor);
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "bookreco-XXXXXX").string();
  BOOKRECO_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace bookreco
