#include "base/random.h"
#include "index/hnsw_index.h"
#include "section_edits.h"

using namespace bookreco;

namespace {

constexpr std::size_t kRows = 120;
constexpr std::size_t kDimension = 4;

/// Rows of which two are equal and one is zero, so that no section of the graph is empty.
struct Built {
  TemporaryFolder folder;
  ExactIndex vectors;

  Built() {
    SectionWriter rows = SectionWriter::to_memory("vectors", 1);
    BOOKRECO_CHECK(
        ExactIndex::write(rows, kRows, kDimension, [](std::size_t row, std::span<float> out) {
          Random random(row == 7 ? 3 : row);
          std::ranges::generate(
              out, [&] { return row == 9 ? 0.0F : static_cast<float>(random.normal()); });
          return Status{};
        }));
    vectors = *ExactIndex::open(*rows.finish());
    auto graph = SectionWriter::to_file(folder.path() / "graph.brs", "graph", kSegmentVersion);
    BOOKRECO_CHECK(graph && HnswIndex::write(*graph, vectors, {}) && graph->finish());
  }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Built kBuilt;
  static const fuzz::SectionEdits kEdits(kBuilt.folder.path() / "graph.brs", "graph");
  const auto index = HnswIndex::open(kEdits.apply(data, size), kBuilt.vectors);
  if (!index) {
    BOOKRECO_CHECK(index.error().code == Code::kDataLoss);
    return 0;
  }
  RowSet some(index->rows());
  for (std::size_t row = 0; row < index->rows(); row += 2) {
    some.insert(row);
  }
  for (const float first : {0.5F, -1e30F}) {
    const std::vector<float> query = {first, 0.25F, -0.5F, 1.0F};
    for (const Metric metric : {Metric::kCosine, Metric::kEuclidean}) {
      for (const RowSet* allowed : {static_cast<const RowSet*>(nullptr), &std::as_const(some)}) {
        const auto hits = index->search(query, metric, 5, allowed);
        BOOKRECO_CHECK(hits.size() == 5);
        BOOKRECO_CHECK(std::ranges::all_of(hits, [&](const Neighbour& hit) {
          return hit.row < index->rows() && (allowed == nullptr || allowed->contains(hit.row));
        }));
      }
    }
  }
  return 0;
}
