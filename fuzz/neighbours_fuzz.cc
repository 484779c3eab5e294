#include "index/neighbour_lists.h"
#include "section_edits.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SectionEdits kEdits(SegmentFile::kNeighbours);
  const auto lists = NeighbourLists::open(kEdits.apply(data, size));
  if (!lists) {
    BOOKRECO_CHECK(lists.error().code == Code::kDataLoss);
    return 0;
  }
  for (std::uint32_t row = 0; row < lists->rows(); ++row) {
    const auto near = lists->of(row);
    BOOKRECO_CHECK(
        std::ranges::all_of(near, [&](const Neighbour& each) { return each.row < lists->rows(); }));
  }
  return 0;
}
