#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/section_file.h"
#include "index/segment_impl.h"
#include "support.h"

namespace bookreco::fuzz {

/// A small valid file, to be damaged: sections edited as the input says get right checksums again,
/// so that the checks behind the checksums are reached. Built once.
class SectionEdits {
 public:
  /// Of a small segment.
  explicit SectionEdits(SegmentFile part);
  /// The file at `path`.
  SectionEdits(const Path& path, std::string_view kind);

  /// The file with the edits of `data` (8 bytes each: section, kind of edit, place, value).
  SectionFile apply(const std::uint8_t* data, std::size_t size) const;

 private:
  struct Section {
    std::string name;
    std::vector<std::byte> bytes;
  };
  static void edit(std::vector<Section>& sections, Input& input);
  void read(const Path& path);

  std::string kind_;
  std::vector<Section> sections_;
};

}  // namespace bookreco::fuzz
