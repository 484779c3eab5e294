#pragma once

#include <cstddef>
#include <cstdint>

namespace bookreco {

// From sums of codes (kernels/codes.h) to bounds of scores, and tests of 64 rows at a time, on the
// widest vectors of the CPU at hand. Arrays have one value per row; no alignment is needed.

/// What a score is made of: its middle is unit · sum, and it may lie off by slack and the row's own
/// error, and by a share `relative` of itself for the rounding of fp32.
struct BoundTerms {
  float unit = 0;
  float slack = 0;
  float relative = 0;
};

/// lower and upper bounds of products divided by the rows' norms: norms[i] is 1 / norm.
void bound_products(const BoundTerms& terms,
                    const std::int32_t* sums,
                    const float* errors,
                    const float* norms,
                    std::size_t rows,
                    float* lower,
                    float* upper);

/// The same of distances, negated so that larger is nearer; of their roots where `root`.
void bound_distances(const BoundTerms& terms,
                     const std::int32_t* sums,
                     bool root,
                     const float* errors,
                     std::size_t rows,
                     float* lower,
                     float* upper);

/// Bit i of the answer tells whether values[i] reaches the threshold, or is NaN; 64 values.
std::uint64_t reaching(const float* values, float threshold);

/// Bit i tells whether low ≤ values[i] ≤ high; 64 values.
std::uint64_t within(const std::int32_t* values, std::int32_t low, std::int32_t high);

}  // namespace bookreco
