#include <cmath>

#include "conformance/stores_factory.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Timestamp at(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

CONFORMANCE_SUITE(RunStoreCases);

TEST_P(RunStoreCases, keep_every_field_and_replace_by_id) {
  bookreco::Run run;
  run.id = "run-1";
  run.kind = "fit";
  run.status = "running";
  run.parameters = {{"seed", "42"}, {"words", "« a \"b\" »"}};
  run.started_at = at(1'000);
  ASSERT_TRUE(stores_->runs().save(run));
  run.status = "finished";
  run.metrics = {{"inertia", 0.1}, {"seconds", 1e300}, {"count", 3}};
  run.input_fingerprint = "abc";
  run.artifacts = {"runs/a.zst", "runs/b"};
  run.message = "";
  run.ended_at = at(2'000);
  ASSERT_TRUE(stores_->runs().save(run));
  const bookreco::Run got = **stores_->runs().get("run-1");
  EXPECT_EQ(got.kind, run.kind);
  EXPECT_EQ(got.status, run.status);
  EXPECT_EQ(got.parameters, run.parameters);
  EXPECT_EQ(got.metrics, run.metrics);
  EXPECT_EQ(got.input_fingerprint, run.input_fingerprint);
  EXPECT_EQ(got.artifacts, run.artifacts);
  EXPECT_EQ(got.started_at, run.started_at);
  EXPECT_EQ(got.ended_at, run.ended_at);
  EXPECT_EQ(*stores_->runs().get("run-2"), std::nullopt);
  EXPECT_EQ(code_of(stores_->runs().save({})), "invalid_argument");
}

TEST_P(RunStoreCases, a_metric_that_is_not_a_number_stays_one) {
  bookreco::Run run;
  run.id = "r";
  run.metrics = {{"silhouette", std::nan("")}};
  ASSERT_TRUE(stores_->runs().save(run));
  EXPECT_TRUE(std::isnan((*stores_->runs().get("r"))->metrics.at("silhouette")));
}

TEST_P(RunStoreCases, metrics_over_steps_come_back_in_order) {
  auto& runs = stores_->runs();
  ASSERT_TRUE(runs.append(
      "r", std::vector<MetricPoint>{{"loss", 2, 0.5, at(20)}, {"auc", 1, std::nan(""), at(9)}}));
  ASSERT_TRUE(runs.append(
      "r", std::vector<MetricPoint>{{"loss", 1, 0.75, at(10)}, {"loss", 2, 0.25, at(30)}}));
  ASSERT_TRUE(runs.append("other", std::vector<MetricPoint>{{"loss", 1, 9, at(1)}}));
  const auto points = *runs.points("r");
  ASSERT_EQ(points.size(), 3);
  EXPECT_EQ(points[0].name, "auc");
  EXPECT_TRUE(std::isnan(points[0].value));
  EXPECT_EQ(points[1].step, 1);
  EXPECT_EQ(points[1].value, 0.75);
  EXPECT_EQ(points[2].value, 0.25);
  EXPECT_EQ(points[2].at, at(30));
  EXPECT_THAT(*runs.points("none"), IsEmpty());
  EXPECT_EQ(
      code_of(runs.append("r", std::vector<MetricPoint>{{"ok", 1, 1, at(1)}, {"", 1, 1, at(1)}})),
      "invalid_argument");
  EXPECT_EQ(runs.points("r")->size(), 3);
}

TEST_P(RunStoreCases, the_newest_comes_first) {
  for (int i = 0; i < 4; ++i) {
    bookreco::Run run;
    run.id = fmt::format("run-{}", i);
    run.kind = i % 2 == 0 ? "load" : "fit";
    run.started_at = at(100 - i);
    ASSERT_TRUE(stores_->runs().save(run));
  }
  const auto ids = [&](std::string_view kind, std::int64_t limit) {
    std::vector<std::string> found;
    const auto runs = *stores_->runs().list(kind, limit);
    for (const bookreco::Run& run : runs) {
      found.push_back(run.id);
    }
    return found;
  };
  EXPECT_THAT(ids("", 10), ElementsAre("run-0", "run-1", "run-2", "run-3"));
  EXPECT_THAT(ids("fit", 10), ElementsAre("run-1", "run-3"));
  EXPECT_THAT(ids("", 2), ElementsAre("run-0", "run-1"));
  EXPECT_THAT(ids("none", 2), IsEmpty());
}

CONFORMANCE_SUITE(ModelStoreCases);

ModelVersion version_of(const std::string& name, const std::string& version, std::int64_t time) {
  ModelVersion model;
  model.name = name;
  model.version = version;
  model.location = "models/" + name + "/" + version;
  model.parameters = {{"dimension", "128"}};
  model.metrics = {{"explained", 0.5}};
  model.run_id = "run-1";
  model.created_at = at(time);
  return model;
}

TEST_P(ModelStoreCases, versions_are_kept_and_never_change) {
  const ModelVersion model = version_of("vectorizer", "v1", 5);
  ASSERT_TRUE(stores_->models().add(model));
  EXPECT_EQ(code_of(stores_->models().add(model)), "already_exists");
  const ModelVersion got = **stores_->models().get("vectorizer", "v1");
  EXPECT_EQ(got.location, model.location);
  EXPECT_EQ(got.parameters, model.parameters);
  EXPECT_EQ(got.metrics, model.metrics);
  EXPECT_EQ(got.run_id, model.run_id);
  EXPECT_EQ(got.created_at, model.created_at);
  EXPECT_FALSE(*stores_->models().get("vectorizer", "v2"));
  EXPECT_FALSE(*stores_->models().get("clusterer", "v1"));
  EXPECT_EQ(code_of(stores_->models().add(version_of("", "v", 1))), "invalid_argument");
}

TEST_P(ModelStoreCases, the_newest_comes_first) {
  for (const auto& [version, time] : {std::pair("v1", 5), {"v3", 7}, {"v2", 6}}) {
    ASSERT_TRUE(stores_->models().add(version_of("m", version, time)));
  }
  std::vector<std::string> versions;
  const auto models = *stores_->models().list("m");
  for (const ModelVersion& model : models) {
    versions.push_back(model.version);
  }
  EXPECT_THAT(versions, ElementsAre("v3", "v2", "v1"));
}

TEST_P(ModelStoreCases, an_alias_moves_and_says_so) {
  ASSERT_TRUE(stores_->models().add(version_of("m", "v1", 1)));
  ASSERT_TRUE(stores_->models().add(version_of("m", "v2", 2)));
  EXPECT_FALSE(*stores_->models().by_alias("m", "champion"));
  ASSERT_TRUE(stores_->models().set_alias("m", "champion", "v1"));
  ASSERT_TRUE(stores_->models().set_alias("m", "champion", "v2"));
  EXPECT_EQ((*stores_->models().by_alias("m", "champion"))->version, "v2");
  EXPECT_EQ(code_of(stores_->models().set_alias("m", "champion", "v3")), "not_found");
  EXPECT_EQ((*stores_->models().by_alias("m", "champion"))->version, "v2");
  ASSERT_EQ(events().size(), 2);
  EXPECT_EQ(events()[1].type, "model.promoted");
  EXPECT_EQ(events()[1].subject, "m");
  EXPECT_EQ(events()[1].data, R"({"name":"m","alias":"champion","version":"v2","previous":"v1"})");
}

TEST_P(ModelStoreCases, what_serves_is_not_removed) {
  ASSERT_TRUE(stores_->models().add(version_of("m", "v1", 1)));
  ASSERT_TRUE(stores_->models().add(version_of("m", "v2", 2)));
  ASSERT_TRUE(stores_->models().set_alias("m", "champion", "v1"));
  EXPECT_EQ(code_of(stores_->models().remove("m", "v1")), "failed_precondition");
  EXPECT_TRUE(stores_->models().remove("m", "v2"));
  EXPECT_EQ(code_of(stores_->models().remove("m", "v2")), "not_found");
  EXPECT_EQ(stores_->models().list("m")->size(), 1);
}

CONFORMANCE_SUITE(OutboxCases);

TEST_P(OutboxCases, events_come_in_order_and_are_forgotten) {
  OutboxEvent event;
  event.type = "training.requested";
  event.subject = "m";
  event.data = R"({"why":"drift"})";
  event.trace_id = "0123456789abcdef0123456789abcdef";
  ASSERT_TRUE(stores_->outbox().append(event));
  event.id = "mine";
  event.at = at(7);
  ASSERT_TRUE(stores_->outbox().append(event));
  const auto written = events();
  ASSERT_EQ(written.size(), 2);
  EXPECT_EQ(written[0].subject, "m");
  EXPECT_EQ(written[0].data, event.data);
  EXPECT_EQ(written[0].trace_id, event.trace_id);
  EXPECT_EQ(written[0].at, clock_.time);
  EXPECT_EQ(written[1].id, "mine");
  EXPECT_EQ(written[1].at, at(7));
  EXPECT_LT(written[0].sequence, written[1].sequence);
  EXPECT_EQ(code_of(stores_->outbox().append(event)), "already_exists");
  EXPECT_EQ(code_of(stores_->outbox().append({})), "invalid_argument");

  EXPECT_EQ(stores_->outbox().after(0, 1)->size(), 1);
  EXPECT_EQ(stores_->outbox().after(written[0].sequence, 10)->front().id, "mine");
  ASSERT_TRUE(stores_->outbox().forget(written[1].sequence));
  EXPECT_THAT(events(), IsEmpty());
  event.id = "next";
  ASSERT_TRUE(stores_->outbox().append(event));
  EXPECT_GT(events()[0].sequence, written[1].sequence);
}

}  // namespace
}  // namespace bookreco
