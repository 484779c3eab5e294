// generate_libraries: what made-up readers liked of a made-up catalogue, as CSV for `bookreco
// readers import`.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>
#include <sysexits.h>

#include "base/random.h"
#include "base/threads.h"
#include "catalogue/alias_table.h"
#include "catalogue/catalogue.h"

namespace bookreco::bench {
namespace {

struct Options {
  CatalogueOptions catalogue;
  std::uint64_t readers = 10'000;
  double books_each = 20;  ///< mean
  std::uint64_t seed = 11;
};

/// The books of one taste, those that more people read first.
struct Taste {
  std::vector<std::string> books;
  std::vector<double> popular;
};

/// Books of the same last label are one taste.
std::vector<Taste> tastes_of(const Catalogue& catalogue, const Options& options) {
  std::map<std::string, Taste> tastes;
  Book book;
  Random random(options.seed);
  for (std::uint64_t number = 0; number < options.catalogue.books; ++number) {
    catalogue.fill(number, book);
    if (!book.ean.empty() && !book.labels.empty()) {
      tastes[book.labels.back()].books.push_back(book.ean);
    }
  }
  std::vector<Taste> out;
  for (auto& [label, taste] : tastes) {
    for (std::size_t i = taste.books.size(); i > 1; --i) {
      std::swap(taste.books[i - 1], taste.books[random.below(i)]);
    }
    for (std::size_t i = 0; i < taste.books.size(); ++i) {
      taste.popular.push_back(std::pow(static_cast<double>(i) + 10, -0.9));
    }
    out.push_back(std::move(taste));
  }
  return out;
}

/// One to three tastes, the first the strongest; a book in ten is anyone's.
void write_reader(std::uint64_t reader,
                  const Options& options,
                  const std::vector<Taste>& tastes,
                  const std::vector<AliasTable>& draws) {
  Random random(options.seed, reader);
  const std::size_t own[] = {
      random.below(tastes.size()), random.below(tastes.size()), random.below(tastes.size())};
  const std::uint64_t kinds = 1 + random.below(3);
  const double length = -std::log(1 - random.uniform()) * (options.books_each - 1);
  const std::uint64_t books = 1 + static_cast<std::uint64_t>(length);
  for (std::uint64_t i = 0; i < books; ++i) {
    const std::size_t taste = random.below(10) == 0 ? random.below(tastes.size())
                                                    : own[random.below(1 + random.below(kinds))];
    const std::string& book = tastes[taste].books[draws[taste].draw(random)];
    fmt::print("r{:07},{},{}\n", reader, book, random.below(3) == 0 ? "loved" : "liked");
  }
}

int run(int argc, char** argv) {
  CLI::App app{
      "Writes what made-up readers liked of the books that generate_catalogue writes with "
      "the same options, as CSV to standard output."};
  Options options;
  app.add_option("--readers", options.readers, "How many readers")->capture_default_str();
  app.add_option("--books-each", options.books_each, "Their mean number of books")
      ->capture_default_str();
  app.add_option("--books", options.catalogue.books, "How many books")->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed, other readers")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  const Result<Catalogue> catalogue = Catalogue::create(options.catalogue);
  if (!catalogue) {
    fmt::print(stderr, "generate_libraries: {}\n", catalogue.error().message);
    return EX_USAGE;
  }
  const std::vector<Taste> tastes = tastes_of(*catalogue, options);
  std::vector<AliasTable> draws;
  for (const Taste& taste : tastes) {
    draws.emplace_back(taste.popular);
  }
  fmt::print("reader,book,kind\n");
  for (std::uint64_t reader = 0; reader < options.readers; ++reader) {
    write_reader(reader, options, tastes, draws);
  }
  return std::fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}

}  // namespace
}  // namespace bookreco::bench

int main(int argc, char** argv) {
  return bookreco::bench::run(argc, argv);
}
