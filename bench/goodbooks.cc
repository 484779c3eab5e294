#include "goodbooks.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <random>

#include "base/archive.h"

namespace bookreco {
namespace {

constexpr std::size_t kHeldOut = 2'500;

/// numpy.random.RandomState(seed).permutation(n)
std::vector<std::uint32_t> permutation(std::size_t n, std::mt19937& random) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = n - 1; i > 0; --i) {
    const std::uint32_t mask = std::bit_ceil(static_cast<std::uint32_t>(i) + 1) - 1;
    std::uint32_t j = 0;
    do {
      j = random() & mask;
    } while (j > i);
    std::swap(order[i], order[j]);
  }
  return order;
}

std::uint32_t number(std::string_view& line) {
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), value);
  line.remove_prefix(std::min<std::size_t>(parsed.ptr - line.data() + 1, line.size()));
  return value;
}

struct Cut {
  std::vector<std::vector<std::uint32_t>> readers;  ///< columns, ascending
  std::vector<std::uint32_t> books;
};

Result<Cut> read_ratings(const std::string& path) {
  BOOKRECO_TRY(ByteSource source, ByteSource::open(path));
  LineReader lines(std::move(source));
  std::map<std::uint32_t, std::vector<std::uint32_t>> liked;
  for (;;) {
    BOOKRECO_TRY(const auto line, lines.next());
    if (!line) {
      break;
    }
    std::string_view text = line->text;
    const std::uint32_t book = number(text);
    const std::uint32_t reader = number(text);
    if (number(text) >= 4) {
      liked[reader].push_back(book);
    }
  }
  Cut cut;
  std::map<std::uint32_t, std::uint32_t> columns;
  for (auto& [reader, books] : liked) {
    std::ranges::sort(books);
    books.erase(std::ranges::unique(books).begin(), books.end());
    if (books.size() >= 5) {
      for (const std::uint32_t book : books) {
        columns[book] = 0;
      }
      cut.readers.push_back(std::move(books));
    }
  }
  for (auto& [book, column] : columns) {
    column = static_cast<std::uint32_t>(cut.books.size());
    cut.books.push_back(book);
  }
  for (auto& books : cut.readers) {
    std::ranges::transform(books, books.begin(), [&](std::uint32_t b) { return columns[b]; });
  }
  return cut;
}

StrongSplit::Reader divide(const std::vector<std::uint32_t>& books, std::mt19937& random) {
  StrongSplit::Reader reader;
  const auto order = permutation(books.size(), random);
  const auto targets = std::max<std::size_t>(1, books.size() / 5);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < targets) {
      reader.targets.push_back(books[order[i]]);
    } else {
      reader.history.push_back({books[order[i]], 1});
    }
  }
  return reader;
}

}  // namespace

Result<StrongSplit> load_goodbooks(const std::string& path, bool tuning) {
  BOOKRECO_TRY(Cut cut, read_ratings(path));
  std::mt19937 random(42);
  const auto order = permutation(cut.readers.size(), random);
  StrongSplit split;
  InteractionMatrixBuilder train;
  InteractionMatrixBuilder validation;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& books = cut.readers[order[i]];
    if (i < kHeldOut) {
      split.test.push_back(divide(books, random));
      continue;
    }
    const bool held = tuning && i < 2 * kHeldOut;
    if (held) {
      split.tune.push_back(divide(books, random));
    }
    for (const std::uint32_t book : books) {
      const auto row = static_cast<std::uint32_t>(held ? i - kHeldOut : i);
      BOOKRECO_TRY_VOID((held ? validation : train).add(row, book));
    }
  }
  BOOKRECO_TRY(split.train, train.build(0, cut.books.size()));
  BOOKRECO_TRY(split.validation, validation.build(0, cut.books.size()));
  split.books = std::move(cut.books);
  return split;
}

}  // namespace bookreco
