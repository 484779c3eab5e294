// generate_readers [--readers N --books N --entries N --seed N]: made-up interactions,
// "reader,book" lines, with what recommenders live on: books of very different popularity, readers
// of a few subjects, series that are read on. The same options give the same bytes.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unordered_set>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sysexits.h>

#include "catalogue/alias_table.h"

namespace bookreco::bench {
namespace {

constexpr std::size_t kSubjects = 200;
constexpr std::size_t kSeries = 6;        // books of a series, neighbours by number
constexpr std::size_t kLeast = 10;        // books of a reader
constexpr double kSameSeries = 0.25;      // of the books are of a series that the reader has begun
constexpr double kOwnSubjects = 0.6;      // of the others are of the reader's subjects
constexpr double kPopularity = 0.75;      // a book of rank r is drawn r^-this as often
constexpr std::size_t kMostSubjects = 3;  // of a reader

struct Options {
  std::uint64_t readers = 70'000;
  std::uint64_t books = 25'000;
  std::uint64_t entries = 850'000;
  std::uint64_t seed = 1;
};

class Library {
 public:
  explicit Library(const Options& options) : options_(options) {
    Random random(options.seed);
    std::vector<double> weights;
    std::vector<std::vector<double>> of_subjects(kSubjects);
    members_.resize(kSubjects);
    for (std::uint64_t book = 0; book < options.books; ++book) {
      const double rank = 1 + random.uniform() * static_cast<double>(options.books);
      weights.push_back(std::pow(rank, -kPopularity));
      const std::size_t subject = (book / kSeries * 0x9e3779b97f4a7c15ULL >> 32) % kSubjects;
      members_[subject].push_back(book);
      of_subjects[subject].push_back(weights.back());
    }
    any_.emplace_back(weights);
    for (const auto& own : of_subjects) {
      subjects_.emplace_back(own.empty() ? std::vector<double>{1} : own);
    }
  }

  /// Distinct books, in the order read.
  std::vector<std::uint64_t> read(std::uint64_t reader) const {
    Random random(options_.seed, reader);
    const double mean =
        static_cast<double>(options_.entries) / static_cast<double>(options_.readers);
    const double more = std::max(mean - static_cast<double>(kLeast), 0.1);
    const auto count = kLeast + static_cast<std::size_t>(-more * std::log(1 - random.uniform()));
    std::vector<std::size_t> own;
    for (std::size_t i = 0; i < 1 + random.below(kMostSubjects); ++i) {
      own.push_back(random.below(kSubjects));
    }
    std::vector<std::uint64_t> books;
    std::unordered_set<std::uint64_t> known;
    for (std::size_t tries = 0; books.size() < count && tries < 20 * count; ++tries) {
      const std::uint64_t book = draw(own, books, random);
      if (known.insert(book).second) {
        books.push_back(book);
      }
    }
    return books;
  }

 private:
  std::uint64_t draw(const std::vector<std::size_t>& own,
                     const std::vector<std::uint64_t>& read,
                     Random& random) const {
    if (!read.empty() && random.uniform() < kSameSeries) {
      const std::uint64_t first = read[random.below(read.size())] / kSeries * kSeries;
      return std::min(first + random.below(kSeries), options_.books - 1);
    }
    const std::size_t subject = own[random.below(own.size())];
    if (random.uniform() < kOwnSubjects && !members_[subject].empty()) {
      return members_[subject][subjects_[subject].draw(random)];
    }
    return any_.front().draw(random);
  }

  Options options_;
  std::vector<AliasTable> any_;
  std::vector<AliasTable> subjects_;
  std::vector<std::vector<std::uint64_t>> members_;
};

int run(int argc, char** argv) {
  CLI::App app{"Writes made-up interactions as CSV to standard output."};
  Options options;
  app.add_option("--readers", options.readers, "How many readers")->check(CLI::PositiveNumber);
  app.add_option("--books", options.books, "How many books")->check(CLI::PositiveNumber);
  app.add_option("--entries", options.entries, "How many interactions, about");
  app.add_option("--seed", options.seed, "Another seed, other readers");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  const Library library(options);
  fmt::print("reader,book\n");
  for (std::uint64_t reader = 0; reader < options.readers; ++reader) {
    for (const std::uint64_t book : library.read(reader)) {
      fmt::print("{},{}\n", reader, book);
    }
  }
  return std::fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

}  // namespace
}  // namespace bookreco::bench

int main(int argc, char** argv) {
  return bookreco::bench::run(argc, argv);
}
