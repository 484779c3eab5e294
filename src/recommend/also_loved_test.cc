#include "recommend/also_loved.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recommend/readers_for_tests.h"
#include "recommend/readers_say.h"

namespace bookreco {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Readers of Agatha Christie's first love Fondation too, and everybody loves La Peste.
class AlsoLovedTest : public testing::Test {
 protected:
  AlsoLovedTest() {
    Book english;
    english.id = "e9";
    english.work_id = "w-e1";
    english.title = "Foundation";
    english.authors = {"Isaac Asimov"};
    english.language = "en";
    rows_.add(std::move(english), {0, 9, 0, 2}, 1);
    snapshot_ = make_snapshot(rows_);
    std::vector<std::vector<const char*>> lists;
    for (int i = 0; i < 30; ++i) {
      lists.push_back(i % 3 == 0 ? std::vector{"f1", "a3"} : std::vector{"f1", "a3", "e1"});
      lists.push_back({"g1", "e1"});
      lists.push_back({"e2", "d3", "d2"});
    }
    for (int i = 0; i < 600; ++i) {
      lists.push_back({"a3", i % 2 == 0 ? "a6" : "f3"});
    }
    teach(*snapshot_, lists);
  }

  Result<Hits> ask(std::string id, std::int64_t k = 10, const BookFilter& filter = {}) {
    return also_loved(snapshot_, {std::move(id), k, filter});
  }
  Hits answer(std::string id, std::int64_t k = 10, const BookFilter& filter = {}) {
    auto answer = ask(std::move(id), k, filter);
    EXPECT_TRUE(answer) << answer.error().message;
    return std::move(*answer);
  }

  TestRows rows_ = shelf();
  std::shared_ptr<Snapshot> snapshot_;
};

TEST_F(AlsoLovedTest, WhatTheseReadersLoveComesBeforeWhatAllDo) {
  RecommendRequest reader;
  reader.loved = {"f1"};
  const History history = find_history(*snapshot_, reader).value();
  const ReadersSay said(*snapshot_, history);
  const auto score = [&](const char* id) {
    return said.voices(find_item(*snapshot_, *snapshot_->find(id)),
                       0)[static_cast<std::size_t>(Voice::kReaders)];
  };
  EXPECT_GT(score("a3"), score("e1")) << "the model by itself says what is read most";
  const Hits hits = answer("f1");
  EXPECT_EQ(hits.strategy, "readers");
  EXPECT_FALSE(hits.degraded);
  ASSERT_GE(hits.hits.size(), 2U);
  EXPECT_EQ(ids(hits)[0], "e1");
  EXPECT_EQ(ids(hits)[1], "a3");
  EXPECT_EQ(hits.hits[0].readers, 50);
  EXPECT_EQ(hits.hits[1].readers, 630);
  EXPECT_EQ(hits.hits[0].score, 1);
  EXPECT_THAT(ids(hits), Not(Contains("f1")));
}

TEST_F(AlsoLovedTest, AWorkIsShownInTheLanguageOfTheBook) {
  EXPECT_EQ(ids(answer("g1"))[0], "e9") << "Harry Potter is in English here";
  BookFilter french;
  french.languages = {"fr"};
  EXPECT_EQ(ids(answer("g1", 10, french))[0], "e1");
}

TEST_F(AlsoLovedTest, OfASeriesTheNextVolumeAlone) {
  EXPECT_THAT(ids(answer("e2")), ElementsAre("d1"));
  const auto after_two = ids(answer("d2"));
  EXPECT_THAT(after_two, Contains("d3"));
  EXPECT_THAT(after_two, Not(Contains("d1")));
}

TEST_F(AlsoLovedTest, AnotherEditionStandsForTheBook) {
  std::vector<std::vector<const char*>> lists(40, {"a1", "e2"});
  teach(*snapshot_, lists);
  const Hits hits = answer("a2");
  EXPECT_EQ(hits.strategy, "readers");
  EXPECT_THAT(ids(hits), ElementsAre("e2"));
}

TEST_F(AlsoLovedTest, WithoutReadersTheBookSpeaksByItsContent) {
  const Hits hits = answer("f4", 2);
  EXPECT_EQ(hits.strategy, "content");
  EXPECT_TRUE(hits.degraded);
  EXPECT_THAT(ids(hits), SizeIs(2));
  EXPECT_THAT(ids(hits), Contains("f1"));
  EXPECT_EQ(hits.hits[0].readers, 0);
  snapshot_->readers = nullptr;
  EXPECT_EQ(answer("f1").strategy, "content");
  EXPECT_THAT(ids(answer("z1")), Not(IsEmpty())) << "nor has it any words";
}

TEST_F(AlsoLovedTest, BadRequestsAreRefused) {
  EXPECT_EQ(ask("nowhere").error().code, Code::kNotFound);
  EXPECT_EQ(ask("").error().code, Code::kNotFound);
  EXPECT_EQ(ask(std::string("\xff\0\x80", 3)).error().code, Code::kNotFound);
  EXPECT_EQ(ask("f1", -1).error().code, Code::kInvalidArgument);
  EXPECT_EQ(ask("f1", kMaxK + 1).error().code, Code::kInvalidArgument);
  EXPECT_THAT(ids(answer("f1", 0)), IsEmpty());
  EXPECT_THAT(ids(answer("f1", kMaxK)), Not(IsEmpty()));
  BookFilter italian;
  italian.languages = {"it"};
  const Hits none = answer("f1", 10, italian);
  EXPECT_THAT(ids(none), IsEmpty());
  EXPECT_EQ(none.strategy, "readers");
}

}  // namespace
}  // namespace bookreco
