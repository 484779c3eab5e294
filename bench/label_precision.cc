// label_precision FILE…: how often a book's ten nearest neighbours share a label with it. FILE
// holds cleaned books as JSON Lines (the 2-prepared batch of an ingest, or a sample), plain or
// compressed.
//
// No figure sees the labels that it compares. "no labels": no book has any when the model is
// fitted. "labels of other books": works are dealt into five folds, and for each pair of folds a
// model is fitted on the whole catalogue with the labels of both folds taken away; two books are
// compared by the model of their pair of folds, so the labels of neither, nor of another edition of
// either, took part in its fit or in their vectors. That is how the program serves a book it knows
// no label of.
#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

#include <fmt/format.h>
#include <sysexits.h>

#include "base/archive.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "base/threads.h"
#include "domain/book_json.h"
#include "domain/fold.h"
#include "kernels/linear.h"
#include "services/vectorizer/documents.h"

namespace bookreco {
namespace {

constexpr std::size_t kNeighbours = 10;
constexpr std::size_t kFolds = 5;

/// What is scored: the books, which work each belongs to and their labels as numbers.
struct Shelf {
  std::vector<Book> books;
  std::vector<std::uint32_t> works;
  std::vector<std::vector<std::uint32_t>> labels;  ///< general to specific, as the books have them
};

struct Precision {
  double any = 0;       ///< neighbours that share any label
  double specific = 0;  ///< neighbours that bear the book's last, most specific label
  std::size_t books = 0;
};

std::uint32_t number_of(std::unordered_map<std::string, std::uint32_t>& numbers, std::string name) {
  return numbers.try_emplace(std::move(name), static_cast<std::uint32_t>(numbers.size()))
      .first->second;
}

Status read_books(const std::string& path, std::vector<Book>& books) {
  BOOKRECO_TRY(ByteSource source, ByteSource::open(path));
  LineReader reader(std::move(source));
  for (;;) {
    BOOKRECO_TRY(const auto line, reader.next());
    if (!line) {
      return {};
    }
    Result<Book> book = book_from_json(line->text);
    if (!book) {
      return in_context(fmt::format("{} line {}", path, line->number), book.error());
    }
    books.push_back(std::move(*book));
  }
}

Shelf make_shelf(std::vector<Book> books) {
  Shelf shelf;
  std::unordered_map<std::string, std::uint32_t> works;
  std::unordered_map<std::string, std::uint32_t> labels;
  for (const Book& book : books) {
    const std::string first_author = book.authors.empty() ? "" : book.authors.front();
    shelf.works.push_back(number_of(
        works, book.work_id.empty() ? fold(book.title) + "|" + fold(first_author) : book.work_id));
    std::vector<std::uint32_t>& own = shelf.labels.emplace_back();
    for (const std::string& label : book.labels) {
      own.push_back(number_of(labels, fold(label)));
    }
  }
  shelf.books = std::move(books);
  return shelf;
}

/// Scores of every book for book `query`.
using ScoreFn = std::function<void(std::size_t query, std::span<float> scores)>;

/// The nearest books of other works.
std::vector<std::uint32_t> nearest(const Shelf& shelf,
                                   std::size_t query,
                                   std::span<const float> scores) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t row = 0; row < scores.size(); ++row) {
    if (shelf.works[row] != shelf.works[query] && scores[row] > 0) {
      order.push_back(row);
    }
  }
  const auto better = [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  };
  const auto kept = static_cast<std::ptrdiff_t>(std::min(order.size(), kNeighbours));
  std::partial_sort(order.begin(), order.begin() + kept, order.end(), better);
  order.resize(static_cast<std::size_t>(kept));
  return order;
}

bool bears(const std::vector<std::uint32_t>& labels, std::uint32_t label) {
  return std::ranges::find(labels, label) != labels.end();
}

bool share(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  return std::ranges::any_of(a, [&](std::uint32_t label) { return bears(b, label); });
}

