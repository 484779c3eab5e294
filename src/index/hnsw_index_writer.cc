#include <array>
#include <cmath>

#include "index/hnsw_format.h"
#include "index/hnsw_index.h"
#include "kernels/codes.h"

namespace bookreco {
namespace {

constexpr double kUnitSlack = 1e-4;  ///< of a squared length

bool all_unit(const ExactIndex& vectors, const HnswNodes& nodes) {
  const ExactColumns& columns = vectors.columns();
  std::vector<bool> rest(columns.rows);
  for (const std::uint32_t row : nodes.rest) {
    rest[row] = true;
  }
  for (std::size_t row = 0; row < columns.rows; ++row) {
    const float* vector = columns.vectors.data() + row * columns.stride;
    if (!rest[row] && std::fabs(exact_dot(vector, vector, columns.stride) - 1) > kUnitSlack) {
      return false;
    }
  }
  return true;
}

std::vector<std::uint32_t> nodes_of_rows(const HnswNodes& nodes,
                                         std::span<const std::uint32_t> heads,
                                         std::size_t rows) {
  std::vector<std::uint32_t> node_of(rows, kNoLink);
  for (std::uint32_t node = 0; node < heads.size(); ++node) {
    for (std::uint32_t row = heads[node]; row != kNoRow;
         row = nodes.next.empty() ? kNoRow : nodes.next[row]) {
      node_of[row] = node;
    }
  }
  return node_of;
}

Status check(const ExactIndex& vectors, const HnswOptions& options) {
  if (vectors.rows() >= hnsw_format::kMaxRows || vectors.dimension() > hnsw_format::kMaxDimension) {
    return fail(
        Code::kInvalidArgument,
        "a graph index cannot hold {} rows of {} values, only fewer than 2^31 of at most {}",
        vectors.rows(),
        vectors.dimension(),
        hnsw_format::kMaxDimension);
  }
  if (!hnsw_format::valid_degree(options.degree) || options.breadth == 0 ||
      options.metric == Metric::kTaxicab) {
    return fail(Code::kInvalidArgument,
                "a graph index has a degree that is a multiple of {} from {} to {} (not {}), a "
                "breadth above 0, and orders by cosine or euclidean distance",
                hnsw_format::kDegreeUnit,
                hnsw_format::kMinDegree,
                hnsw_format::kMaxDegree,
                options.degree);
  }
  return {};
}

}  // namespace

bool HnswIndex::can_hold(std::size_t rows, std::size_t dimension) {
  return rows < hnsw_format::kMaxRows && dimension <= hnsw_format::kMaxDimension;
}

Status HnswIndex::write(SectionWriter& writer,
                        const ExactIndex& vectors,
                        const HnswOptions& options,
                        const ProgressFn& progress) {
  BOOKRECO_TRY_VOID(check(vectors, options));
  const bool cosine = options.metric == Metric::kCosine;
  const HnswFrame frame = HnswFrame::fit(vectors, cosine);
  BOOKRECO_TRY(const HnswNodes nodes, code_rows(vectors, frame, cosine, options.threads));
  HnswBuilder builder(nodes, options);
  builder.build(progress);

  const HnswGraph& graph = builder.graph();
  const hnsw_format::Shape shape{vectors.rows(),
                                 vectors.dimension(),
                                 graph.nodes(),
                                 options.degree,
                                 cosine ? 0U : 1U,
                                 all_unit(vectors, nodes) ? 1U : 0U};
  const float step = frame.step();
  BOOKRECO_TRY_VOID(writer.add("shape", std::span(&shape, 1)));
  BOOKRECO_TRY_VOID(writer.add("centre", frame.centre()));
  BOOKRECO_TRY_VOID(writer.add("step", std::span(&step, 1)));
  BOOKRECO_TRY_VOID(writer.add("blocks", builder.blocks()));
  BOOKRECO_TRY_VOID(writer.add("squares", graph.squares));
  std::vector<std::uint64_t> sizes;
  for (const HnswLevel& level : graph.levels) {
    sizes.push_back(level.nodes);
  }
  BOOKRECO_TRY_VOID(writer.add("levels", std::span<const std::uint64_t>(sizes)));
  BOOKRECO_TRY_VOID(writer.begin("upper"));
  for (std::size_t level = 1; level < sizes.size(); ++level) {
    BOOKRECO_TRY_VOID(writer.append_array(builder.upper(level)));
  }
  BOOKRECO_TRY_VOID(writer.add("heads", builder.heads()));
  BOOKRECO_TRY_VOID(writer.add("next", std::span<const std::uint32_t>(nodes.next)));
  const auto node_of = nodes_of_rows(nodes, builder.heads(), vectors.rows());
  BOOKRECO_TRY_VOID(writer.add("nodes", std::span<const std::uint32_t>(node_of)));
  return writer.add("rest", std::span<const std::uint32_t>(nodes.rest));
}

}  // namespace bookreco
