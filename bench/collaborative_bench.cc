#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "kernels/gemm.h"
#include "ml/collaborative/models.h"
#include "ml/symmetric_inverse.h"

namespace bookreco {
namespace {

/// Operations per second of a product that fits the caches: the floor of an inverse is n³ of them.
void product(benchmark::State& state) {
  constexpr std::size_t kSize = 768;
  const std::vector<float> a(kSize * kSize, 1);
  std::vector<float> packed(packed_size(kSize, kSize));
  std::vector<float> c(kSize * kSize);
  pack_rows(0, kSize, kSize, kSize, a.data(), kSize, packed.data());
  for (auto _ : state) {
    multiply_packed(
        kSize, kSize, kSize, 1, a.data(), kSize, packed.data(), kSize, 0, c.data(), kSize);
    benchmark::DoNotOptimize(c.data());
  }
  state.counters["operations"] = benchmark::Counter(2.0 * kSize * kSize * kSize,
                                                    benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(product);

void inverse(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<float> matrix(n * n);
  for (auto _ : state) {
    state.PauseTiming();
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        matrix[i * n + j] = i == j ? 50.0F : static_cast<float>((i * 7 + j * 13) % 17) * 1e-3F;
      }
    }
    state.ResumeTiming();
    const bool done =
        invert_symmetric(matrix.data(), n, n, static_cast<std::size_t>(state.range(1))).has_value();
    if (!done) {
      state.SkipWithError("no inverse");
    }
  }
  const auto size = static_cast<double>(n);
  state.counters["operations"] =
      benchmark::Counter(size * size * size, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(inverse)
    ->Args({2'000, 1})
    ->Args({10'000, 1})
    ->Args({10'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// 1 M readers, 100,000 items, 20 M entries, popularity falling off as rank^-0.6.
const InteractionMatrix& twenty_million() {
  static const InteractionMatrix kMatrix = [] {
    constexpr std::size_t kReaders = 1'000'000;
    constexpr std::size_t kItems = 100'000;
    std::vector<std::uint64_t> offsets = {0};
    std::vector<std::uint32_t> ids;
    std::vector<std::uint32_t> own;
    for (std::size_t r = 0; r < kReaders; ++r) {
      Random random(r);
      own.clear();
      const std::size_t count = 5 + random.below(31);
      for (std::size_t i = 0; i < count; ++i) {
        const double u = random.uniform();
        own.push_back(static_cast<std::uint32_t>(std::pow(u, 2.5) * kItems));
      }
      std::ranges::sort(own);
      own.erase(std::ranges::unique(own).begin(), own.end());
      ids.insert(ids.end(), own.begin(), own.end());
      offsets.push_back(ids.size());
    }
    std::vector<float> values(ids.size(), 1);
    return InteractionMatrix::from_rows(
               kItems, std::move(offsets), std::move(ids), std::move(values))
        .value();
  }();
  return kMatrix;
}

/// Two epochs less one: what one costs.
void ials_epoch(benchmark::State& state) {
  FitContext context;
  context.threads = static_cast<std::size_t>(state.range(1));
  const Parameters parameters = {{"factors", static_cast<double>(state.range(0))}, {"epochs", 2}};
  const InteractionMatrix& matrix = twenty_million();
  for (auto _ : state) {
    std::uint64_t reported = 0;
    auto first = std::chrono::steady_clock::now();
    auto second = first;
    context.progress = [&](const Progress& progress) {
      (progress.done == 1 ? first : second) = std::chrono::steady_clock::now();
      ++reported;
    };
    const auto model = fit_model("ials", matrix, parameters, context);
    if (!model || reported != 2) {
      state.SkipWithError("no model");
      break;
    }
    state.SetIterationTime(std::chrono::duration<double>(second - first).count());
  }
  state.counters["entries"] = static_cast<double>(matrix.entries());
}
BENCHMARK(ials_epoch)
    ->Args({64, 1})
    ->Args({64, 2})
    ->Args({128, 1})
    ->Args({128, 2})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace bookreco
