// The kernels beside the memory they read: bytes_per_second of a kernel over that of BM_Read at the
// same size is the share of the memory's speed that it reaches.
#include <cstring>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "kernels/codes.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

constexpr std::size_t kDimension = 128;
constexpr std::size_t kBlock = 64;

std::vector<float> random_floats(std::size_t size) {
  Random random(1);
  std::vector<float> values(size);
  for (float& value : values) {
    value = static_cast<float>(random.uniform()) - 0.5F;
  }
  return values;
}

std::vector<std::int8_t> random_codes(std::size_t size) {
  Random random(1);
  std::vector<std::int8_t> codes(size);
  for (std::int8_t& code : codes) {
    code = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
  }
  return codes;
}

void set_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

/// Thirty-two sums side by side, so that the memory and not the adding is the limit.
std::uint64_t read_all(const std::uint64_t* words, std::size_t count) {
  std::uint64_t sums[32] = {};
  for (std::size_t i = 0; i + 32 <= count; i += 32) {
    for (std::size_t j = 0; j < 32; ++j) {
      sums[j] += words[i + j];
    }
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t one : sums) {
    sum += one;
  }
  return sum;
}

void BM_Read(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const std::vector<std::uint64_t> words(rows * kDimension / sizeof(std::uint64_t), 3);
  for (auto _ : state) {
    benchmark::DoNotOptimize(read_all(words.data(), words.size()));
  }
  set_bytes(state, rows * kDimension);
}

/// One query over `rows` rows of 128 int8 codes, as a scan does it.
template <class Query, class Sum>
void scan_codes(benchmark::State& state,
                void (*kernel)(const Query*, const std::int8_t*, std::size_t, std::size_t, Sum*)) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const std::vector<std::int8_t> codes = random_codes(rows * kDimension);
  const std::vector<Query> query(codes.begin(), codes.begin() + kDimension);
  std::array<Sum, kBlock> out{};
  for (auto _ : state) {
    for (std::size_t row = 0; row + kBlock <= rows; row += kBlock) {
      kernel(query.data(), codes.data() + row * kDimension, kDimension, kBlock, out.data());
      benchmark::DoNotOptimize(out);
    }
  }
  set_bytes(state, rows * kDimension);
}

void BM_CodesDot(benchmark::State& state) {
  scan_codes(state, codes_dot);
}

void BM_CodesSquaredL2(benchmark::State& state) {
  scan_codes(state, codes_squared_l2);
}

void BM_CodesL1(benchmark::State& state) {
  scan_codes(state, codes_l1);
}

void BM_Dot(benchmark::State& state) {
  const std::vector<float> a = random_floats(kDimension);
  const std::vector<float> b = random_floats(kDimension);
  for (auto _ : state) {
    benchmark::DoNotOptimize(dot(a, b));
  }
  set_bytes(state, 2 * kDimension * sizeof(float));
}

void BM_GatherRows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const std::vector<float> matrix = random_floats(rows * kDimension);
  const std::vector<float> weights = random_floats(64);
  std::vector<std::uint32_t> chosen(64);
  Random random(2);
  for (std::uint32_t& row : chosen) {
    row = static_cast<std::uint32_t>(random.below(rows));
  }
  std::vector<float> out(kDimension);
  for (auto _ : state) {
    gather_rows(matrix.data(), chosen, weights, out);
    benchmark::DoNotOptimize(out.data());
  }
  set_bytes(state, chosen.size() * kDimension * sizeof(float));
}

BENCHMARK(BM_Read)->Arg(4096)->Arg(1 << 20);
BENCHMARK(BM_CodesDot)->Arg(4096)->Arg(1 << 20);
BENCHMARK(BM_CodesSquaredL2)->Arg(4096)->Arg(1 << 20);
BENCHMARK(BM_CodesL1)->Arg(4096)->Arg(1 << 20);
BENCHMARK(BM_Dot);
BENCHMARK(BM_GatherRows)->Arg(4096);

}  // namespace
}  // namespace bookreco
