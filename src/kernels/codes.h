#pragma once

#include <cstddef>
#include <cstdint>

namespace bookreco {

// Distances between one query and rows of int8 codes or of fp32 values, on the widest vectors of
// the CPU at hand (chosen at run time). A code c at place d stands for the value c · scales[d].
// Rows follow one another every `stride` values; stride is a positive multiple of kStrideUnit and
// every array of one value per place has `stride` of them, zero beyond the dimension. No alignment
// is needed. The order of additions is fixed on one CPU type, so that equal rows get equal results.

inline constexpr std::size_t kStrideUnit = 16;

/// out[r] = Σ weights[d] · codes[r][d] in fp32; weights[d] is query[d] · scales[d].
void codes_dot(const float* weights,
               const std::int8_t* codes,
               std::size_t stride,
               std::size_t rows,
               float* out);

/// out[r] = Σ (query[d] − scales[d] · codes[r][d])² in fp32.
void codes_squared_l2(const float* query,
                      const float* scales,
                      const std::int8_t* codes,
                      std::size_t stride,
                      std::size_t rows,
                      float* out);

/// out[r] = Σ |query[d] − scales[d] · codes[r][d]| in fp32.
void codes_l1(const float* query,
              const float* scales,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              float* out);

/// The same sums of two fp32 rows in fp64.
double exact_dot(const float* a, const float* b, std::size_t stride);
double exact_squared_l2(const float* a, const float* b, std::size_t stride);
double exact_l1(const float* a, const float* b, std::size_t stride);

}  // namespace bookreco
