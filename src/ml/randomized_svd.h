#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/progress.h"
#include "ml/sparse_rows.h"

namespace bookreco {

struct SvdOptions {
  std::size_t rank = 128;
  std::size_t oversampling = 10;
  std::size_t power_iterations = 4;
  std::uint64_t seed = 1;
  std::size_t threads = 1;  ///< never changes the result
};

/// The leading right singular vectors, as the columns of a columns × rank matrix whose rows are
/// `stride` values apart (padding is zero). Vectors beyond the matrix's rank are zero, with
/// singular value 0. Each vector's largest entry is positive.
struct TruncatedSvd {
  std::size_t stride = 0;
  std::vector<float> vectors;
  std::vector<double> singular_values;
};

/// Randomised truncated SVD (Halko, Martinsson, Tropp 2011, algorithms 4.4 and 5.1), as subspace
/// iteration on AᵀA started from a Gaussian block, orthonormalised after each application. One pass
/// over the rows per iteration; memory is a few blocks of columns × (rank + oversampling), whatever
/// the number of rows.
TruncatedSvd randomized_svd(const SparseRows& matrix,
                            const SvdOptions& options,
                            const ProgressFn& progress = {});

}  // namespace bookreco
