#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"
#include "index/row_set.h"
#include "ports/recommender.h"

namespace bookreco {

struct Neighbour {
  std::uint32_t row = 0;
  double score =
      0;  ///< cosine: larger is nearer; euclidean, taxicab: the distance, smaller is nearer
  bool operator==(const Neighbour&) const = default;
};

/// The sections of an exact index, as they lie in the file.
struct ExactColumns {
  std::size_t rows = 0;
  std::size_t dimension = 0;
  std::size_t stride = 0;              ///< dimension padded to 64; padding is zero
  std::span<const float> vectors;      ///< rows × stride
  std::span<const std::int8_t> codes;  ///< rows × stride
  float scale = 0;                     ///< what a code of 1 stands for, in every place
  std::span<const float> l2_errors;    ///< rows: at least |vector − scale · codes| in the l2 norm
  std::span<const float> l1_errors;    ///< rows: the same in the l1 norm
  std::span<const float>
      norms;  ///< rows: 1 / |vector|; 0 for a zero vector, infinite where fp32 cannot say
};

/// Exact top-k over rows of fp32 vectors, by their int8 codes: the query is coded too and compared
/// with every code in integers, the coding errors of both (in l2 and l1 norm) bound how far the
/// true score may lie, and rows whose bound may still enter the top k are compared again in fp64.
/// The answer equals the fp64 reference for every query; ties go to the smaller row. Cosine treats
/// an all-zero vector as similar to nothing (score 0). Immutable; safe from any thread.
class ExactIndex {
 public:
  /// Sections "vectors" (fp32, row-major, dimension padded to 64), "codes" (int8), "scale",
  /// "errors", "norms", "shape" (docs/formats/exact-index.md).
  static Result<ExactIndex> open(const SectionFile& file);
  /// `row(i, out)` fills `out` (dimension values) with row i; called once per row, in order, so
  /// that rows may be streamed. A copy of them is held until the end. kInvalidArgument for a value
  /// that is not finite, or a dimension out of 1..32,768.
  static Status write(SectionWriter& writer,
                      std::size_t rows,
                      std::size_t dimension,
                      const std::function<Status(std::size_t, std::span<float>)>& row);

  std::size_t rows() const { return columns_.rows; }
  std::size_t dimension() const { return columns_.dimension; }
  std::span<const float> vector(std::size_t row) const;
  const ExactColumns& columns() const { return columns_; }

  /// The k nearest rows, nearest first; only rows of `allowed` when given (as many rows as this).
  /// Scans on up to `threads` threads where that pays. `query` has dimension() values; no row is
  /// near one that holds a NaN or an infinity. `guesses` are different rows that may well be in the
  /// answer, the likeliest first: they make the scan faster and change nothing else.
  std::vector<Neighbour> search(std::span<const float> query,
                                Metric metric,
                                std::size_t k,
                                const RowSet* allowed = nullptr,
                                std::size_t threads = 1,
                                std::span<const Neighbour> guesses = {}) const;

  /// The fp64 score of one row.
  double score(std::span<const float> query, Metric metric, std::size_t row) const;

 private:
  SectionFile file_;
  ExactColumns columns_;
};

}  // namespace bookreco
