#include "services/vectorizer/vectorizer_service.h"

#include <cmath>

#include <gmock/gmock.h>

#include "adapters/home_for_tests.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class VectorizerServiceTest : public testing::Test {
 protected:
  VectorizerServiceTest() {
    settings_.lsa.vocabulary = 200;
    settings_.lsa.dimension = 8;
    settings_.batch_books = 7;  // so that there are several batches, the last one not full
  }

  std::unique_ptr<VectorizerService> service() {
    return std::make_unique<VectorizerService>(
        home_.stores(), home_.blobs(), home_.clock(), settings_);
  }
  std::vector<VectorSpace> spaces() { return *home_.stores().vectors().spaces(); }
  std::vector<VectorRow> rows(std::int64_t space) {
    std::vector<VectorRow> found;
    EXPECT_TRUE(home_.stores().vectors().scan(space, 0, [&](VectorRow&& row) {
      found.push_back(std::move(row));
      return true;
    }));
    return found;
  }

  HomeForTests home_;
  VectorizerSettings settings_;
};

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

TEST_F(VectorizerServiceTest, AFitFillsASpaceServesItAndIsRecorded) {
  home_.store(books_for_tests(30));
  const auto vectorizer = service();
  const auto fitted = vectorizer->fit({});
  ASSERT_TRUE(fitted) << fitted.error().message;
  EXPECT_EQ(fitted->books, 30);
  EXPECT_EQ(vectorizer->version(), fitted->version);
  ASSERT_THAT(spaces(), SizeIs(1));
  EXPECT_TRUE(spaces()[0].active);
  EXPECT_EQ(spaces()[0].model_version, fitted->version);
  const auto stored = rows(spaces()[0].id);
  ASSERT_THAT(stored, SizeIs(30));
  for (const VectorRow& row : stored) {
    EXPECT_NEAR(dot(row.values, row.values), 1, 1e-5) << row.book_id;
    EXPECT_THAT(row.terms, Not(IsEmpty()));
  }
  EXPECT_GT(dot(stored[0].values, stored[3].values), dot(stored[0].values, stored[1].values) + 0.3)
      << "books of one kind are nearer";
  const bookreco::Run run = home_.last_run("fit");
  EXPECT_EQ(run.id, fitted->version);
  EXPECT_EQ(run.status, "finished");
  EXPECT_EQ(run.parameters.at("vocabulary"), "200");
  EXPECT_EQ(run.metrics.at("books"), 30);
  EXPECT_FALSE(run.input_fingerprint.empty());
  EXPECT_THAT(run.artifacts, ElementsAre("vectorizer/" + fitted->version));
  const auto model = *home_.stores().models().by_alias("vectorizer", "champion");
  EXPECT_EQ(model->version, fitted->version);
  EXPECT_EQ(model->parameters, run.parameters);
  EXPECT_TRUE(home_.blobs().fetch(model->location));
}

TEST_F(VectorizerServiceTest, NewBooksAreEmbeddedWithoutARefit) {
  home_.store(books_for_tests(30));
  const auto vectorizer = service();
  const std::string version = vectorizer->fit({})->version;
  EXPECT_EQ(*vectorizer->catch_up(), 0);
  home_.store({book_for_tests(30), book_for_tests(31)});
  Book changed = book_for_tests(1);
  changed.description = book_for_tests(2).description;
  home_.store({changed});
  const auto before = rows(spaces()[0].id);
  EXPECT_EQ(*vectorizer->catch_up(), 3);
  EXPECT_EQ(*vectorizer->catch_up(), 0);
  EXPECT_EQ(vectorizer->version(), version);
  ASSERT_THAT(spaces(), SizeIs(1));
  const auto after = rows(spaces()[0].id);
  ASSERT_THAT(after, SizeIs(32));
  EXPECT_EQ(after[0].values, before[0].values) << "a book that did not change keeps its vector";
  EXPECT_EQ(after.back().book_id, changed.id);
  EXPECT_GT(dot(after.back().values, before[2].values), dot(after.back().values, before[0].values));
  const Book stranger = book_for_tests(33);
  const auto embedded = *vectorizer->embed(std::vector{stranger}, {});
  EXPECT_EQ(embedded.version, version);
  EXPECT_GT(dot(embedded.rows[0].vector, before[0].values), 0.8);
}

TEST_F(VectorizerServiceTest, ManyNewBooksAreCaughtUpInBatches) {
  home_.store(books_for_tests(10));
  const auto vectorizer = service();
  ASSERT_TRUE(vectorizer->fit({}));
  home_.store(books_for_tests(40));
  home_.stores().books().remove(std::vector<std::string>{book_for_tests(20).id}).value();
  EXPECT_EQ(*vectorizer->catch_up(), 29);
  EXPECT_THAT(rows(spaces()[0].id), SizeIs(39));
}

