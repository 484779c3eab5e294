#include "index/hnsw_nodes.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "base/hash.h"
#include "base/threads.h"
#include "kernels/bytes.h"

namespace bookreco {
namespace {

constexpr std::size_t kRowsPerBlock = 1024;

using HashedRow = std::pair<std::uint64_t, std::uint32_t>;

bool all_zero(std::span<const float> row) {
  return std::ranges::all_of(row, [](float value) { return value == 0; });
}

/// Makes nodes of rows sorted by the hash of their codes, then by row.
void group(HnswNodes& nodes, std::span<const HashedRow> sorted, std::size_t rows) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> tails;  // head and last row, of one hash
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const auto [hash, row] = sorted[i];
    if (i == 0 || sorted[i - 1].first != hash) {
      tails.clear();
    }
    const auto same = std::ranges::find_if(tails, [&](const auto& tail) {
      return std::ranges::equal(nodes.code(tail.first), nodes.code(row));
    });
    if (same == tails.end()) {
      tails.emplace_back(row, row);
      nodes.heads.push_back(row);
      continue;
    }
    nodes.next.resize(rows, kNoRow);
    nodes.next[same->second] = row;
    same->second = row;
  }
  std::ranges::sort(nodes.heads);
}

}  // namespace

Result<HnswNodes> code_rows(const ExactIndex& vectors,
                            const HnswFrame& frame,
                            bool unit,
                            std::size_t threads) {
  HnswNodes nodes;
  const std::size_t rows = vectors.rows();
  nodes.stride = (vectors.dimension() + kByteStride - 1) / kByteStride * kByteStride;
  nodes.codes.resize(rows * nodes.stride);
  std::vector<HashedRow> hashed(rows);
  std::atomic<std::size_t> bad{rows};
  parallel_blocks(rows, kRowsPerBlock, threads, [&](Range range, std::size_t) {
    for (std::size_t row = range.begin; row < range.end; ++row) {
      const auto values = vectors.vector(row);
      hashed[row] = {0, kNoRow};
      if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
        std::size_t first = bad.load();
        while (row < first && !bad.compare_exchange_weak(first, row)) {
        }
      } else if (!unit || !all_zero(values)) {
        const auto code = std::span(nodes.codes).subspan(row * nodes.stride, nodes.stride);
        frame.encode(values, code, 0);
        hashed[row] = {hash64(std::as_bytes(code)), static_cast<std::uint32_t>(row)};
      }
    }
  });
  if (bad < rows) {
    return fail(Code::kInvalidArgument, "vector {} holds a value that is not finite", bad.load());
  }
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (hashed[row].second == kNoRow) {
      nodes.rest.push_back(row);
    }
  }
  std::erase_if(hashed, [](const HashedRow& each) { return each.second == kNoRow; });
  std::ranges::sort(hashed);
  group(nodes, hashed, rows);
  return nodes;
}

}  // namespace bookreco
