#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bookreco {

/// Unpacks gzip (RFC 1952), members one after the other, and holds each to its checksum and length,
/// which libarchive does not. One thread.
class GzipReader {
 public:
  /// Answers the next stored bytes, valid until its next call; empty at the end.
  using Stored = std::function<Result<std::string_view>()>;

  static bool recognises(std::string_view head) { return head.starts_with("\x1F\x8B"); }

  /// `head` are stored bytes that were taken already, and live until the first read.
  GzipReader(std::string_view head, Stored stored);
  ~GzipReader();
  GzipReader(GzipReader&&) noexcept;
  GzipReader& operator=(GzipReader&&) noexcept;

  /// The next bytes, valid until the next call; empty at the end. kDataLoss where the stream ends
  /// early, or is followed by something else than gzip or zeros: what was read until then is whole.
  /// kInvalidArgument for damage: what was read until then may be wrong.
  Result<std::string_view> read();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
