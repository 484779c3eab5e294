#include "index/neighbour_lists.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/threads.h"

namespace bookreco {
namespace {

static_assert(sizeof(Neighbour) == 16 && alignof(Neighbour) == 8,
              "the lists are mapped from files");

constexpr std::size_t kRowsPerStep = 4096;
constexpr std::size_t kRowsPerBlock = 64;

bool all_zero(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0.0F; });
}

/// Fills `list` with the nearest rows of `row`; answers how many there are.
std::uint32_t nearest(const ExactIndex& vectors, std::uint32_t row, std::span<Neighbour> list) {
  const auto vector = vectors.vector(row);
  if (all_zero(vector)) {
    return 0;
  }
  std::uint32_t count = 0;
  for (const Neighbour& found : vectors.search(vector, Metric::kCosine, list.size() + 1)) {
    if (found.row != row && count < list.size()) {
      list[count].row = found.row;
      list[count].score = found.score;
      ++count;
    }
  }
  return count;
}

}  // namespace

Result<NeighbourLists> NeighbourLists::open(const SectionFile& file) {
  NeighbourLists lists;
  lists.file_ = file;
  BOOKRECO_TRY(const auto length, file.array<std::uint32_t>("length"));
  BOOKRECO_TRY(lists.counts_, file.array<std::uint32_t>("counts"));
  BOOKRECO_TRY(lists.lists_, file.array<Neighbour>("lists"));
  if (length.size() != 1 || lists.lists_.size() != lists.rows() * length[0] ||
      std::any_of(lists.counts_.begin(), lists.counts_.end(), [&](std::uint32_t count) {
        return count > length[0];
      })) {
    return fail(Code::kDataLoss, "the sections of the neighbour lists disagree on their sizes");
  }
  lists.length_ = length[0];
  for (std::uint32_t row = 0; row < lists.rows(); ++row) {
    for (const Neighbour& neighbour : lists.of(row)) {
      if (neighbour.row >= lists.rows()) {
        return fail(Code::kDataLoss, "row {} has a neighbour beyond the last row", row);
      }
    }
  }
  return lists;
}

Result<SectionFile> NeighbourLists::write(SectionWriter writer,
                                          const ExactIndex& vectors,
                                          std::size_t length,
                                          std::size_t threads,
                                          const ProgressFn& progress) {
  const std::size_t rows = vectors.rows();
  length = std::min(length, rows == 0 ? 0 : rows - 1);
  std::vector<std::uint32_t> counts(rows, 0);
  std::vector<Neighbour> lists;
  BOOKRECO_TRY_VOID(writer.begin("lists"));
  for (std::size_t begin = 0; length > 0 && begin < rows; begin += kRowsPerStep) {
    const std::size_t step = std::min(kRowsPerStep, rows - begin);
    // All bytes are written, the padding of Neighbour too: it must be the same in every build.
    lists.resize(step * length);
    std::memset(static_cast<void*>(lists.data()), 0, lists.size() * sizeof(Neighbour));
    parallel_blocks(step, kRowsPerBlock, threads, [&](Range range, std::size_t) {
      for (std::size_t i = range.begin; i < range.end; ++i) {
        counts[begin + i] = nearest(vectors,
                                    static_cast<std::uint32_t>(begin + i),
                                    std::span(lists).subspan(i * length, length));
      }
    });
    BOOKRECO_TRY_VOID(writer.append_array(std::span<const Neighbour>(lists)));
    report(progress, "neighbours", begin + step, rows);
  }
  BOOKRECO_TRY_VOID(writer.add("counts", std::span<const std::uint32_t>(counts)));
  const auto stored = static_cast<std::uint32_t>(length);
  BOOKRECO_TRY_VOID(writer.add("length", std::span<const std::uint32_t>(&stored, 1)));
  return writer.finish();
}

}  // namespace bookreco
