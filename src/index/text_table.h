#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"

namespace bookreco {

/// kDataLoss unless `offsets` holds `count` + 1 numbers that start at 0, never fall and end at
/// `limit`.
Status check_offsets(std::string_view name,
                     std::span<const std::uint32_t> offsets,
                     std::size_t count,
                     std::size_t limit);
Status check_offsets(std::string_view name,
                     std::span<const std::uint64_t> offsets,
                     std::size_t count,
                     std::size_t limit);

/// kDataLoss unless every number is below `bound`.
Status check_below(std::string_view name,
                   std::span<const std::uint32_t> numbers,
                   std::size_t bound);

/// Texts by number, in the sections "NAME.offsets" and "NAME.bytes". Views live as long as the file
/// they were read from.
class TextTable {
 public:
  static Result<TextTable> open(const SectionFile& file, const std::string& name);

  std::size_t size() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  std::string_view operator[](std::size_t i) const {
    return bytes_.substr(offsets_[i], offsets_[i + 1] - offsets_[i]);
  }

 private:
  std::span<const std::uint64_t> offsets_;
  std::string_view bytes_;
};

/// Collects the texts of a TextTable. One thread.
class TextTableBuilder {
 public:
  void add(std::string_view text) {
    bytes_ += text;
    offsets_.push_back(bytes_.size());
  }
  std::size_t size() const { return offsets_.size() - 1; }
  std::string_view operator[](std::size_t i) const {
    return std::string_view(bytes_).substr(offsets_[i], offsets_[i + 1] - offsets_[i]);
  }
  Status write(SectionWriter& writer, const std::string& name) const;

 private:
  std::string bytes_;
  std::vector<std::uint64_t> offsets_{0};
};

}  // namespace bookreco
