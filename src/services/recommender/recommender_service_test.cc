#include "services/recommender/recommender_service.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "adapters/home_for_tests.h"
#include "domain/answer_id.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class RecommenderServiceTest : public testing::Test {
 protected:
  RecommenderServiceTest()
      : recommender_(home_.stores(), home_.blobs(), vectorizer_, system_clock(), settings()) {
    vectorizer_.served = "v1";
  }

  static RecommenderSettings settings() {
    RecommenderSettings settings;
    settings.delta_limit = 20;
    return settings;
  }

  /// Publishes a snapshot of the books that the store has now and makes it the champion.
  void publish(const std::string& version) {
    Snapshot snapshot;
    snapshot.version = version;
    snapshot.vectorizer = vectorizer_.served;
    const std::string location = "snapshot/" + version;
    const Status published = home_.blobs().publish(location, [&](const Path& folder) -> Status {
      SegmentOptions options;
      options.dimension = 3;
      BOOKRECO_TRY(SegmentBuilder builder, SegmentBuilder::to_folder(folder, options));
      BOOKRECO_TRY_VOID(home_.stores().books().changes_since(0, [&](BookChange&& row) {
        snapshot.change = row.change;
        const auto vector = vector_for_tests(row.book);
        const SegmentRow one{&row.book, vector, kNoCluster, {}};
        return row.deleted || builder.add_batch({&one, 1});
      }));
      BOOKRECO_TRY(Segment base, builder.finish());
      snapshot.base = std::make_shared<const Segment>(std::move(base));
      return write_manifest(folder, snapshot);
    });
    ASSERT_TRUE(published) << published.error().message;
    ASSERT_TRUE(home_.stores().models().add(
        {"snapshot", version, location, {}, {}, "", home_.clock().now()}));
    ASSERT_TRUE(home_.stores().models().set_alias("snapshot", "champion", version));
  }
  void remove(int number) {
    ASSERT_EQ(*home_.stores().books().remove(std::vector<std::string>{book_for_tests(number).id}),
              1);
  }
  Result<Hits> similar(int number, std::int64_t k = 100) {
    SimilarRequest request;
    request.id = book_for_tests(number).id;
    request.k = k;
    return recommender_.similar(request, {});
  }
  static std::vector<std::string> ids(const Result<Hits>& hits) {
    std::vector<std::string> found;
    EXPECT_TRUE(hits) << hits.error().message;
    for (const Hit& hit : hits->hits) {
      found.emplace_back(hit.id);
    }
    return found;
  }

  HomeForTests home_;
  VectorizerForTests vectorizer_;
  RecommenderService recommender_;
};

