#pragma once

#include <cstddef>
#include <functional>

#include "base/progress.h"
#include "base/result.h"

namespace bookreco {

/// Replaces a symmetric positive definite n × n matrix, row-major with rows `stride` values apart,
/// by its inverse, in place, in n³ operations: the sweep operator (Dempster 1969, Goodnight 1979)
/// over blocks of columns. Reads the lower triangle alone and fills both. Needs n × 768 floats
/// beside the matrix. The result is the same for any number of threads.
///
/// kInvalidArgument when the matrix is not positive definite to fp32, kCancelled when `cancelled`
/// said so; the matrix is spoilt then.
Status invert_symmetric(float* matrix,
                        std::size_t n,
                        std::size_t stride,
                        std::size_t threads,
                        const ProgressFn& progress = {},
                        const std::function<bool()>& cancelled = {});

}  // namespace bookreco
