#pragma once

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/files/folder_blob_store.h"
#include "adapters/sqlite/sqlite_stores.h"
#include "base/clock.h"
#include "base/files.h"
#include "domain/book.h"
#include "ports/vectorizer.h"

namespace bookreco {

/// A clock that moves one second at each look, so that whatever is stored later is newer.
class SteppingClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp(std::chrono::seconds(seconds_++)); }

 private:
  mutable std::atomic<std::int64_t> seconds_{1'700'000'000};
};

/// The real stores and a real blob folder for one test, as the program wires them.
class HomeForTests {
 public:
  HomeForTests()
      : stores_(opened(open_sqlite_stores(folder_.path() / "bookreco.db", {}, clock_))),
        blobs_(opened(FolderBlobStore::open(folder_.path() / "blobs"))) {}

  const Path& folder() const { return folder_.path(); }
  const Clock& clock() const { return clock_; }
  Stores& stores() { return *stores_; }
  BlobStore& blobs() { return *blobs_; }

  void store(const std::vector<Book>& books) {
    const auto stored = stores_->books().upsert(books);
    EXPECT_TRUE(stored) << stored.error().message;
  }
  /// The newest run of a kind; an empty one when there is none.
  Run last_run(const std::string& kind) {
    const auto runs = stores_->runs().list(kind, 1);
    return runs && !runs->empty() ? runs->front() : Run{};
  }

 private:
  template <class T>
  static T opened(Result<T> result) {
    if (!result) {
      ADD_FAILURE() << result.error().message;
      std::abort();
    }
    return *std::move(result);
  }

  TemporaryFolder folder_;
  SteppingClock clock_;
  std::unique_ptr<Stores> stores_;
  std::unique_ptr<FolderBlobStore> blobs_;
};

/// Books of three kinds in turn: the sea, crimes, gardens. Books of one kind share words.
inline Book book_for_tests(int number) {
  static constexpr const char* kTexts[] = {
      "A captain sails a ship across the ocean through storms and finds an island harbour",
      "A detective solves a murder: the inspector questions a witness about poison and blood",
      "Roses, seeds and orchards: how to plant flowers, prune trees and water a garden"};
  static constexpr const char* kLabels[] = {"Sea", "Crime", "Garden"};
  Book book;
  book.id = fmt::format("book-{:04}", number);
  book.work_id = fmt::format("work-{:04}", number);
  book.title = fmt::format("{} tale {}", kLabels[number % 3], number);
  book.authors = {fmt::format("Author {}", number % 7)};
  book.description = kTexts[number % 3];
  book.labels = {kLabels[number % 3]};
  book.language = "en";
  return book;
}

inline std::vector<Book> books_for_tests(int count, int first = 0) {
  std::vector<Book> books;
  for (int i = first; i < first + count; ++i) {
    books.push_back(book_for_tests(i));
  }
  return books;
}

/// A unit vector of three dimensions that tells the kind of a book_for_tests, and a little its
/// number.
inline std::vector<float> vector_for_tests(const Book& book) {
  const auto kind = static_cast<std::size_t>(book.labels.empty()          ? 0
                                             : book.labels[0] == "Crime"  ? 1
                                             : book.labels[0] == "Garden" ? 2
                                                                          : 0);
  std::vector<float> vector(3, 0.01F * static_cast<float>(book.id.back() - '0'));
  vector[kind] = 1;
  float length = 0;
  for (const float value : vector) {
    length += value * value;
  }
  for (float& value : vector) {
    value /= std::sqrt(length);
  }
  return vector;
}

/// A Vectorizer without a model: vector_for_tests for books, the first kind for queries.
class VectorizerForTests final : public Vectorizer {
 public:
  std::string version() const override { return served; }
  Result<Embeddings> embed(std::span<const Book> books, const CallContext&) override {
    Embeddings embeddings{served, {}};
    for (const Book& book : books) {
      embeddings.rows.push_back({vector_for_tests(book), book.labels});
    }
    embedded += static_cast<int>(books.size());
    return embeddings;
  }
  Result<QueryEmbedding> embed_query(std::string_view, const CallContext&) override {
    return QueryEmbedding{served, {1, 0, 0}};
  }

  std::string served;
  int embedded = 0;  ///< books so far
};

}  // namespace bookreco
