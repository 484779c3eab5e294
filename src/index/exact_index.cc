#include "index/exact_index.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "index/exact_reference.h"
#include "index/exact_scan.h"
#include "kernels/codes.h"

namespace bookreco {
namespace {

constexpr std::size_t kDirectRows = 128;  ///< rows that are sooner compared in fp64 than scanned
constexpr std::size_t kPrefetchRows = 4;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// The largest float not above the value.
float rounded_down(double value) {
  const auto nearest = static_cast<float>(value);
  return double{nearest} > value ? std::nextafter(nearest, -kInfinity) : nearest;
}

/// Calls visit(row) in row order until it answers false.
template <class Visit>
void each_allowed(std::size_t rows, const RowSet* allowed, const Visit& visit) {
  for (std::size_t row = 0; row < rows; ++row) {
    if ((allowed == nullptr || allowed->contains(row)) && !visit(static_cast<std::uint32_t>(row))) {
      return;
    }
  }
}

}  // namespace

Result<ExactIndex> ExactIndex::open(const SectionFile& file) {
  ExactIndex index;
  index.file_ = file;
  ExactColumns& columns = index.columns_;
  BOOKRECO_TRY(const auto shape, file.array<std::uint64_t>("shape"));
  if (shape.size() != 2 || shape[0] > UINT32_MAX || shape[1] == 0 || shape[1] > kMaxStride) {
    return fail(Code::kDataLoss, "section shape holds no rows and dimension of an exact index");
  }
  columns.rows = shape[0];
  columns.dimension = shape[1];
  columns.stride = (columns.dimension + kStrideUnit - 1) / kStrideUnit * kStrideUnit;
  BOOKRECO_TRY(columns.vectors, file.array<float>("vectors"));
  BOOKRECO_TRY(columns.codes, file.array<std::int8_t>("codes"));
  BOOKRECO_TRY(const auto scale, file.array<float>("scale"));
  BOOKRECO_TRY(columns.norms, file.array<float>("norms"));
  BOOKRECO_TRY(const auto errors, file.array<float>("errors"));
  if (columns.vectors.size() != columns.rows * columns.stride ||
      columns.codes.size() != columns.vectors.size() || scale.size() != 1 ||
      columns.norms.size() != columns.rows || errors.size() != 2 * columns.rows) {
    return fail(Code::kDataLoss,
                "the sections of the exact index do not fit {} rows of {}",
                shape[0],
                shape[1]);
  }
  columns.scale = scale[0];
  columns.l2_errors = errors.first(columns.rows);
  columns.l1_errors = errors.last(columns.rows);
  return index;
}

std::span<const float> ExactIndex::vector(std::size_t row) const {
  return columns_.vectors.subspan(row * columns_.stride, columns_.dimension);
}

std::vector<Neighbour> ExactIndex::search(std::span<const float> query,
                                          Metric metric,
                                          std::size_t k,
                                          const RowSet* allowed,
                                          std::size_t threads,
                                          std::span<const Neighbour> guesses) const {
  BOOKRECO_CHECK(allowed == nullptr || allowed->rows() == columns_.rows);
  std::vector<float> padded;
  const Reference reference(columns_, query, metric, padded);
  const std::size_t available = allowed == nullptr ? columns_.rows : allowed->count();
  k = std::min(k, available);
  if (k == 0 || !reference.finite()) {
    return {};
  }
  Nearest nearest(reference, metric, k);
  const bool all_equal = metric == Metric::kCosine && reference.zero();
  if (all_equal || k == available || available <= kDirectRows) {
    each_allowed(columns_.rows, allowed, [&](std::uint32_t row) {
      nearest.offer(row);
      return !(all_equal && nearest.full());
    });
    return nearest.finish();
  }
  Nearest guessed(reference, metric, k);
  for (const Neighbour& guess : guesses) {
    if (guessed.full()) {
      break;
    }
    if (allowed == nullptr || allowed->contains(guess.row)) {
      guessed.offer(guess.row);
    }
  }
  const CodeBounds bounds(columns_, query, metric);
  std::vector<Candidate> candidates =
      scan_codes(columns_,
                 bounds,
                 k,
                 guessed.full() ? rounded_down(guessed.worst()) : -kInfinity,
                 allowed,
                 threads);
  std::ranges::sort(candidates, std::greater<>(), &Candidate::upper);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (nearest.full() && candidates[i].upper < nearest.worst()) {
      break;
    }
    reference.prefetch(candidates[std::min(i + kPrefetchRows, candidates.size() - 1)].row);
    nearest.offer(candidates[i].row);
  }
  return nearest.finish();
}

double ExactIndex::score(std::span<const float> query, Metric metric, std::size_t row) const {
  std::vector<float> padded;
  return Reference(columns_, query, metric, padded).score(row);
}

}  // namespace bookreco