/// A book with fewer than ten neighbours is scored as if the missing ones shared nothing.
Precision measure(const Shelf& shelf, const ScoreFn& score, std::size_t threads) {
  const std::size_t books = shelf.books.size();
  std::vector<std::uint8_t> any(books);
  std::vector<std::uint8_t> specific(books);
  parallel_blocks(books, 64, threads, [&](Range rows, std::size_t) {
    std::vector<float> scores(books);
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      const std::vector<std::uint32_t>& own = shelf.labels[row];
      if (own.empty()) {
        continue;
      }
      score(row, scores);
      for (const std::uint32_t other : nearest(shelf, row, scores)) {
        any[row] += share(own, shelf.labels[other]) ? 1 : 0;
        specific[row] += bears(shelf.labels[other], own.back()) ? 1 : 0;
      }
    }
  });
  Precision result;
  for (std::size_t row = 0; row < books; ++row) {
    if (!shelf.labels[row].empty()) {
      ++result.books;
      result.any += any[row];
      result.specific += specific[row];
    }
  }
  const double asked = static_cast<double>(std::max<std::size_t>(1, result.books) * kNeighbours);
  result.any /= asked;
  result.specific /= asked;
  return result;
}

/// What neighbours drawn blindly would share.
Precision chance(const Shelf& shelf, std::size_t threads) {
  return measure(
      shelf,
      [&](std::size_t query, std::span<float> scores) {
        Random random(query + 1);
        for (float& one : scores) {
          one = static_cast<float>(random.uniform()) + 0.5F;
        }
      },
      threads);
}

/// A model fitted on one reading of the books.
struct Fitted {
  explicit Fitted(const LsaOptions& lsa) : fitter(lsa) {}

  LsaFitter fitter;
  LsaModel model;
  std::vector<std::vector<SparseEntry>> tfidf;
};

/// Plain TF-IDF: what Salton & Buckley and scikit-learn call it.
Result<std::unique_ptr<Fitted>> fit(const Shelf& shelf,
                                    const DocumentOptions& reading,
                                    std::size_t threads) {
  LsaOptions options;
  options.threads = threads;
  options.idf_power = 1;
  auto fitted = std::make_unique<Fitted>(options);
  std::vector<Document> documents;
  documents.reserve(shelf.books.size());
  for (const Book& book : shelf.books) {
    documents.push_back(document_of(book, reading));
  }
  fitted->fitter.add_batch(documents);
  BOOKRECO_TRY(fitted->model, fitted->fitter.fit());
  for (const Document& document : documents) {
    fitted->tfidf.push_back(fitted->model.tfidf(document));
  }
  return fitted;
}

Precision measure_tfidf(const Shelf& shelf, const Fitted& fitted, std::size_t threads) {
  struct Posting {
    std::uint32_t row;
    float weight;
  };
  std::vector<std::vector<Posting>> postings(fitted.model.vocabulary());
  for (std::uint32_t row = 0; row < fitted.tfidf.size(); ++row) {
    for (const SparseEntry& entry : fitted.tfidf[row]) {
      postings[entry.term].push_back({row, entry.weight});
    }
  }
  return measure(
      shelf,
      [&](std::size_t query, std::span<float> scores) {
        std::ranges::fill(scores, 0.0F);
        for (const SparseEntry& entry : fitted.tfidf[query]) {
          for (const Posting& posting : postings[entry.term]) {
            scores[posting.row] += entry.weight * posting.weight;
          }
        }
      },
      threads);
}

/// Vectors of every book as the program makes them, by a fit that sees the labels of those books
/// alone that `labelled` says.
Result<std::vector<float>> vectors_of(const Shelf& shelf,
                                      const std::function<bool(std::size_t)>& labelled,
                                      std::size_t threads) {
  LsaOptions options;
  options.threads = threads;
  LsaFitter fitter(options);
  DocumentOptions without;
  without.label = 0;
  std::vector<Document> documents;
  documents.reserve(shelf.books.size());
  for (std::size_t row = 0; row < shelf.books.size(); ++row) {
    documents.push_back(document_of(shelf.books[row], labelled(row) ? DocumentOptions() : without));
  }
  fitter.add_batch(documents);
  BOOKRECO_TRY_VOID(fitter.fit());
  return std::vector(fitter.embedded().begin(), fitter.embedded().end());
}