TEST_F(VectorizerServiceTest, ARefitMakesASpaceBesideTheOld) {
  home_.store(books_for_tests(30));
  const auto vectorizer = service();
  const std::string first = vectorizer->fit({})->version;
  const std::string print = home_.last_run("fit").input_fingerprint;
  const auto old_rows = rows(spaces()[0].id);
  const auto elsewhere = service();
  const std::string second = elsewhere->fit({})->version;
  EXPECT_NE(first, second);
  EXPECT_EQ(home_.last_run("fit").input_fingerprint, print) << "the same books";
  ASSERT_THAT(spaces(), SizeIs(2));
  EXPECT_FALSE(spaces()[0].active);
  EXPECT_TRUE(spaces()[1].active);
  EXPECT_EQ(rows(spaces()[0].id).size(), old_rows.size()) << "what serves keeps its vectors";
  const auto new_rows = rows(spaces()[1].id);
  for (std::size_t i = 0; i < old_rows.size(); ++i) {
    EXPECT_EQ(new_rows[i].values, old_rows[i].values) << "same books and seed, same bytes";
  }
  EXPECT_EQ(vectorizer->version(), first) << "a fit elsewhere changes nothing here";
  ASSERT_TRUE(vectorizer->load(second));
  EXPECT_EQ(vectorizer->version(), second);
  ASSERT_TRUE(vectorizer->load(first)) << "there is a way back";
  EXPECT_EQ(vectorizer->version(), first);
  Book book = book_for_tests(0);
  book.title += " again";
  home_.store({book});
  ASSERT_TRUE(elsewhere->fit({}));
  EXPECT_NE(home_.last_run("fit").input_fingerprint, print) << "other books";
}

TEST_F(VectorizerServiceTest, AnotherProcessLoadsTheChampion) {
  home_.store(books_for_tests(12));
  const std::string version = service()->fit({})->version;
  const auto vectorizer = service();
  EXPECT_EQ(vectorizer->version(), "");
  EXPECT_EQ(vectorizer->embed_query("ship", {}).error().code, Code::kUnavailable);
  EXPECT_EQ(vectorizer->embed(std::vector{book_for_tests(0)}, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(*vectorizer->catch_up(), 0);
  ASSERT_TRUE(vectorizer->load_champion());
  const auto query = *vectorizer->embed_query("storms on the ocean", {});
  EXPECT_EQ(query.version, version);
  const auto stored = rows(spaces()[0].id);
  EXPECT_GT(dot(query.vector, stored[0].values), dot(query.vector, stored[1].values));
  const auto nothing = *vectorizer->embed_query("zzzz", {});
  EXPECT_EQ(dot(nothing.vector, nothing.vector), 0) << "no known word: no direction";
}

TEST_F(VectorizerServiceTest, AFitThatCannotBeIsAFailedRun) {
  const auto vectorizer = service();
  EXPECT_TRUE(vectorizer->load_champion()) << "nothing to serve yet is no error";
  EXPECT_EQ(vectorizer->load("none").error().code, Code::kNotFound);
  const auto fitted = vectorizer->fit({});
  ASSERT_FALSE(fitted);
  EXPECT_EQ(fitted.error().code, Code::kFailedPrecondition);
  const bookreco::Run run = home_.last_run("fit");
  EXPECT_EQ(run.status, "failed");
  EXPECT_EQ(run.message, fitted.error().message);
  EXPECT_TRUE(run.ended_at);
  EXPECT_THAT(spaces(), IsEmpty());
  EXPECT_FALSE(*home_.stores().models().by_alias("vectorizer", "champion"));
}

TEST_F(VectorizerServiceTest, AFailedRefitLeavesWhatServes) {
  home_.store(books_for_tests(12));
  const auto vectorizer = service();
  const std::string version = vectorizer->fit({})->version;
  std::vector<std::string> ids;
  for (const Book& book : books_for_tests(11)) {
    ids.push_back(book.id);
  }
  ASSERT_EQ(*home_.stores().books().remove(ids), 11);
  EXPECT_FALSE(vectorizer->fit({}));
  EXPECT_EQ(vectorizer->version(), version);
  EXPECT_TRUE(spaces()[0].active);
  EXPECT_EQ((*home_.stores().models().by_alias("vectorizer", "champion"))->version, version);
}

}  // namespace
}  // namespace bookreco
