// The graph index at 100,000 rows of 128 on one thread: queries at several breadths with the recall
// that they reach, with filters, the exact index beside them, and the build. Then both from 1,250
// rows up: where the graph begins to pay is what `index.graph_from` goes by.
// bench/peers/hnsw_peers.py sets it beside other programs.

#include <array>
#include <cmath>
#include <map>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "index/hnsw_index.h"

namespace bookreco {
namespace {

constexpr std::size_t kRows = 100'000;
constexpr std::size_t kDimension = 128;
constexpr std::size_t kClusters = 300;
constexpr std::size_t kIntrinsic = 24;
constexpr std::size_t kQueries = 500;
constexpr std::size_t kNearest = 10;

/// Unit vectors: clusters of few intrinsic dimensions, and noise.
class Maker {
 public:
  Maker() : axes_(kClusters * (kIntrinsic + 1) * kDimension) {
    std::ranges::generate(axes_, [&] { return static_cast<float>(random_.normal()); });
  }

  void make(std::span<float> out) {
    const float* axis = &axes_[random_.below(kClusters) * (kIntrinsic + 1) * kDimension];
    std::copy_n(axis, kDimension, out.begin());
    for (std::size_t i = 0; i < kIntrinsic; ++i) {
      axis += kDimension;
      const auto weight = static_cast<float>(random_.normal() / std::sqrt(double{kIntrinsic}));
      for (std::size_t at = 0; at < kDimension; ++at) {
        out[at] += weight * axis[at];
      }
    }
    double squares = 0;
    for (float& value : out) {
      value += static_cast<float>(0.1 * random_.normal());
      squares += double{value} * double{value};
    }
    for (float& value : out) {
      value /= static_cast<float>(std::sqrt(squares));
    }
  }

 private:
  Random random_{7};
  std::vector<float> axes_;
};

struct Corpus {
  ExactIndex vectors;
  HnswIndex index;
  std::vector<std::vector<float>> queries;

  explicit Corpus(std::size_t n) {
    Maker maker;
    SectionWriter rows = SectionWriter::to_memory("vectors", 1);
    BOOKRECO_CHECK(ExactIndex::write(rows, n, kDimension, [&](std::size_t, std::span<float> out) {
      maker.make(out);
      return Status{};
    }));
    vectors = *ExactIndex::open(*rows.finish());
    index = build();
    for (std::size_t i = 0; i < kQueries; ++i) {
      maker.make(queries.emplace_back(kDimension));
    }
  }

  HnswIndex build() const {
    SectionWriter graph = SectionWriter::to_memory("graph", 1);
    BOOKRECO_CHECK(HnswIndex::write(graph, vectors, {}));
    return *HnswIndex::open(*graph.finish(), vectors);
  }
};

const Corpus& corpus(std::size_t rows = kRows) {
  static std::map<std::size_t, Corpus> made;
  return made.try_emplace(rows, rows).first->second;
}

RowSet one_in(std::size_t every) {
  RowSet rows(kRows);
  for (std::size_t row = 0; row < kRows; row += every) {
    rows.insert(row);
  }
  return rows;
}

void run(benchmark::State& state, const Corpus& all, std::size_t breadth, const RowSet* allowed) {
  std::size_t query = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(all.index.search(
        all.queries[query++ % kQueries], Metric::kCosine, kNearest, allowed, 1, breadth));
  }
  std::size_t found = 0;
  for (const auto& each : all.queries) {
    const auto truth = all.vectors.search(each, Metric::kCosine, kNearest, allowed);
    for (const Neighbour& hit :
         all.index.search(each, Metric::kCosine, kNearest, allowed, 1, breadth)) {
      found += static_cast<std::size_t>(std::ranges::count(truth, hit));
    }
  }
  state.counters["recall"] = static_cast<double>(found) / (kQueries * kNearest);
}

void graph(benchmark::State& state) {
  run(state, corpus(), static_cast<std::size_t>(state.range(0)), nullptr);
}

void graph_of(benchmark::State& state) {
  const Corpus& all = corpus(static_cast<std::size_t>(state.range(0)));
  run(state, all, HnswIndex::kDefaultBreadth, nullptr);
}

void graph_filtered(benchmark::State& state) {
  const RowSet allowed = one_in(static_cast<std::size_t>(state.range(0)));
  run(state, corpus(), HnswIndex::kDefaultBreadth, &allowed);
}

void scan(benchmark::State& state, const Corpus& all, const RowSet* allowed) {
  std::size_t query = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        all.vectors.search(all.queries[query++ % kQueries], Metric::kCosine, kNearest, allowed));
  }
}

void exact(benchmark::State& state) {
  const RowSet allowed = one_in(static_cast<std::size_t>(state.range(0)));
  scan(state, corpus(), state.range(0) == 1 ? nullptr : &allowed);
}

void exact_of(benchmark::State& state) {
  scan(state, corpus(static_cast<std::size_t>(state.range(0))), nullptr);
}

void graph_build(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(corpus().build());
  }
}

BENCHMARK(graph)->ArgName("breadth")->Arg(16)->Arg(32)->Arg(64)->Arg(128)->Unit(
    benchmark::kMicrosecond);
BENCHMARK(graph_filtered)
    ->ArgName("one_in")
    ->Arg(2)
    ->Arg(10)
    ->Arg(100)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(exact)->ArgName("one_in")->Arg(1)->Arg(2)->Arg(10)->Arg(100)->Unit(
    benchmark::kMicrosecond);
BENCHMARK(graph_of)
    ->ArgName("rows")
    ->RangeMultiplier(2)
    ->Range(1'250, 80'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(exact_of)
    ->ArgName("rows")
    ->RangeMultiplier(2)
    ->Range(1'250, 80'000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(graph_build)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace bookreco
