#include "base/archive.h"

#include <array>

#include <archive.h>
#include <archive_entry.h>
#include <zstd.h>

namespace bookreco {

struct ByteSource::Impl {
  archive* reader = nullptr;
  std::string memory;
  std::string name;
  std::uint64_t total = 0;
  bool empty = false;
  std::string buffer = std::string(std::size_t{1} << 18, '\0');

  ~Impl() { archive_read_free(reader); }

  const char* reason() const {  // libarchive does not always leave one
    const char* told = archive_error_string(reader);
    return told != nullptr ? told : "the compressed stream ends early";
  }

  Status start(int opened) {
    archive_entry* entry = nullptr;
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
};

namespace {

archive* new_reader() {
  archive* reader = archive_read_new();
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  return reader;
}

}  // namespace

ByteSource::ByteSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

Result<ByteSource> ByteSource::open(const std::string& path) {
  constexpr std::size_t kBlock = std::size_t{1} << 18;
  auto impl = std::make_unique<Impl>();
  impl->reader = new_reader();
  impl->name = path == "-" ? "standard input" : path;
  int opened = ARCHIVE_OK;
  if (path == "-") {
    opened = archive_read_open_fd(impl->reader, 0, kBlock);
  } else {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      return fail(Code::kInvalidArgument, "{} is a folder: name the file inside it", path);
    }
    impl->total = std::filesystem::file_size(path, error);
    if (error) {
      return fail(Code::kNotFound, "cannot open {}: {}", path, error.message());
    }
    opened = archive_read_open_filename(impl->reader, path.c_str(), kBlock);
  }
  BOOKRECO_TRY_VOID(impl->start(opened));
  return ByteSource(std::move(impl));
}

Result<ByteSource> ByteSource::from_memory(std::string bytes) {
  auto impl = std::make_unique<Impl>();
  impl->reader = new_reader();
  impl->name = "the input";
  impl->memory = std::move(bytes);
  impl->total = impl->memory.size();
  BOOKRECO_TRY_VOID(impl->start(
      archive_read_open_memory(impl->reader, impl->memory.data(), impl->memory.size())));
  return ByteSource(std::move(impl));
}

Result<std::string_view> ByteSource::read() {
  if (impl_->empty) {
    return std::string_view();
  }
  const la_ssize_t count =
      archive_read_data(impl_->reader, impl_->buffer.data(), impl_->buffer.size());
  if (count < 0) {
    return fail(Code::kDataLoss, "{} is truncated or damaged: {}", impl_->name, impl_->reason());
  }
  return std::string_view(impl_->buffer.data(), static_cast<std::size_t>(count));
}

std::uint64_t ByteSource::position() const {
  return static_cast<std::uint64_t>(archive_filter_bytes(impl_->reader, -1));
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
