#include "index/hnsw_index.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/threads.h"
#include "index/hnsw_format.h"

namespace bookreco {
namespace {

constexpr std::size_t kNodesPerBlock = 65'536;

std::unexpected<Error> contradiction(std::string_view what) {
  return fail(Code::kDataLoss, "the graph index contradicts itself: {}", what);
}

}  // namespace

Result<HnswIndex> HnswIndex::open(const SectionFile& file, const ExactIndex& vectors) {
  HnswIndex index;
  index.file_ = file;
  index.vectors_ = vectors;
  BOOKRECO_TRY_VOID(index.read_shape(file));
  BOOKRECO_TRY_VOID(index.read_levels(file));
  BOOKRECO_TRY_VOID(index.read_rows(file));
  BOOKRECO_TRY_VOID(index.check_links());
  return index;
}

Status HnswIndex::read_shape(const SectionFile& file) {
  BOOKRECO_TRY(const auto shapes, file.array<hnsw_format::Shape>("shape"));
  if (shapes.size() != 1 || shapes[0].rows >= hnsw_format::kMaxRows ||
      shapes[0].nodes > shapes[0].rows || shapes[0].dimension == 0 ||
      shapes[0].dimension > hnsw_format::kMaxDimension ||
      !hnsw_format::valid_degree(shapes[0].degree) || shapes[0].euclidean > 1 ||
      shapes[0].unit > 1) {
    return contradiction("section shape is not one");
  }
  const hnsw_format::Shape& shape = shapes[0];
  if (shape.rows != vectors_.rows() || shape.dimension != vectors_.dimension()) {
    return fail(Code::kDataLoss,
                "the graph index is of {} rows of {} values, the vectors beside it are {} of {}",
                shape.rows,
                shape.dimension,
                vectors_.rows(),
                vectors_.dimension());
  }
  metric_ = shape.euclidean == 1 ? Metric::kEuclidean : Metric::kCosine;
  unit_ = shape.unit == 1;
  BOOKRECO_TRY(const auto centre, file.array<float>("centre"));
  BOOKRECO_TRY(const auto step, file.array<float>("step"));
  if (centre.size() != shape.dimension || step.size() != 1 || !std::isnormal(step[0]) ||
      step[0] < 0 ||
      !std::ranges::all_of(centre, [](float value) { return std::isfinite(value); })) {
    return contradiction("sections centre and step are no frame of codes");
  }
  frame_ = HnswFrame(centre, step[0], metric_ == Metric::kCosine);

  const std::size_t stride = (shape.dimension + kByteStride - 1) / kByteStride * kByteStride;
  const std::size_t block = stride + shape.degree * sizeof(std::uint32_t);
  BOOKRECO_TRY(const auto blocks, file.array<std::uint8_t>("blocks"));
  BOOKRECO_TRY(graph_.squares, file.array<std::uint32_t>("squares"));
  if (blocks.size() != shape.nodes * block || graph_.squares.size() != shape.nodes) {
    return contradiction(fmt::format("{} nodes do not fit its sections", shape.nodes));
  }
  graph_.codes = {blocks.data(), block, stride};
  if (shape.nodes > 0) {
    graph_.levels.push_back({shape.nodes,
                             shape.degree,
                             block / sizeof(std::uint32_t),
                             reinterpret_cast<const std::uint32_t*>(blocks.data() + stride)});
  }
  return {};
}

Status HnswIndex::read_levels(const SectionFile& file) {
  BOOKRECO_TRY(const auto sizes, file.array<std::uint64_t>("levels"));
  BOOKRECO_TRY(auto upper, file.array<std::uint32_t>("upper"));
  if (sizes.size() > hnsw_format::kMaxLevels || sizes.empty() != graph_.levels.empty() ||
      (!sizes.empty() && sizes[0] != graph_.nodes())) {
    return contradiction("its levels are not those of its nodes");
  }
  for (std::size_t level = 1; level < sizes.size(); ++level) {
    const std::size_t degree = graph_.levels[0].degree / 2;
    if (sizes[level] == 0 || sizes[level] >= sizes[level - 1] ||
        upper.size() / degree < sizes[level]) {
      return contradiction(fmt::format("level {} has {} nodes", level, sizes[level]));
    }
    graph_.levels.push_back({sizes[level], degree, degree, upper.data()});
    upper = upper.subspan(sizes[level] * degree);
  }
  return upper.empty() ? Status{} : contradiction("links are left over");
}

/// Every row has one node, at the end of a chain that ascends, or is one of the rest.
Status HnswIndex::read_rows(const SectionFile& file) {
  BOOKRECO_TRY(heads_, file.array<std::uint32_t>("heads"));
  BOOKRECO_TRY(next_, file.array<std::uint32_t>("next"));
  BOOKRECO_TRY(node_of_, file.array<std::uint32_t>("nodes"));
  BOOKRECO_TRY(rest_, file.array<std::uint32_t>("rest"));
  const std::size_t rows = vectors_.rows();
  if (heads_.size() != graph_.nodes() || (!next_.empty() && next_.size() != rows) ||
      node_of_.size() != rows) {
    return contradiction("its sections are not of as many rows");
  }
  std::size_t reached = rest_.size();
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    if (rest_[i] >= rows || node_of_[rest_[i]] != kNoLink || (i > 0 && rest_[i] <= rest_[i - 1])) {
      return contradiction("rows without a node");
    }
  }
  for (std::uint32_t node = 0; node < heads_.size(); ++node) {
    for (std::uint32_t row = heads_[node];;) {
      if (row >= rows || node_of_[row] != node) {
        return contradiction(fmt::format("the rows of node {}", node));
      }
      ++reached;
      const std::uint32_t after = next_.empty() ? kNoRow : next_[row];
      if (after == kNoRow) {
        break;
      }
      if (after <= row) {
        return contradiction(fmt::format("the row after row {}", row));
      }
      row = after;
    }
  }
  return reached == rows ? Status{} : contradiction("rows that no node leads to");
}

Status HnswIndex::check_links() const {
  std::atomic<bool> sound{true};
  for (const HnswLevel& level : graph_.levels) {
    parallel_blocks(level.nodes, kNodesPerBlock, hardware_threads(), [&](Range range, std::size_t) {
      for (std::size_t node = range.begin; node < range.end; ++node) {
        const auto own = level.of(static_cast<std::uint32_t>(node));
        if (!std::ranges::all_of(
                own, [&](std::uint32_t link) { return link < level.nodes || link == kNoLink; })) {
          sound = false;
        }
      }
    });
  }
  return sound ? Status{} : contradiction("a link leads beyond the last node");
}

}  // namespace bookreco
