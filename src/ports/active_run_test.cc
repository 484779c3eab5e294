#include "ports/active_run.h"

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time{std::chrono::milliseconds(1'700'000'000'000)};
};

/// Keeps what it is given, in order; refuses while `full`.
class RunsInMemory final : public RunStore {
 public:
  Status save(const Run& run) override {
    if (full) {
      return fail(Code::kResourceExhausted, "the disk is full");
    }
    saved.push_back(run);
    return {};
  }
  Status append(std::string_view, std::span<const MetricPoint> points) override {
    if (full) {
      return fail(Code::kResourceExhausted, "the disk is full");
    }
    stored.insert(stored.end(), points.begin(), points.end());
    return {};
  }
  Result<std::vector<MetricPoint>> points(std::string_view) override { return stored; }
  Result<std::optional<Run>> get(std::string_view) override { return std::nullopt; }
  Result<std::vector<Run>> list(std::string_view, std::int64_t) override { return saved; }

  std::vector<Run> saved;
  std::vector<MetricPoint> stored;
  bool full = false;
};

class ActiveRunTest : public testing::Test {
 protected:
  RunsInMemory runs_;
  FixedClock clock_;
};

TEST_F(ActiveRunTest, WorkThatEndsWellIsStoredWhole) {
  const Result<int> answer =
      record_run(runs_, clock_, {"fit", {{"seed", "1"}}, ""}, [&](ActiveRun& run) -> Result<int> {
        EXPECT_EQ(runs_.saved.back().status, "running");
        clock_.time += std::chrono::seconds(3);
        run.input("abc");
        run.artifact("vectorizer/v1");
        run.metrics({{"books", 7}, {"loss", 9}});
        for (int epoch = 0; epoch < 3; ++epoch) {
          run.metric_at(epoch, "loss", 1.0 / (epoch + 1));
        }
        return 42;
      });
  EXPECT_EQ(*answer, 42);
  ASSERT_EQ(runs_.saved.size(), 2);
  const bookreco::Run& run = runs_.saved.back();
  EXPECT_EQ(run.id, runs_.saved.front().id);
  EXPECT_THAT(run.id, StartsWith("20231114T221320Z-"));
  EXPECT_EQ(run.kind, "fit");
  EXPECT_EQ(run.status, "finished");
  EXPECT_EQ(run.parameters.at("seed"), "1");
  EXPECT_EQ(run.input_fingerprint, "abc");
  EXPECT_THAT(run.artifacts, ElementsAre("vectorizer/v1"));
  EXPECT_EQ(run.metrics.at("books"), 7);
  EXPECT_EQ(run.metrics.at("loss"), 1.0 / 3);
  EXPECT_TRUE(run.metrics.contains("seconds") && run.metrics.contains("cpu_seconds"));
  EXPECT_EQ(*run.ended_at - run.started_at, std::chrono::seconds(3));
  ASSERT_EQ(runs_.stored.size(), 3);
  EXPECT_EQ(runs_.stored[1].name, "loss");
  EXPECT_EQ(runs_.stored[1].step, 1);
  EXPECT_EQ(runs_.stored[1].value, 0.5);
}

TEST_F(ActiveRunTest, AFailureKeepsWhatWasNotedAndTellsWhy) {
  const Result<int> answer =
      record_run(runs_, clock_, {"fit", {}, "mine"}, [&](ActiveRun& run) -> Result<int> {
        run.metric("books", 1);
        return fail(Code::kFailedPrecondition, "too few books");
      });
  EXPECT_EQ(answer.error().message, "too few books");
  EXPECT_EQ(runs_.saved.back().id, "mine");
  EXPECT_EQ(runs_.saved.back().status, "failed");
  EXPECT_EQ(runs_.saved.back().message, "too few books");
  EXPECT_EQ(runs_.saved.back().metrics.at("books"), 1);
  EXPECT_TRUE(runs_.saved.back().ended_at);
}

TEST_F(ActiveRunTest, AMessageThatIsNotTextCanStillBeStored) {
  const auto answer = record_run(runs_, clock_, {"fit", {}, ""}, [](ActiveRun&) -> Result<int> {
    return fail(Code::kNotFound, "no file \xff");
  });
  EXPECT_EQ(runs_.saved.back().message, "no file \xEF\xBF\xBD");
}

TEST_F(ActiveRunTest, ARunThatNobodyEndedHasFailed) {
  {
    const auto run = ActiveRun::start(runs_, clock_, {"fit", {}, ""});
  }
  EXPECT_EQ(runs_.saved.size(), 2);
  EXPECT_EQ(runs_.saved.back().status, "failed");
}

TEST_F(ActiveRunTest, TwoRunsOfOneMomentAreTwo) {
  const auto one = ActiveRun::start(runs_, clock_, {"fit", {}, ""});
  const auto two = ActiveRun::start(runs_, clock_, {"fit", {}, ""});
  EXPECT_NE(one->id(), two->id());
}

TEST_F(ActiveRunTest, AStoreThatRefusesIsTold) {
  bool worked = false;
  const auto work = [&](ActiveRun& run) -> Result<int> {
    worked = true;
    runs_.full = true;
    run.metric_at(1, "loss", 1);
    return 1;
  };
  EXPECT_EQ(record_run(runs_, clock_, {"fit", {}, ""}, work).error().code,
            Code::kResourceExhausted);
  EXPECT_TRUE(worked);
  worked = false;
  EXPECT_EQ(record_run(runs_, clock_, {"fit", {}, ""}, work).error().code,
            Code::kResourceExhausted);
  EXPECT_FALSE(worked) << "work that cannot be recorded does not begin";
  EXPECT_THAT(runs_.stored, IsEmpty());
}

}  // namespace
}  // namespace bookreco
