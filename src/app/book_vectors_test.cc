#include "app/book_vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace bookreco {
namespace {

class BookVectorsTest : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const Path path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }

  /// Books 1 and 2 are of one author and subject, 3 and 4 of another.
  std::string goodbooks() {
    return file("books.csv",
                "book_id,goodreads_book_id,best_book_id,work_id,books_count,isbn,isbn13,authors,"
                "original_publication_year,original_title,title,language_code,image_url\n"
                "1,11,11,1,1,0061120081,,Ann Sea,1960,,Whales of the sea,eng,\n"
                "2,12,12,2,1,,,Ann Sea,1961,,Ships and whales,eng,\n"
                "3,13,13,3,1,,,Bob Hill,1962,,Mountain goats,eng,\n"
                "4,14,14,4,1,,,Bob Hill,1963,,Goats on a mountain,eng,\n");
  }

  TemporaryFolder folder_;
  VectorizerSettings settings_;
};

float cosine(const std::vector<float>& values,
             std::size_t dimension,
             std::size_t a,
             std::size_t b) {
  float sum = 0;
  for (std::size_t c = 0; c < dimension; ++c) {
    sum += values[a * dimension + c] * values[b * dimension + c];
  }
  return sum;
}

TEST_F(BookVectorsTest, BooksAreFoundUnderTheirNumbersAndIsbns) {
  const auto vectors = read_book_vectors({goodbooks()}, settings_, {});
  ASSERT_TRUE(vectors.has_value()) << vectors.error().message;
  EXPECT_NE(vectors->space, "");
  const std::vector<std::string> items = {"1", "2", "3", "unknown", "9780061120084"};
  const std::vector<float> of = vectors->of(items);
  ASSERT_EQ(of.size(), items.size() * vectors->dimension);
  EXPECT_GT(cosine(of, vectors->dimension, 0, 1), cosine(of, vectors->dimension, 0, 2));
  EXPECT_EQ(cosine(of, vectors->dimension, 3, 3), 0);
  EXPECT_NEAR(cosine(of, vectors->dimension, 0, 4), 1, 1e-5);
}

TEST_F(BookVectorsTest, OneBookIsTooFew) {
  const std::string one = file("one.jsonl", "{\"title\": \"Alone\", \"authors\": [\"Nobody\"]}\n");
  EXPECT_EQ(read_book_vectors({one}, settings_, {}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(read_book_vectors({"/no/such/file"}, settings_, {}).error().code, Code::kNotFound);
}

TEST_F(BookVectorsTest, ContentFindsColdBooks) {
  EvaluationRequest request;
  request.train = file("train.csv", "reader,item\na,1\nb,3\n");
  request.test = file("test.csv", "reader,item\na,2\nb,4\n");
  request.models = {"content"};
  request.metrics = *parse_metrics("recall@1", 1);
  request.resamples = 0;
  EvaluatorSettings settings;
  EXPECT_EQ(run_evaluation(request, settings).error().code, Code::kInvalidArgument);  // no vectors
  auto vectors = read_book_vectors({goodbooks()}, settings_, {});
  ASSERT_TRUE(vectors.has_value()) << vectors.error().message;
  settings.books = *std::move(vectors);
  const auto report = run_evaluation(request, settings);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->items_with_vectors, 4);
  EXPECT_EQ(report->models[0].scores.values[0], 1);
}

}  // namespace
}  // namespace bookreco
