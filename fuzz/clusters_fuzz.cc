#include "index/clusters.h"
#include "section_edits.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SectionEdits kEdits(SegmentFile::kClusters);
  const auto clusters = Clusters::open(kEdits.apply(data, size));
  if (!clusters) {
    BOOKRECO_CHECK(clusters.error().code == Code::kDataLoss);
    return 0;
  }
  std::size_t members = 0;
  for (std::uint32_t cluster = 0; cluster < clusters->count(); ++cluster) {
    members += clusters->rows_of(cluster).size();
    BOOKRECO_CHECK(std::ranges::all_of(clusters->rows_of(cluster),
                                       [&](std::uint32_t row) { return row < clusters->rows(); }));
    BOOKRECO_CHECK(clusters->centre(cluster).size() == clusters->centre(0).size());
  }
  for (std::uint32_t row = 0; row < clusters->rows(); ++row) {
    BOOKRECO_CHECK(clusters->cluster(row) < clusters->count() ||
                   clusters->cluster(row) == kNoCluster);
  }
  BOOKRECO_CHECK(members <= clusters->rows() && clusters->rows_of(kNoCluster).empty());
  return 0;
}
