#include <cmath>

#include "index/exact_index.h"
#include "support.h"

using namespace bookreco;

namespace {

/// Top k by the fp64 score of every row.
std::vector<Neighbour> reference(const ExactIndex& index,
                                 std::span<const float> query,
                                 Metric metric,
                                 std::size_t k,
                                 const RowSet& allowed) {
  std::vector<Neighbour> all;
  allowed.for_each([&](std::size_t row) {
    all.push_back({static_cast<std::uint32_t>(row), index.score(query, metric, row)});
  });
  const double sign = metric == Metric::kCosine ? -1 : 1;
  std::ranges::stable_sort(all, {}, [&](const Neighbour& each) { return sign * each.score; });
  all.resize(std::min(k, all.size()));
  return all;
}

}  // namespace

/// The scan answers what comparing every row would.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t rows = input.take<std::uint8_t>();
  const std::size_t dimension = 1 + input.take<std::uint8_t>() % 20;
  const std::size_t k = input.take<std::uint8_t>() % 16;
  RowSet allowed(rows);
  const auto mask = input.take<std::uint8_t>();
  for (std::size_t row = 0; row < rows; ++row) {
    if (((mask >> (row % 8)) & 1) == 0) {
      allowed.insert(row);
    }
  }
  const bool wild = (input.take<std::uint8_t>() & 1) != 0;
  auto value = [&] {
    const float any =
        wild ? input.take<float>() : static_cast<float>(input.take<std::int8_t>()) / 64.0F;
    return std::isfinite(any) ? any : 0.0F;
  };
  SectionWriter writer = SectionWriter::to_memory("vectors", 1);
  BOOKRECO_CHECK(ExactIndex::write(writer, rows, dimension, [&](std::size_t, std::span<float> out) {
    std::ranges::generate(out, value);
    return Status();
  }));
  const auto file = writer.finish();
  BOOKRECO_CHECK(file.has_value());
  const auto index = ExactIndex::open(*file);
  BOOKRECO_CHECK(index && index->rows() == rows && index->dimension() == dimension);
  std::vector<float> query(dimension);
  std::ranges::generate(query, value);
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean, Metric::kTaxicab}) {
    BOOKRECO_CHECK(index->search(query, metric, k, &allowed) ==
                   reference(*index, query, metric, k, allowed));
  }
  return 0;
}
