#include <cstdio>

#include <CLI/CLI.hpp>
#include <sysexits.h>

#include "base/threads.h"
#include "catalogue/catalogue.h"
#include "domain/book_json.h"

namespace bookreco::bench {
namespace {

constexpr std::size_t kBlock = 2000;

/// Blocks of books are rendered by all threads and written in order, so the bytes do not depend on
/// how many they are.
bool write_books(const Catalogue& catalogue, std::uint64_t books, std::size_t threads) {
  std::vector<std::string> blocks(threads * 2);
  for (std::uint64_t first = 0; first < books; first += blocks.size() * kBlock) {
    parallel_for(blocks.size(), threads, [&](std::size_t block) {
      Book book;
      blocks[block].clear();
      const std::uint64_t begin = std::min(books, first + block * kBlock);
      const std::uint64_t end = std::min(books, begin + kBlock);
      for (std::uint64_t number = begin; number < end; ++number) {
        catalogue.fill(number, book);
        append_book_json(blocks[block], book);
        blocks[block] += '\n';
      }
    });
    for (const std::string& block : blocks) {
      if (std::fwrite(block.data(), 1, block.size(), stdout) != block.size()) {
        return false;
      }
    }
  }
  return std::fflush(stdout) == 0;
}

int run(int argc, char** argv) {
  CLI::App app{
      "Writes a made-up catalogue as JSON Lines to standard output. The same options give the same "
      "bytes."};
  CatalogueOptions options;
  std::size_t threads = hardware_threads();
  app.add_option("--books", options.books, "How many books")->capture_default_str();
  app.add_option("--vocabulary", options.vocabulary, "Different words, French and English together")
      ->capture_default_str();
  app.add_option("--words", options.words, "Words in a description at least")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed, another catalogue")->capture_default_str();
  app.add_option("--duplicates",
                 options.duplicates,
                 "Share of books that are another edition of an earlier one")
      ->capture_default_str();
  app.add_option("--threads", threads, "Never changes the output")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  const Result<Catalogue> catalogue = Catalogue::create(options);
  if (!catalogue) {
    fmt::print(stderr, "generate_catalogue: {}\n", catalogue.error().message);
    return EX_USAGE;
  }
  if (!write_books(*catalogue, options.books, threads)) {
    std::perror("generate_catalogue: standard output");
    return EX_IOERR;
  }
  return EX_OK;
}

}  // namespace
}  // namespace bookreco::bench

int main(int argc, char** argv) {
  return bookreco::bench::run(argc, argv);
}
