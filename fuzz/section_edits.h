#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/section_file.h"
#include "index/segment_impl.h"
#include "support.h"

namespace bookreco::fuzz {

/// A small valid segment, for what damages one of its files: sections edited as the input says get
/// right checksums again, so that the checks behind the checksums are reached. Built once.
class SectionEdits {
 public:
  explicit SectionEdits(SegmentFile part);

  /// The part with the edits of `data` (8 bytes each: section, kind of edit, place, value).
  SectionFile apply(const std::uint8_t* data, std::size_t size) const;

 private:
  struct Section {
    std::string name;
    std::vector<std::byte> bytes;
  };
  static void edit(std::vector<Section>& sections, Input& input);

  SegmentFile part_;
  std::vector<Section> sections_;
};

}  // namespace bookreco::fuzz
