#include "base/archive.h"

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include "base/archive_gzip.h"

namespace bookreco {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18;

/// The bytes as they are stored, in blocks: of a file, of standard input or of memory.
class StoredBytes {
 public:
  StoredBytes() = default;
  explicit StoredBytes(std::string memory) : memory_(std::move(memory)) {}
  explicit StoredBytes(int descriptor) : descriptor_(descriptor) {}
  ~StoredBytes() {
    if (descriptor_ > STDERR_FILENO) {
      ::close(descriptor_);
    }
  }
  StoredBytes(const StoredBytes&) = delete;
  StoredBytes& operator=(const StoredBytes&) = delete;

  /// Valid until the next call; empty at the end.
  Result<std::string_view> next() {
    if (descriptor_ < 0) {
      const std::string_view all = std::string_view(memory_).substr(position_);
      position_ = memory_.size();
      return all;
    }
    memory_.resize(kBlock);
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, memory_.data(), memory_.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      return fail(Code::kUnavailable, "{}", std::generic_category().message(errno));
    }
    position_ += static_cast<std::size_t>(count);
    return std::string_view(memory_.data(), static_cast<std::size_t>(count));
  }
  std::uint64_t position() const { return position_; }

 private:
  int descriptor_ = -1;
  std::string memory_;  ///< the last block of a descriptor
  std::size_t position_ = 0;
};

}  // namespace

struct ByteSource::Impl {
  StoredBytes stored;
  std::string name;
  std::uint64_t total = 0;
  std::optional<GzipReader> gzip;
  archive* reader = nullptr;  ///< what is not gzip
  std::string_view head;      ///< read by start(), for the reader to take
  bool empty = false;
  std::string buffer;

  explicit Impl(std::string memory) : stored(std::move(memory)) {}
  explicit Impl(int descriptor) : stored(descriptor) {}
  ~Impl() { archive_read_free(reader); }

  const char* reason() const {  // libarchive does not always leave one
    const char* told = archive_error_string(reader);
    return told != nullptr ? told : "the compressed stream ends early";
  }

  static la_ssize_t give(archive* reader, void* self, const void** block) {
    auto& source = *static_cast<Impl*>(self);
    std::string_view bytes = std::exchange(source.head, {});
    if (bytes.empty()) {
      const auto next = source.stored.next();
      if (!next) {
        archive_set_error(reader, EIO, "%s", next.error().message.c_str());
        return -1;
      }
      bytes = *next;
    }
    *block = bytes.data();
    return static_cast<la_ssize_t>(bytes.size());
  }

  Status start() {
    BOOKRECO_TRY(head, stored.next());
    if (GzipReader::recognises(head)) {
      gzip.emplace(head, [this] { return stored.next(); });
      return {};
    }
    return start_reader();
  }

  Status start_reader() {
    buffer.resize(kBlock);
    reader = archive_read_new();
    archive_read_support_filter_xz(reader);
    archive_read_support_filter_zstd(reader);
    archive_read_support_filter_bzip2(reader);
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
    archive_entry* entry = nullptr;
    int opened = archive_read_open(reader, this, nullptr, &Impl::give, nullptr);
    if (opened == ARCHIVE_OK) {
      opened = archive_read_next_header(reader, &entry);
    }
    if (opened == ARCHIVE_EOF) {  // an empty input has no entry
      empty = true;
      return {};
    }
    if (opened != ARCHIVE_OK && opened != ARCHIVE_WARN) {
      return fail(Code::kDataLoss, "cannot read {}: {}", name, reason());
    }
    return {};
  }

  Result<std::string_view> read_gzip() {
    auto bytes = gzip->read();
    if (bytes) {
      return bytes;
    }
    const Error& error = bytes.error();
    if (error.code == Code::kInvalidArgument) {
      return fail(error.code,
                  "{} is damaged ({}) and no row of it can be trusted: fetch it again, or compress "
                  "it again",
                  name,
                  error.message);
    }
    if (error.code == Code::kDataLoss) {
      return fail(error.code, "{} is truncated or damaged: {}", name, error.message);
    }
    return in_context(name, error);
  }
};

ByteSource::ByteSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

Result<ByteSource> ByteSource::open(const std::string& path) {
  std::uint64_t total = 0;
  int descriptor = STDIN_FILENO;
  if (path != "-") {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      return fail(Code::kInvalidArgument, "{} is a folder: name the file inside it", path);
    }
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      const int why = errno;
      return fail(why == EACCES ? Code::kPermissionDenied : Code::kNotFound,
                  "cannot open {}: {}",
                  path,
                  std::generic_category().message(why));
    }
    const auto size = std::filesystem::file_size(path, error);
    total = error ? 0 : size;  // a pipe has none
  }
  auto impl = std::make_unique<Impl>(descriptor);
  impl->name = path == "-" ? "standard input" : path;
  impl->total = total;
  if (Status started = impl->start(); !started) {
    return started.error().code == Code::kUnavailable ? in_context(impl->name, started.error())
                                                      : std::unexpected(started.error());
  }
  return ByteSource(std::move(impl));
}

