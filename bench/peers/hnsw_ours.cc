// hnsw_ours BASE QUERIES DIMENSION cosine|euclidean THREADS FOLDER [DEGREE BREADTH]: our graph
// index, for hnsw_peers.py. BASE and QUERIES are rows of fp32 values. Builds the index as mapped
// files in FOLDER, tells how long that took and how large they are, then answers each line "BREADTH
// K FILTER OUT" of its input, on one thread: FILTER is a file of one byte per row (1 passes), "-"
// for none, BREADTH 0 asks the exact index; the rows found go to OUT (K u32 per query, 2^32 - 1
// where there are none) and the seconds of wall and CPU to the output.

#include <ctime>
#include <iostream>
#include <sstream>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/files.h"
#include "index/hnsw_index.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxFile = std::size_t{16} << 30;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Rows {
  MappedFile file;
  std::size_t dimension = 0;

  std::size_t size() const { return file.bytes().size() / sizeof(float) / dimension; }
  std::span<const float> row(std::size_t i) const {
    return {reinterpret_cast<const float*>(file.bytes().data()) + i * dimension, dimension};
  }
};

Result<ExactIndex> write_vectors(const Rows& base, const Path& path) {
  BOOKRECO_TRY(SectionWriter writer, SectionWriter::to_file(path, "vectors", 1));
  BOOKRECO_TRY_VOID(
      ExactIndex::write(writer, base.size(), base.dimension, [&](std::size_t i, auto out) {
        std::ranges::copy(base.row(i), out.begin());
        return Status{};
      }));
  BOOKRECO_TRY_VOID(writer.finish());
  BOOKRECO_TRY(const SectionFile file, SectionFile::open(path, "vectors", 1));
  return ExactIndex::open(file);
}

Result<HnswIndex> write_graph(const ExactIndex& vectors,
                              const HnswOptions& options,
                              const Path& path) {
  const Stopwatch watch;
  const double cpu = cpu_seconds();
  BOOKRECO_TRY(SectionWriter writer, SectionWriter::to_file(path, "graph", 1));
  BOOKRECO_TRY_VOID(HnswIndex::write(writer, vectors, options));
  BOOKRECO_TRY_VOID(writer.finish());
  const double wall = watch.seconds();
  const double spent = cpu_seconds() - cpu;
  BOOKRECO_TRY(const SectionFile file, SectionFile::open(path, "graph", 1));
  const Stopwatch opening;
  auto index = HnswIndex::open(file, vectors);
  fmt::print(
      "{{\"build_seconds\": {:.3f}, \"build_cpu_seconds\": {:.3f}, \"bytes\": {}, "
      "\"check_seconds\": {:.4f}}}\n",
      wall,
      spent,
      std::filesystem::file_size(path),
      opening.seconds());
  std::fflush(stdout);
  return index;
}

struct Turn {
  std::size_t breadth = 0;
  std::size_t k = 0;
  std::string filter;
  std::string out;
};

Status answer(const HnswIndex& index, const Rows& queries, const Turn& turn) {
  std::optional<RowSet> allowed;
  if (turn.filter != "-") {
    BOOKRECO_TRY(const std::string bytes, read_file(turn.filter, kMaxFile));
    allowed.emplace(index.rows());
    for (std::size_t row = 0; row < std::min(bytes.size(), index.rows()); ++row) {
      if (bytes[row] != 0) {
        allowed->insert(row);
      }
    }
  }
  const RowSet* filter = allowed ? &*allowed : nullptr;
  std::vector<std::uint32_t> found(queries.size() * turn.k, UINT32_MAX);
  const Stopwatch watch;
  const double cpu = cpu_seconds();
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto hits =
        turn.breadth == 0
            ? index.vectors().search(queries.row(i), Metric::kCosine, turn.k, filter)
            : index.search(queries.row(i), Metric::kCosine, turn.k, filter, 1, turn.breadth);
    std::ranges::transform(
        hits, found.begin() + static_cast<std::ptrdiff_t>(i * turn.k), &Neighbour::row);
  }
  const double spent = cpu_seconds() - cpu;
  const double wall = watch.seconds();
  const auto bytes = std::as_bytes(std::span(found));
  BOOKRECO_TRY_VOID(
      write_file(turn.out, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  fmt::print("{{\"seconds\": {:.6f}, \"cpu_seconds\": {:.6f}}}\n", wall, spent);
  std::fflush(stdout);
  return {};
}

Status run(std::span<char*> arguments) {
  Rows base;
  Rows queries;
  base.dimension = queries.dimension = std::stoul(arguments[3]);
  BOOKRECO_TRY(base.file, MappedFile::open(arguments[1]));
  BOOKRECO_TRY(queries.file, MappedFile::open(arguments[2]));
  HnswOptions options;
  options.metric =
      std::string_view(arguments[4]) == "euclidean" ? Metric::kEuclidean : Metric::kCosine;
  options.threads = std::stoul(arguments[5]);
  const Path folder = arguments[6];
  if (arguments.size() > 8) {
    options.degree = std::stoul(arguments[7]);
    options.breadth = std::stoul(arguments[8]);
  }
  BOOKRECO_TRY(const ExactIndex vectors, write_vectors(base, folder / "vectors.brs"));
  BOOKRECO_TRY(const HnswIndex index, write_graph(vectors, options, folder / "graph.brs"));
  for (std::string line; std::getline(std::cin, line);) {
    Turn turn;
    std::istringstream(line) >> turn.breadth >> turn.k >> turn.filter >> turn.out;
    BOOKRECO_TRY_VOID(answer(index, queries, turn));
  }
  return {};
}

}  // namespace
}  // namespace bookreco

int main(int argc, char** argv) {
  if (argc < 7) {
    fmt::print(
        stderr,
        "usage: {} BASE QUERIES DIMENSION cosine|euclidean THREADS FOLDER [DEGREE BREADTH]\n",
        argv[0]);
    return 64;
  }
  const auto status = bookreco::run({argv, static_cast<std::size_t>(argc)});
  if (!status) {
    fmt::print(stderr, "hnsw_ours: {}\n", status.error().message);
    return 1;
  }
  return 0;
}
