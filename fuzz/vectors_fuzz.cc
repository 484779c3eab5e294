#include "index/exact_index.h"
#include "section_edits.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SectionEdits kEdits(SegmentFile::kVectors);
  const auto index = ExactIndex::open(kEdits.apply(data, size));
  if (!index) {
    BOOKRECO_CHECK(index.error().code == Code::kDataLoss);
    return 0;
  }
  std::vector<float> query(index->dimension(), 0.5F);
  RowSet some(index->rows());
  for (std::size_t row = 0; row < index->rows(); row += 2) {
    some.insert(row);
  }
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean, Metric::kTaxicab}) {
    BOOKRECO_CHECK(index->search(query, metric, 0).empty());
    for (const RowSet* allowed :
         {static_cast<const RowSet*>(nullptr), static_cast<const RowSet*>(&some)}) {
      const auto hits = index->search(query, metric, 5, allowed);
      BOOKRECO_CHECK(hits.size() <= 5);
      BOOKRECO_CHECK(
          std::ranges::all_of(hits, [&](const Neighbour& hit) { return hit.row < index->rows(); }));
    }
  }
  for (std::size_t row = 0; row < index->rows(); ++row) {
    BOOKRECO_CHECK(index->vector(row).size() == index->dimension());
  }
  return 0;
}