Result<Precision> measure_unlabelled(const Shelf& shelf, std::size_t threads) {
  BOOKRECO_TRY(const auto vectors, vectors_of(shelf, [](std::size_t) { return false; }, threads));
  const std::size_t dimension = vectors.size() / shelf.books.size();
  const auto vector = [&](std::size_t row) {
    return std::span(vectors).subspan(row * dimension, dimension);
  };
  return measure(
      shelf,
      [&](std::size_t query, std::span<float> scores) {
        for (std::size_t row = 0; row < scores.size(); ++row) {
          scores[row] = dot(vector(query), vector(row));
        }
      },
      threads);
}

Result<Precision> measure_cross_fitted(const Shelf& shelf, std::size_t threads) {
  const auto fold = [&](std::size_t row) { return shelf.works[row] % kFolds; };
  std::array<std::array<std::vector<float>, kFolds>, kFolds> vectors;  // of a pair, lesser first
  for (std::size_t first = 0; first < kFolds; ++first) {
    for (std::size_t second = first; second < kFolds; ++second) {
      BOOKRECO_TRY(vectors[first][second],
                   vectors_of(
                       shelf,
                       [&](std::size_t row) { return fold(row) != first && fold(row) != second; },
                       threads));
    }
  }
  const std::size_t dimension = vectors[0][0].size() / shelf.books.size();
  return measure(
      shelf,
      [&](std::size_t query, std::span<float> scores) {
        for (std::size_t row = 0; row < scores.size(); ++row) {
          const std::size_t a = fold(query);
          const std::size_t b = fold(row);
          const std::span<const float> all = vectors[std::min(a, b)][std::max(a, b)];
          scores[row] = dot(all.subspan(query * dimension, dimension),
                            all.subspan(row * dimension, dimension));
        }
      },
      threads);
}

class Report {
 public:
  explicit Report(const Shelf& shelf) : json_(text_) {
    fmt::print(stderr, "{:<34} {:>9} {:>14}\n", "vectors", "any label", "last label");
    json_.begin_object()
        .field("books", static_cast<std::uint64_t>(shelf.books.size()))
        .key("precision_at_10");
    json_.begin_object();
  }

  void add(const char* name, const Precision& precision) {
    fmt::print(stderr, "{:<34} {:>9.4f} {:>14.4f}\n", name, precision.any, precision.specific);
    json_.key(name)
        .begin_object()
        .field("any_label", precision.any)
        .field("last_label", precision.specific);
    json_.field("books", static_cast<std::uint64_t>(precision.books)).end_object();
  }

  void print() {
    json_.end_object().end_object();
    fmt::print("{}\n", text_);
  }

 private:
  std::string text_;
  JsonWriter json_;
};

Status run(std::span<char*> paths) {
  std::vector<Book> books;
  for (const char* path : paths) {
    BOOKRECO_TRY_VOID(read_books(path, books));
  }
  const Shelf shelf = make_shelf(std::move(books));
  const std::size_t threads = hardware_threads();

  DocumentOptions words;
  words.author = words.label = words.collection = words.publisher = words.series = 0;
  DocumentOptions fields;
  fields.label = 0;
  BOOKRECO_TRY(const auto of_words, fit(shelf, words, threads));
  BOOKRECO_TRY(const auto of_fields, fit(shelf, fields, threads));

  BOOKRECO_TRY(const Precision unlabelled, measure_unlabelled(shelf, threads));
  BOOKRECO_TRY(const Precision cross_fitted, measure_cross_fitted(shelf, threads));

  Report report(shelf);
  report.add("chance", chance(shelf, threads));
  report.add("tfidf title+description", measure_tfidf(shelf, *of_words, threads));
  report.add("tfidf all fields but labels", measure_tfidf(shelf, *of_fields, threads));
  report.add("vectors, no labels", unlabelled);
  report.add("vectors, labels of other books", cross_fitted);
  report.print();
  return {};
}

}  // namespace
}  // namespace bookreco

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(
        stderr,
        "usage: label_precision FILE…   (cleaned books as JSON Lines, plain or compressed)\n");
    return EX_USAGE;
  }
  const auto status = bookreco::run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
  if (!status) {
    fmt::print(stderr, "label_precision: {}\n", status.error().message);
    return EX_DATAERR;
  }
  return EX_OK;
}
