#pragma once

#include <array>
#include <string_view>

#include "index/cards.h"
#include "index/segment.h"

namespace bookreco {

/// The files of a segment. Names, kinds and the version are frozen once released
/// (docs/formats/segment.md).
enum class SegmentFile { kCards, kAttributes, kClusters, kVectors, kNeighbours, kWords };
inline constexpr std::array<std::string_view, 6> kSegmentKinds = {
    "cards", "attributes", "clusters", "vectors", "neighbours", "words"};
inline constexpr std::uint32_t kSegmentVersion = 2;

inline std::string_view kind_of(SegmentFile file) {
  return kSegmentKinds[static_cast<std::size_t>(file)];
}
inline std::string file_name(SegmentFile file) {
  return std::string(kind_of(file)) + ".brs";
}

struct Segment::Impl {
  Cards cards;
  Attributes attributes;
  Clusters clusters;
  ExactIndex vectors;
  NeighbourLists neighbours;
  LexicalIndex words;

  /// kDataLoss unless all parts have the same number of rows and refer to what is there.
  Status check_rows() const;
};

}  // namespace bookreco
