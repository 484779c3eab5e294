#include <cmath>

#include "index/lexical_index.h"
#include "section_edits.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SectionEdits kEdits(SegmentFile::kWords);
  const auto index = LexicalIndex::open(kEdits.apply(data, size));
  if (!index) {
    BOOKRECO_CHECK(index.error().code == Code::kDataLoss);
    return 0;
  }
  for (const std::string_view query : {"voyage mer", "Jules Vernes", "tempe", "ile 3", ""}) {
    const auto hits = index->search(query, 5);
    BOOKRECO_CHECK(hits.size() <= 5);
    BOOKRECO_CHECK(
        std::ranges::all_of(hits, [&](const LexicalHit& hit) { return hit.row < index->rows(); }));
    index->matches(query);
  }
  return 0;
}
