#include "index/neighbour_lists.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/threads.h"
#include "index/shared_values.h"

namespace bookreco {
namespace {

static_assert(sizeof(Neighbour) == 16 && alignof(Neighbour) == 8,
              "the lists are mapped from files");

constexpr std::size_t kRowsPerStep = 4096;
constexpr std::size_t kRowsPerBlock = 64;
constexpr std::size_t kExplained =
    16;  ///< places: the usual ten, and some for editions passed over
static_assert(sizeof(SharedCode) == 4 && kClusterColumn < 16);

bool all_zero(std::span<const float> vector) {
  return std::all_of(vector.begin(), vector.end(), [](float x) { return x == 0.0F; });
}

/// Fills `list` with the nearest rows of `row`; answers how many there are.
std::uint32_t nearest(const ExactIndex& vectors,
                      const HnswIndex* graph,
                      std::uint32_t row,
                      std::span<Neighbour> list) {
  const auto vector = vectors.vector(row);
  if (all_zero(vector)) {
    return 0;
  }
  std::uint32_t count = 0;
  const std::size_t k = list.size() + 1;
  for (const Neighbour& found : graph != nullptr ? graph->search(vector, Metric::kCosine, k)
                                                 : vectors.search(vector, Metric::kCosine, k)) {
    if (found.row != row && count < list.size()) {
      list[count].row = found.row;
      list[count].score = found.score;
      ++count;
    }
  }
  return count;
}

void append_shared(const NeighbourSources& from,
                   std::uint32_t row,
                   std::uint32_t other,
                   std::vector<SharedCode>& out) {
  const std::size_t before = out.size();
  for (const SharedColumn& column : kSharedColumns) {
    const SharedValues shared(column,
                              from.attributes.values(column.column, row),
                              from.attributes.values(column.column, other),
                              from.attributes.rows(),
                              [&](std::uint32_t value) {
                                return from.attributes.rows_with(column.column, value).size();
                              });
    for (std::size_t i = 0; i < shared.count(); ++i) {
      if (shared.value(i) <= SharedCode::kMaxValue) {
        out.emplace_back(column.column, shared.value(i));
      }
    }
  }
  const std::uint32_t cluster = from.clusters.cluster(row);
  if (out.size() == before && cluster != kNoCluster && cluster == from.clusters.cluster(other)) {
    out.emplace_back(kClusterColumn, cluster);
  }
}

/// What rows share with the first of their neighbours, as it lies in the file.
struct SharedSections {
  std::vector<std::uint32_t> offsets{0};
  std::vector<SharedCode> codes;

  void add(const NeighbourSources& from, std::uint32_t row, std::span<const Neighbour> list) {
    for (std::size_t place = 0; place < kExplained; ++place) {
      if (place < list.size()) {
        append_shared(from, row, list[place].row, codes);
      }
      offsets.push_back(static_cast<std::uint32_t>(codes.size()));
    }
  }
};

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
  BOOKRECO_TRY(lists.shared_offsets_, file.array<std::uint32_t>("shared.offsets"));
  BOOKRECO_TRY(lists.shared_, file.array<SharedCode>("shared.values"));
  if (lists.rows() > 0 && !lists.shared_offsets_.empty()) {
    lists.explained_ = (lists.shared_offsets_.size() - 1) / lists.rows();
  }
  BOOKRECO_TRY_VOID(check_offsets("shared.offsets",
                                  lists.shared_offsets_,
                                  lists.rows() * lists.explained_,
                                  lists.shared_.size()));
  return lists;
}

Status NeighbourLists::check_shared(const Attributes& attributes) const {
  for (const SharedCode code : shared_) {
    const bool known =
        code.column() == kClusterColumn ||
        (code.column() < kColumns && code.value() < attributes.dictionary_size(code.column()));
    if (!known) {
      return fail(Code::kDataLoss, "neighbours share a value that no row has");
    }
  }
  return {};
}

Result<SectionFile> NeighbourLists::write(SectionWriter writer,
                                          const NeighbourSources& sources,
                                          std::size_t length,
                                          std::size_t threads,
                                          const ProgressFn& progress) {
  const std::size_t rows = sources.vectors.rows();
  length = std::min(length, rows == 0 ? 0 : rows - 1);
  std::vector<std::uint32_t> counts(rows, 0);
  std::vector<Neighbour> lists;
  SharedSections shared;
  BOOKRECO_TRY_VOID(writer.begin("lists"));
  for (std::size_t begin = 0; length > 0 && begin < rows; begin += kRowsPerStep) {
    const std::size_t step = std::min(kRowsPerStep, rows - begin);
    // All bytes are written, the padding of Neighbour too: it must be the same in every build.
    lists.resize(step * length);
    std::memset(static_cast<void*>(lists.data()), 0, lists.size() * sizeof(Neighbour));
    parallel_blocks(step, kRowsPerBlock, threads, [&](Range range, std::size_t) {
      for (std::size_t i = range.begin; i < range.end; ++i) {
        counts[begin + i] = nearest(sources.vectors,
                                    sources.graph,
                                    static_cast<std::uint32_t>(begin + i),
                                    std::span(lists).subspan(i * length, length));
      }
    });
    for (std::size_t i = 0; i < step; ++i) {
      shared.add(sources,
                 static_cast<std::uint32_t>(begin + i),
                 std::span(lists).subspan(i * length, counts[begin + i]));
    }
    BOOKRECO_TRY_VOID(writer.append_array(std::span<const Neighbour>(lists)));
    report(progress, "neighbours", begin + step, rows);
  }
  BOOKRECO_TRY_VOID(writer.add("shared.offsets", std::span<const std::uint32_t>(shared.offsets)));
  BOOKRECO_TRY_VOID(writer.add("shared.values", std::span<const SharedCode>(shared.codes)));
  BOOKRECO_TRY_VOID(writer.add("counts", std::span<const std::uint32_t>(counts)));
  const auto stored = static_cast<std::uint32_t>(length);
  BOOKRECO_TRY_VOID(writer.add("length", std::span<const std::uint32_t>(&stored, 1)));
  return writer.finish();
}

}  // namespace bookreco
