#include "kernels/bytes_targets.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC bug 105593, in its own headers
#endif

namespace bookreco {
namespace {

#define BOOKRECO_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

constexpr std::size_t kAhead = 8;  ///< rows asked for before their turn

BOOKRECO_VNNI inline __m128i quarter_sums(__m512i sums) {
  const __m256i half =
      _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
  return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

BOOKRECO_VNNI inline void ask(const ByteRows& rows,
                              std::span<const std::uint32_t> picked,
                              std::size_t i) {
  if (i < picked.size()) {
    const std::uint8_t* row = rows.first + picked[i] * rows.spacing;
    for (std::size_t at = 0; at < rows.stride; at += kByteStride) {
      _mm_prefetch(row + at, _MM_HINT_T0);
    }
  }
}

}  // namespace

bool has_vnni() {
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512vnni") != 0;
}

BOOKRECO_VNNI void byte_dots_vnni(const std::int8_t* query,
                                  const ByteRows& rows,
                                  std::span<const std::uint32_t> picked,
                                  std::int32_t* out) {
  const auto row = [&](std::size_t i) { return rows.first + picked[i] * rows.spacing; };
  for (std::size_t i = 0; i < kAhead; ++i) {
    ask(rows, picked, i);
  }
  std::size_t i = 0;
  for (; i + 4 <= picked.size(); i += 4) {
    for (std::size_t j = 0; j < 4; ++j) {
      ask(rows, picked, i + kAhead + j);
    }
    const std::uint8_t* const four[] = {row(i), row(i + 1), row(i + 2), row(i + 3)};
    __m512i a = _mm512_setzero_si512();
    __m512i b = a;
    __m512i c = a;
    __m512i d = a;
    for (std::size_t at = 0; at < rows.stride; at += kByteStride) {
      const __m512i values = _mm512_loadu_si512(query + at);
      a = _mm512_dpbusd_epi32(a, _mm512_load_si512(four[0] + at), values);
      b = _mm512_dpbusd_epi32(b, _mm512_load_si512(four[1] + at), values);
      c = _mm512_dpbusd_epi32(c, _mm512_load_si512(four[2] + at), values);
      d = _mm512_dpbusd_epi32(d, _mm512_load_si512(four[3] + at), values);
    }
    const __m128i sums = _mm_hadd_epi32(_mm_hadd_epi32(quarter_sums(a), quarter_sums(b)),
                                        _mm_hadd_epi32(quarter_sums(c), quarter_sums(d)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), sums);
  }
  for (; i < picked.size(); ++i) {
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t at = 0; at < rows.stride; at += kByteStride) {
      sum =
          _mm512_dpbusd_epi32(sum, _mm512_load_si512(row(i) + at), _mm512_loadu_si512(query + at));
    }
    out[i] = _mm512_reduce_add_epi32(sum);
  }
}

}  // namespace bookreco

#else

namespace bookreco {

bool has_vnni() {
  return false;
}

void byte_dots_vnni(const std::int8_t*,
                    const ByteRows&,
                    std::span<const std::uint32_t>,
                    std::int32_t*) {}

}  // namespace bookreco
#endif
