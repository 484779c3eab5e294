#pragma once

#include <cstddef>
#include <cstdint>

namespace bookreco {

// Distances between one query and rows of int8 codes or of fp32 values, on the widest vectors of
// the CPU at hand (chosen at run time). Rows follow one another every `stride` values; stride is a
// positive multiple of kStrideUnit and every array of one value per place has `stride` of them,
// zero beyond the dimension. No alignment is needed. Sums of codes are integers and exact; sums in
// fp64 have a fixed order of additions on one CPU type, so that equal rows get equal results.

inline constexpr std::size_t kStrideUnit = 64;     ///< a cache line of codes
inline constexpr std::size_t kMaxStride = 32'768;  ///< so that sums of squares stay below 2^31

/// out[r] = Σ query[d] · codes[r][d]. Σ |query[d]| · 127 must be below 2^31.
void codes_dot(const std::int16_t* query,
               const std::int8_t* codes,
               std::size_t stride,
               std::size_t rows,
               std::int32_t* out);

/// out[r] = Σ (query[d] − codes[r][d])², of codes within ±127 and at most kMaxStride places.
void codes_squared_l2(const std::int8_t* query,
                      const std::int8_t* codes,
                      std::size_t stride,
                      std::size_t rows,
                      std::int32_t* out);

/// out[r] = Σ |query[d] − codes[r][d]|, at most kMaxStride places.
void codes_l1(const std::int8_t* query,
              const std::int8_t* codes,
              std::size_t stride,
              std::size_t rows,
              std::int32_t* out);

/// The same sums of two fp32 rows in fp64.
double exact_dot(const float* a, const float* b, std::size_t stride);
double exact_squared_l2(const float* a, const float* b, std::size_t stride);
double exact_l1(const float* a, const float* b, std::size_t stride);

struct ExactProducts {
  double dot = 0;      ///< exact_dot(a, b)
  double squares = 0;  ///< exact_dot(b, b)
};

/// Both in one reading of b.
ExactProducts exact_products(const float* a, const float* b, std::size_t stride);

}  // namespace bookreco
