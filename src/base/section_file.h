#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace bookreco {

/// What SectionFile::open verifies. kHeaders passes over the checksums of the sections: for files
/// that nobody has touched since they were verified.
enum class SectionCheck { kEverything, kHeaders };

/// The container of index and model files: a header (magic, kind, version), named sections aligned
/// to 64 bytes, a table of them with XXH3 checksums (docs/formats/section-file.md). Little-endian;
/// frozen once released.
///
/// A file is verified whole when opened: kDataLoss for a wrong magic, a truncated or flipped byte,
/// or an absurd size; kFailedPrecondition for another kind or version. Sections live as long as the
/// object or its copies; safe from any thread.
class SectionFile {
 public:
  static Result<SectionFile> open(const Path& path,
                                  std::string_view kind,
                                  std::uint32_t version,
                                  SectionCheck check = SectionCheck::kEverything);

  bool has(std::string_view name) const;
  /// kDataLoss when the section is missing.
  Result<std::span<const std::byte>> section(std::string_view name) const;
  /// The same, as elements; kDataLoss when its size is no multiple of theirs.
  template <class T>
  Result<std::span<const T>> array(std::string_view name) const {
    BOOKRECO_TRY(const auto bytes, section(name));
    if (bytes.size() % sizeof(T) != 0) {
      return fail(Code::kDataLoss,
                  "section {} has {} bytes, no multiple of {}",
                  name,
                  bytes.size(),
                  sizeof(T));
    }
    return std::span<const T>(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
  }

 private:
  friend class SectionWriter;
  struct Contents;
  std::shared_ptr<const Contents> contents_;
};

/// Writes a SectionFile to disk (it appears whole at finish()) or to memory. One thread.
class SectionWriter {
 public:
  static Result<SectionWriter> to_file(const Path& path,
                                       std::string_view kind,
                                       std::uint32_t version);
  static SectionWriter to_memory(std::string_view kind, std::uint32_t version);
  ~SectionWriter();
  SectionWriter(SectionWriter&&) noexcept;
  SectionWriter& operator=(SectionWriter&&) noexcept;

  /// Ends the section before it, if any.
  Status begin(std::string_view name);
  Status append(std::span<const std::byte> bytes);
  template <class T>
  Status append_array(std::span<const T> values) {
    return append(std::as_bytes(values));
  }
  template <class T>
  Status add(std::string_view name, std::span<const T> values) {
    BOOKRECO_TRY_VOID(begin(name));
    return append(std::as_bytes(values));
  }
  /// Commits and answers the file, opened.
  Result<SectionFile> finish();

 private:
  struct Impl;
  explicit SectionWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
