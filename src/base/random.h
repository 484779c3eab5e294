#pragma once

#include <cstdint>

namespace bookreco {

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the same sequence on every machine and library.
/// One thread at a time; give each task its own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// For one of many tasks under a seed. Both are mixed: seeds that differ by a multiple of the
  /// generator's step give one sequence, begun at different places.
  Random(std::uint64_t seed, std::uint64_t task)
      : state_(Random(Random(seed).next() ^ task).next()) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound), bound > 0 (Lemire's multiply-shift; bias below 2^-32 for bounds under
  /// 2^32).
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
  }

  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Standard normal (Marsaglia's polar method).
  double normal();

 private:
  __extension__ using Uint128 = unsigned __int128;

  std::uint64_t state_;
};

}  // namespace bookreco
