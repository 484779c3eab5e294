#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace bookreco {

/// Bytes of a file or of standard input ("-"), decompressed when they are gz, xz, zstd or bz2 (told
/// by content, never by name), read forward once. One thread. A truncated or damaged stream is
/// kDataLoss at the place where it breaks; a damaged gz, whose checksum comes at its end, is
/// kInvalidArgument: what was read of it may be wrong.
class ByteSource {
 public:
  static Result<ByteSource> open(const std::string& path);
  static Result<ByteSource> from_memory(std::string bytes);
  ~ByteSource();
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;

  /// The next bytes, valid until the next call; empty at the end.
  Result<std::string_view> read();

  /// Compressed bytes consumed so far and their total (0 for standard input): for progress bars.
  std::uint64_t position() const;
  std::uint64_t total() const;

 private:
  struct Impl;
  explicit ByteSource(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Cuts a ByteSource into lines. "\r\n" counts as "\n", a byte order mark at the start is skipped.
class LineReader {
 public:
  struct Line {
    std::string_view text;     ///< valid until the next call; empty when too_long
    std::uint64_t number = 0;  ///< from 1
    bool too_long = false;     ///< the line exceeded the limit and was passed over
  };

  explicit LineReader(ByteSource source, std::size_t max_line_bytes = std::size_t{16} << 20);

  /// nullopt at the end.
  Result<std::optional<Line>> next();
  const ByteSource& source() const { return source_; }

 private:
  ByteSource source_;
  std::size_t limit_;
  std::string pending_;
  std::string_view chunk_;
  std::uint64_t number_ = 0;
};

/// Writes a .zst file that appears whole at commit(). One thread.
class ZstdWriter {
 public:
  static Result<ZstdWriter> create(const Path& path, int level = 3);
  ~ZstdWriter();
  ZstdWriter(ZstdWriter&&) noexcept;
  ZstdWriter& operator=(ZstdWriter&&) noexcept;

  Status write(std::string_view bytes);
  Status commit();

 private:
  struct Impl;
  explicit ZstdWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
