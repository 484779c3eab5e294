// The exact index beside the memory that it reads. Recall is 1 by construction (exact_index_test
// proves it), so that only time is told: ms per query, ms to read the same bytes of codes in a loop
// of the same process just before, and their ratio.

#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

#include <benchmark/benchmark.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/threads.h"
#include "index/exact_index.h"

namespace bookreco {
namespace {

constexpr std::size_t kDimension = 128;

/// Unit vectors around 300 centres, the way books lie.
struct Corpus {
  SectionFile file;
  ExactIndex index;
  std::vector<std::vector<float>> queries;

  explicit Corpus(std::size_t rows) {
    Random random(7);
    std::vector<float> centres(300 * kDimension);
    for (float& value : centres) {
      value = static_cast<float>(random.normal());
    }
    const auto fill = [&](std::span<float> out) {
      const float* centre = &centres[random.below(300) * kDimension];
      double squares = 0;
      for (std::size_t i = 0; i < kDimension; ++i) {
        out[i] = centre[i] + static_cast<float>(random.uniform() * 2 - 1);
        squares += double{out[i]} * double{out[i]};
      }
      for (float& value : out) {
        value /= static_cast<float>(std::sqrt(squares));
      }
    };
    SectionWriter writer = SectionWriter::to_memory("vectors", 1);
    BOOKRECO_CHECK(
        ExactIndex::write(writer, rows, kDimension, [&](std::size_t, std::span<float> out) {
          fill(out);
          return Status{};
        }));
    file = *writer.finish();
    index = *ExactIndex::open(file);
    for (int i = 0; i < 64; ++i) {
      fill(queries.emplace_back(kDimension));
    }
  }
};

const Corpus& corpus_of(std::size_t rows) {
  static std::map<std::size_t, std::unique_ptr<Corpus>> corpora;
  auto& corpus = corpora[rows];
  if (!corpus) {
    corpus = std::make_unique<Corpus>(rows);
  }
  return *corpus;
}

/// Adds up words as fast as one thread can, asking for them `ahead` words early.
std::uint64_t add_up(std::span<const std::uint64_t> words, std::size_t ahead) {
  std::array<std::uint64_t, 8> sums{};
  for (std::size_t i = 0; i + sums.size() <= words.size(); i += sums.size()) {
    __builtin_prefetch(words.data() + i + ahead);
    for (std::size_t j = 0; j < sums.size(); ++j) {
      sums[j] += words[i + j];
    }
  }
  return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}

/// Seconds to read the codes once: the best of several rounds, with the CPU's own prefetching and
/// with ours.
double read_seconds(const Corpus& corpus, std::size_t threads) {
  const auto words = *corpus.file.array<std::uint64_t>("codes");
  double best = 1e9;
  for (int round = 0; round < 10; ++round) {
    const Stopwatch watch;
    parallel_for(threads, threads, [&](std::size_t share) {
      const auto own = words.subspan(words.size() * share / threads, words.size() / threads);
      benchmark::DoNotOptimize(add_up(own, round % 2 == 0 ? 0 : 512));
    });
    best = std::min(best, watch.seconds());
  }
  return best;
}

void scan(benchmark::State& state, Metric metric) {
  const Corpus& corpus = corpus_of(static_cast<std::size_t>(state.range(0)));
  const auto threads = static_cast<std::size_t>(state.range(1));
  const double limit = read_seconds(corpus, threads);
  std::size_t query = 0;
  const Stopwatch watch;
  for (auto _ : state) {
    benchmark::DoNotOptimize(corpus.index.search(
        corpus.queries[query++ % corpus.queries.size()], metric, 10, nullptr, threads));
  }
  const double mean = watch.seconds() / static_cast<double>(state.iterations());
  state.counters["read_ms"] = limit * 1e3;
  state.counters["ratio_to_read"] = mean / limit;
}

void filtered_scan(benchmark::State& state) {
  const Corpus& corpus = corpus_of(static_cast<std::size_t>(state.range(0)));
  RowSet allowed(corpus.index.rows());
  for (std::size_t row = 0; row < corpus.index.rows();
       row += static_cast<std::size_t>(state.range(1))) {
    allowed.insert(row);
  }
  std::size_t query = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(corpus.index.search(
        corpus.queries[query++ % corpus.queries.size()], Metric::kCosine, 10, &allowed));
  }
}

void arguments(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"rows", "threads"})->Unit(benchmark::kMillisecond)->UseRealTime();
  bench->Args({3'278, 1})->Args({100'000, 1})->Args({1'000'000, 1})->Args({1'000'000, 2});
}

BENCHMARK_CAPTURE(scan, cosine, Metric::kCosine)->Apply(arguments);
BENCHMARK_CAPTURE(scan, euclidean, Metric::kEuclidean)->Apply(arguments);
BENCHMARK_CAPTURE(scan, taxicab, Metric::kTaxicab)->Apply(arguments);
BENCHMARK(filtered_scan)
    ->ArgNames({"rows", "one_in"})
    ->Unit(benchmark::kMillisecond)
    ->Args({1'000'000, 10})
    ->Args({1'000'000, 1'000});

}  // namespace
}  // namespace bookreco