TEST_F(RecommenderServiceTest, BeforeTheFirstSnapshotItSaysWhatToDo) {
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().snapshot, "");
  const auto hits = similar(0);
  EXPECT_EQ(hits.error().code, Code::kUnavailable);
  EXPECT_THAT(hits.error().message, HasSubstr("bookreco fit"));
  EXPECT_EQ(recommender_.search({}, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(recommender_.recommend({}, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(recommender_.also_loved({}, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(recommender_.recommend_session({}, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(recommender_.onboarding({}, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(recommender_.find_title("x", 1, {}).error().code, Code::kUnavailable);
}

TEST_F(RecommenderServiceTest, ANewChampionIsSwappedInAndOldAnswersStayWhole) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().snapshot, "s1");
  EXPECT_EQ(recommender_.state().books, 9);
  const auto before = similar(0);
  home_.store(books_for_tests(6, 9));
  publish("s2");
  EXPECT_EQ(recommender_.state().snapshot, "s1") << "until it is told to look";
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().snapshot, "s2");
  EXPECT_EQ(recommender_.state().books, 15);
  EXPECT_EQ(recommender_.state().delta_books, 0);
  ASSERT_TRUE(home_.blobs().remove("snapshot/s1"));
  EXPECT_EQ(before->snapshot, "s1");
  EXPECT_THAT(ids(before), Not(Contains(book_for_tests(12).id)));
  EXPECT_THAT(ids(similar(0)), Contains(book_for_tests(12).id));
}

TEST_F(RecommenderServiceTest, ChangesAreServedFromTheDelta) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  home_.store({book_for_tests(9)});
  Book moved = book_for_tests(3);  // of the first kind until now
  moved.labels = {"Garden"};
  moved.title = "A garden after all";
  home_.store({moved});
  remove(6);
  ASSERT_TRUE(recommender_.refresh());
  const RecommenderState state = recommender_.state();
  EXPECT_EQ(state.snapshot, "s1");
  EXPECT_EQ(state.books, 9);
  EXPECT_EQ(state.delta_books, 2);
  EXPECT_EQ(state.change, *home_.stores().books().last_change());
  EXPECT_EQ(recommender_.waiting(), 0);
  EXPECT_THAT(ids(similar(0)), Contains(book_for_tests(9).id));
  EXPECT_THAT(ids(similar(0)), Not(Contains(book_for_tests(6).id)));
  EXPECT_EQ(ids(similar(0, 1)), std::vector{book_for_tests(9).id});
  EXPECT_EQ(similar(6).error().code, Code::kNotFound);
  EXPECT_THAT(std::string(similar(2, 3)->hits.front().card), HasSubstr("arden"));
  EXPECT_THAT(ids(similar(2, 3)), Contains(moved.id));
  EXPECT_EQ(ids(recommender_.find_title("a garden after all", 1, {})), std::vector{moved.id});
  remove(9);
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(similar(9).error().code, Code::kNotFound) << "a book of the delta is deleted too";
  EXPECT_EQ(recommender_.state().books, 8);
}

TEST_F(RecommenderServiceTest, ARefreshWithoutChangesDoesNothing) {
  home_.store(books_for_tests(9));
  publish("s1");
  home_.store({book_for_tests(9)});
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(vectorizer_.embedded, 1);
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(vectorizer_.embedded, 1);
}

TEST_F(RecommenderServiceTest, MoreChangesThanTheDeltaTakesWaitForARebuild) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  home_.store(books_for_tests(20, 9));
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().delta_books, 20) << "the limit itself is served";
  home_.store(books_for_tests(10, 29));
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.waiting(), 30);
  EXPECT_EQ(recommender_.state().delta_books, 20) << "what was served goes on";
  EXPECT_TRUE(similar(9));
  publish("s2");
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.waiting(), 0);
  EXPECT_EQ(recommender_.state().books, 39);
  EXPECT_EQ(recommender_.state().delta_books, 0);
}

TEST_F(RecommenderServiceTest, VectorsOfAnotherModelAreNeverMixedIn) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  home_.store({book_for_tests(9)});
  vectorizer_.served = "v2";
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().delta_books, 0);
  SearchRequest request;
  request.query = "ship";
  const auto hits = recommender_.search(request, {});
  ASSERT_TRUE(hits);
  EXPECT_TRUE(hits->degraded);
  EXPECT_FALSE(hits->hits.empty()) << "the words still answer";
  vectorizer_.served = "v1";
  ASSERT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().delta_books, 1);
  EXPECT_FALSE(recommender_.search(request, {})->degraded);
}

TEST_F(RecommenderServiceTest, ADamagedSnapshotIsToldAndTheOldOneGoesOn) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  publish("s2");
  const Path file = *home_.blobs().fetch("snapshot/s2") / "cards.brs";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  const Status refreshed = recommender_.refresh();
  EXPECT_EQ(refreshed.error().code, Code::kDataLoss);
  EXPECT_EQ(recommender_.state().snapshot, "s1");
  EXPECT_TRUE(similar(0));
  publish("s3");
  EXPECT_TRUE(recommender_.refresh());
  EXPECT_EQ(recommender_.state().snapshot, "s3");
}

TEST_F(RecommenderServiceTest, ADamagedReaderModelIsToldAndBooksGoOnByContent) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(home_.blobs().publish("readers/r1", [](const Path& folder) {
    return write_file(folder / "model.brs", "no model");
  }));
  ASSERT_TRUE(home_.stores().models().add(
      {"readers", "r1", "readers/r1", {}, {}, "", home_.clock().now()}));
  ASSERT_TRUE(home_.stores().models().set_alias("readers", "champion", "r1"));
  EXPECT_FALSE(recommender_.refresh());
  home_.store(books_for_tests(1, 9));
  EXPECT_FALSE(recommender_.refresh());
  EXPECT_THAT(ids(similar(9)), Not(testing::IsEmpty())) << "new books are served all the same";
  RecommendRequest request;
  request.loved = {book_for_tests(0).id};
  const auto hits = recommender_.recommend(request, {});
  EXPECT_THAT(ids(hits), Not(testing::IsEmpty()));
  EXPECT_EQ(hits->strategy, "content");
}

