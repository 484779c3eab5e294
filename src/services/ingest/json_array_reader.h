#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/archive.h"

namespace bookreco {

/// The objects of one JSON array of any size, cut without parsing: at most one object is in memory.
/// One thread.
class JsonArrayReader {
 public:
  struct Element {
    std::string_view text;     ///< valid until the next call
    std::uint64_t number = 0;  ///< from 1
    bool whole = true;  ///< false when its end was not found: too long, or the file ends in it
  };

  explicit JsonArrayReader(ByteSource source, std::size_t max_element_bytes = std::size_t{16} << 20)
      : source_(std::move(source)), limit_(max_element_bytes) {}

  /// The next object; nullopt at the end of the file.
  Result<std::optional<Element>> next();

  /// Goes back into the last element, which does not parse: reading resumes at the next object that
  /// begins a line in it, or follows "}," on the same line, so that a forgotten quote or brace
  /// costs one object only.
  void resume_inside();

  const ByteSource& source() const { return source_; }

 private:
  Result<bool> fill();
  Result<bool> find_end();

  ByteSource source_;
  std::size_t limit_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of the last element
  std::size_t end_ = 0;    ///< behind it
  std::uint64_t number_ = 0;
};

}  // namespace bookreco
