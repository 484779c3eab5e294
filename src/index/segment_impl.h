#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "index/cards.h"
#include "index/hnsw_index.h"
#include "index/segment.h"

namespace bookreco {

/// The files of a segment. Names, kinds and the version are frozen once released
/// (docs/formats/segment.md).
enum class SegmentFile { kCards, kAttributes, kClusters, kVectors, kGraph, kNeighbours, kWords };
inline constexpr std::array<std::string_view, 7> kSegmentKinds = {
    "cards", "attributes", "clusters", "vectors", "graph", "neighbours", "words"};
inline constexpr std::uint32_t kSegmentVersion = 3;

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
  std::optional<HnswIndex> graph;  ///< none in small segments
  NeighbourLists neighbours;
  LexicalIndex words;

  Status open_graph(const Path& folder, SectionCheck check);
  /// kDataLoss unless all parts have the same number of rows and refer to what is there.
  Status check_rows() const;
};

}  // namespace bookreco