TEST_F(RecommenderServiceTest, TheIdOfAnAnswerTellsWhatMadeIt) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  const auto hits = recommender_.recommend({}, {});
  ASSERT_TRUE(hits);
  const auto id = parse_answer_id(hits->answer);
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(id->snapshot, version_mark("s1"));
  EXPECT_EQ(id->readers, 0);
  EXPECT_EQ(id->strategy, hits->strategy);
  EXPECT_LT(std::chrono::abs(id->at - system_clock().now()), std::chrono::minutes(1));
  EXPECT_NE(recommender_.recommend({}, {})->answer, hits->answer);
  EXPECT_EQ(similar(0)->answer, "") << "no recommendation";
  SteppingClock clock;
  SteppingClock same;
  RecommenderService one(home_.stores(), home_.blobs(), vectorizer_, clock, settings());
  RecommenderService other(home_.stores(), home_.blobs(), vectorizer_, same, settings());
  ASSERT_TRUE(one.refresh());
  ASSERT_TRUE(other.refresh());
  EXPECT_EQ(one.recommend({}, {})->answer, other.recommend({}, {})->answer)
      << "of one clock and seed";
}

TEST_F(RecommenderServiceTest, WhatAReaderWasShownAndPassedOverGivesWay) {
  home_.store(books_for_tests(30));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  const auto now = system_clock().now();
  ASSERT_TRUE(home_.stores().readers().record(std::vector<Interaction>{
      {"r", book_for_tests(0).id, InteractionKind::kLoved, std::nullopt, now, "test", ""}}));
  RecommendRequest request;
  request.reader = "r";
  request.k = 3;
  const std::vector<std::string> first = ids(recommender_.recommend(request, {}));
  std::vector<Impression> shown;
  for (const std::string& id : first) {
    shown.push_back({"r", id, now, 20});
  }
  ASSERT_TRUE(home_.stores().impressions().add(shown, 7));
  const std::vector<std::string> next = ids(recommender_.recommend(request, {}));
  EXPECT_THAT(next, Not(Contains(first.front())));
  request.rotation = 0;
  EXPECT_EQ(ids(recommender_.recommend(request, {})), first);
  request.rotation = std::nullopt;
  ASSERT_TRUE(home_.stores().readers().remove_reader("r"));
  ASSERT_TRUE(home_.stores().readers().record(std::vector<Interaction>{
      {"r", book_for_tests(0).id, InteractionKind::kLoved, std::nullopt, now, "test", ""}}));
  EXPECT_EQ(ids(recommender_.recommend(request, {})), first) << "forgotten with the reader";
}

TEST_F(RecommenderServiceTest, UnknownReadersGetATourAndLongHistoriesAreAnswered) {
  home_.store(books_for_tests(9));
  publish("s1");
  ASSERT_TRUE(recommender_.refresh());
  RecommendRequest request;
  request.reader = "nobody";
  EXPECT_EQ(recommender_.recommend(request, {})->strategy, "tour");
  const auto now = system_clock().now();
  std::vector<Interaction> many;
  for (int i = 0; i < 100'000; ++i) {
    many.push_back({"r",
                    fmt::format("unknown {}", i),
                    InteractionKind::kLoved,
                    std::nullopt,
                    now + std::chrono::days(1),  // another clock
                    "test",
                    ""});
  }
  many.back().book_id = book_for_tests(0).id;
  ASSERT_TRUE(home_.stores().readers().record(many));
  request.reader = "r";
  const auto hits = recommender_.recommend(request, {});
  EXPECT_EQ(hits->strategy, "content");
  EXPECT_EQ(hits->history, 1);
  EXPECT_THAT(ids(hits), Not(Contains(book_for_tests(0).id)));
}

TEST_F(RecommenderServiceTest, AnswersNeverFailWhileSnapshotsAreSwapped) {
  home_.store(books_for_tests(9));
  publish("s0");
  ASSERT_TRUE(recommender_.refresh());
  std::atomic<bool> stop = false;
  std::atomic<int> failed = 0;
  std::thread reader([&] {
    while (!stop) {
      const auto hits = similar(0, 3);
      failed += hits && hits->hits.size() == 3 ? 0 : 1;
    }
  });
  for (int i = 0; i < 10; ++i) {
    home_.store({book_for_tests(9 + i)});
    ASSERT_TRUE(recommender_.refresh());
    publish(fmt::format("s{}", i + 1));
    ASSERT_TRUE(recommender_.refresh());
  }
  stop = true;
  reader.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace bookreco
