// The lexical index over 1,000,000 generated books of 90 words, 200,000 different ones with Zipf's
// frequencies.

#include <array>
#include <cmath>

#include <benchmark/benchmark.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/threads.h"
#include "index/lexical_index.h"

namespace bookreco {
namespace {

constexpr std::size_t kBooks = 1'000'000;
constexpr std::size_t kWords = 200'000;
constexpr std::size_t kWordsPerBook = 90;

/// A pronounceable word for each number, the frequent ones short.
std::string word_of(std::size_t number) {
  static constexpr std::string_view kConsonants = "bcdfglmnprstv";
  static constexpr std::string_view kVowels = "aeiou";
  std::string word;
  for (std::size_t rest = number + 40; rest > 0; rest /= 65) {
    word += kConsonants[rest % 65 / 5];
    word += kVowels[rest % 5];
  }
  return word + "x";
}

struct Corpus {
  std::vector<std::string> words;
  TemporaryFolder folder;
  LexicalIndex index;
  double build_seconds = 0;
  double cpu_seconds = 0;
  double resident = 0;

  std::size_t draw(Random& random) const {  // Zipf with exponent 1, by inversion of the integral
    return static_cast<std::size_t>(
               std::exp(random.uniform() * std::log(static_cast<double>(kWords)))) -
           1;
  }

  Corpus() {
    for (std::size_t i = 0; i < kWords; ++i) {
      words.push_back(word_of(i));
    }
    Random random(3);
    LexicalIndexBuilder builder(hardware_threads());
    constexpr std::size_t kBatch = 4'000;
    std::vector<std::array<std::string, 3>> texts(kBatch);
    std::vector<LexicalIndexBuilder::Row> rows(kBatch);
    for (std::size_t begin = 0; begin < kBooks; begin += kBatch) {
      for (std::size_t i = 0; i < kBatch; ++i) {
        for (auto& text : texts[i]) {
          text.clear();
        }
        for (std::size_t j = 0; j < kWordsPerBook; ++j) {
          (texts[i][j < 4 ? 0 : j < 6 ? 1 : 2] += words[draw(random)]) += ' ';
        }
        rows[i] = {{{texts[i][0], 4}, {texts[i][1], 3}, {texts[i][2], 1}},
                   i % 2 == 0 ? "fr" : "en"};
      }
      const Stopwatch watch;
      const double cpu = process_cpu_seconds();
      builder.add_batch(rows);
      build_seconds += watch.seconds();
      cpu_seconds += process_cpu_seconds() - cpu;
    }
    const Stopwatch watch;
    const double cpu = process_cpu_seconds();
    auto writer = SectionWriter::to_file(folder.path() / "words.brs", "words", 1);
    BOOKRECO_CHECK(writer && builder.write(*writer));
    index = *LexicalIndex::open(*writer->finish());
    build_seconds += watch.seconds();
    cpu_seconds += process_cpu_seconds() - cpu;
    resident = static_cast<double>(resident_bytes());
  }
};

const Corpus& corpus() {
  static const Corpus kCorpus;
  return kCorpus;
}

void lexical_build(benchmark::State& state) {
  for (auto _ : state) {
    state.SetIterationTime(corpus().build_seconds);
  }
  state.counters["cpu_s"] = corpus().cpu_seconds;
  state.counters["resident_mb"] = corpus().resident / 1e6;
}

enum class Kind { kCommon, kMixed, kRare, kPrefix, kMisspelt };

std::string query_of(Kind kind, Random& random) {
  const auto word = [&](std::size_t from, std::size_t to) {
    return corpus().words[from + random.below(to - from)];
  };
  switch (kind) {
    case Kind::kCommon:
      return word(0, 10) + " " + word(10, 20) + " " + word(20, 40);
    case Kind::kMixed:
      return word(0, 40) + " " + word(1'000, 5'000) + " " + word(10'000, 50'000);
    case Kind::kRare:
      return word(50'000, kWords) + " " + word(50'000, kWords);
    case Kind::kPrefix:
      return word(1'000, 5'000) + " " + word(0, kWords).substr(0, 2);
    case Kind::kMisspelt: {
      std::string wrong = word(5'000, kWords);
      wrong[wrong.size() / 2] = 'q';
      return wrong + "k";
    }
  }
  return {};
}

void lexical_search(benchmark::State& state, Kind kind) {
  Random random(9);
  corpus();
  double worst = 0;
  for (auto _ : state) {
    const std::string query = query_of(kind, random);
    const Stopwatch watch;
    benchmark::DoNotOptimize(corpus().index.search(query, 10));
    worst = std::max(worst, watch.seconds());
  }
  state.counters["worst_ms"] = worst * 1e3;
}

BENCHMARK(lexical_build)->UseManualTime()->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(lexical_search, common, Kind::kCommon)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lexical_search, mixed, Kind::kMixed)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lexical_search, rare, Kind::kRare)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lexical_search, prefix, Kind::kPrefix)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lexical_search, misspelt, Kind::kMisspelt)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bookreco
