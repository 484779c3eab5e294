#include "base/archive_gzip.h"

#include <algorithm>
#include <limits>

#define ZLIB_CONST  // NOLINT(readability-identifier-naming): zlib asks for this name
#include <zlib.h>

namespace bookreco {

struct GzipReader::Impl {
  Stored stored;
  std::string_view input;
  z_stream stream{};
  bool first = true;     ///< in the first member
  bool between = false;  ///< behind a whole member
  bool ended = false;
  std::string buffer = std::string(std::size_t{1} << 18, '\0');

  ~Impl() { inflateEnd(&stream); }

  /// Whether there is input, after asking for more when there is none.
  Result<bool> fill() {
    if (input.empty()) {
      BOOKRECO_TRY(input, stored());
    }
    return !input.empty();
  }

  /// Begins the next member; false at the end. Zeros after the last member are padding.
  Result<bool> next_member() {
    for (;;) {
      BOOKRECO_TRY(const bool more, fill());
      if (!more) {
        return false;
      }
      const std::size_t zeros = std::min(input.find_first_not_of('\0'), input.size());
      input.remove_prefix(zeros);
      if (!input.empty()) {
        between = false;
        first = false;
        inflateReset(&stream);
        return true;
      }
    }
  }

  /// One step of zlib's; the bytes that it left in the buffer.
  Result<std::size_t> inflate_some() {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const auto given = static_cast<uInt>(std::min(input.size(), kMost));
    const auto room = static_cast<uInt>(buffer.size());
    stream.next_in = reinterpret_cast<const Bytef*>(input.data());
    stream.avail_in = given;
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = room;
    const int result = inflate(&stream, Z_NO_FLUSH);
    input.remove_prefix(given - stream.avail_in);
    if (result == Z_STREAM_END) {
      between = true;
    } else if (result == Z_MEM_ERROR) {
      return fail(Code::kResourceExhausted, "no memory left to unpack gzip");
    } else if (result == Z_DATA_ERROR && !first && stream.total_out == 0) {
      return fail(Code::kDataLoss, "what follows its compressed bytes is not gzip");
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return fail(Code::kInvalidArgument,
                  "{}",
                  stream.msg != nullptr ? stream.msg : "it needs a preset dictionary");
    }
    return room - stream.avail_out;
  }
};

GzipReader::GzipReader(std::string_view head, Stored stored) : impl_(std::make_unique<Impl>()) {
  constexpr int kGzipOnly = 15 + 16;
  impl_->stored = std::move(stored);
  impl_->input = head;
  BOOKRECO_CHECK(inflateInit2(&impl_->stream, kGzipOnly) == Z_OK);
}
GzipReader::~GzipReader() = default;
GzipReader::GzipReader(GzipReader&&) noexcept = default;
GzipReader& GzipReader::operator=(GzipReader&&) noexcept = default;

Result<std::string_view> GzipReader::read() {
  Impl& gzip = *impl_;
  std::size_t filled = 0;
  while (filled == 0 && !gzip.ended) {
    if (gzip.between) {
      BOOKRECO_TRY(const bool another, gzip.next_member());
      gzip.ended = !another;
      continue;
    }
    BOOKRECO_TRY(const bool more, gzip.fill());
    if (!more) {
      return fail(Code::kDataLoss, "the gzip stream ends early");
    }
    BOOKRECO_TRY(filled, gzip.inflate_some());
  }
  return std::string_view(gzip.buffer.data(), filled);
}

}  // namespace bookreco