Result<ByteSource> ByteSource::from_memory(std::string bytes) {
  const std::uint64_t total = bytes.size();
  auto impl = std::make_unique<Impl>(std::move(bytes));
  impl->name = "the input";
  impl->total = total;
  BOOKRECO_TRY_VOID(impl->start());
  return ByteSource(std::move(impl));
}

Result<std::string_view> ByteSource::read() {
  if (impl_->empty) {
    return std::string_view();
  }
  if (impl_->gzip) {
    return impl_->read_gzip();
  }
  const la_ssize_t count =
      archive_read_data(impl_->reader, impl_->buffer.data(), impl_->buffer.size());
  if (count < 0) {
    return fail(Code::kDataLoss, "{} is truncated or damaged: {}", impl_->name, impl_->reason());
  }
  return std::string_view(impl_->buffer.data(), static_cast<std::size_t>(count));
}

std::uint64_t ByteSource::position() const {
  return impl_->stored.position();
}

std::uint64_t ByteSource::total() const {
  return impl_->total;
}

LineReader::LineReader(ByteSource source, std::size_t max_line_bytes)
    : source_(std::move(source)), limit_(max_line_bytes) {}

Result<std::optional<LineReader::Line>> LineReader::next() {
  pending_.clear();
  bool too_long = false;
  bool any = false;
  for (;;) {
    if (chunk_.empty()) {
      BOOKRECO_TRY(chunk_, source_.read());
      if (number_ == 0 && !any && chunk_.starts_with("\xEF\xBB\xBF")) {
        chunk_.remove_prefix(3);
      }
      if (chunk_.empty()) {
        break;
      }
    }
    any = true;
    const std::size_t end = chunk_.find('\n');
    const std::string_view part = chunk_.substr(0, end);
    too_long = too_long || pending_.size() + part.size() > limit_;
    if (too_long) {
      pending_.clear();
    } else if (end != std::string_view::npos && pending_.empty()) {
      chunk_.remove_prefix(end + 1);
      Line line{part, ++number_, false};
      if (line.text.ends_with('\r')) {
        line.text.remove_suffix(1);
      }
      return line;
    } else {
      pending_ += part;
    }
    if (end != std::string_view::npos) {
      chunk_.remove_prefix(end + 1);
      break;
    }
    chunk_ = {};
  }
  if (!any) {
    return std::nullopt;
  }
  Line line{pending_, ++number_, too_long};
  if (line.text.ends_with('\r')) {
    line.text.remove_suffix(1);
  }
  return line;
}

struct ZstdWriter::Impl {
  AtomicFile file;
  ZSTD_CCtx* context = nullptr;
  std::string buffer = std::string(ZSTD_CStreamOutSize(), '\0');

  explicit Impl(AtomicFile target) : file(std::move(target)), context(ZSTD_createCCtx()) {}
  ~Impl() { ZSTD_freeCCtx(context); }

  Status compress(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer output{buffer.data(), buffer.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context, &output, &input, directive);
      if (ZSTD_isError(left) != 0U) {
        return fail(Code::kInternal, "zstd: {}", ZSTD_getErrorName(left));
      }
      BOOKRECO_TRY_VOID(file.write(std::string_view(buffer.data(), output.pos)));
      const bool finished = directive == ZSTD_e_end ? left == 0 : input.pos == input.size;
      if (finished) {
        return {};
      }
    }
  }
};

ZstdWriter::ZstdWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ZstdWriter::~ZstdWriter() = default;
ZstdWriter::ZstdWriter(ZstdWriter&&) noexcept = default;
ZstdWriter& ZstdWriter::operator=(ZstdWriter&&) noexcept = default;

Result<ZstdWriter> ZstdWriter::create(const Path& path, int level) {
  BOOKRECO_TRY(AtomicFile file, AtomicFile::create(path));
  auto impl = std::make_unique<Impl>(std::move(file));
  ZSTD_CCtx_setParameter(impl->context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(impl->context, ZSTD_c_checksumFlag, 1);
  // Compresses beside the caller; a libzstd without threads refuses, and compresses here.
  ZSTD_CCtx_setParameter(impl->context, ZSTD_c_nbWorkers, 1);
  return ZstdWriter(std::move(impl));
}

Status ZstdWriter::write(std::string_view bytes) {
  return impl_->compress(bytes, ZSTD_e_continue);
}

Status ZstdWriter::commit() {
  BOOKRECO_TRY_VOID(impl_->compress({}, ZSTD_e_end));
  return impl_->file.commit();
}

}  // namespace bookreco
